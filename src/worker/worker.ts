import type { Logger } from "pino";
import type { Translate } from "../core/messages.js";
import type { Acct } from "../core/model.js";
import type { Traits } from "../core/traits.js";
import type { Clock, GroupStore, MastodonGateway } from "../ports.js";
import type { WorkerSettings } from "./settings.js";

/** Everything one group's worker is given. */
export interface WorkerDeps {
  /** As configured; the server's answer decides who the group really is. */
  readonly acct: Acct;
  readonly gateway: MastodonGateway;
  readonly store: GroupStore;
  readonly settings: WorkerSettings;
  /** The operator's `character_limit`. */
  readonly characterLimit: number | undefined;
  readonly translate: (format: Traits["format"]) => Translate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Of this program. */
  readonly version: string;
}

/** Why a group's worker ended. `shutdown` is the only good reason. */
export type Stopped = "shutdown" | "signed-out" | "broken-files";

/** Runs one group until it is told to stop or cannot go on. Rejects only on a bug. */
export declare function runGroup(deps: WorkerDeps, signal: AbortSignal): Promise<Stopped>;
