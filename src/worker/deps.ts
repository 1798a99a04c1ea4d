import type { Logger } from "pino";
import type { GroupSettings } from "../core/group-settings.js";
import type { Translate } from "../core/messages.js";
import type { Acct, EpochMs } from "../core/model.js";
import type { Traits } from "../core/traits.js";
import type { Clock, GroupStore, MastodonGateway, Witness } from "../ports.js";
import type { Door } from "./door.js";
import type { OrderDesk } from "./order-desk.js";

/** Everything one group's worker is given. */
export interface WorkerDeps {
  /** As configured; the server must agree. */
  readonly acct: Acct;
  readonly gateway: MastodonGateway;
  readonly store: GroupStore;
  readonly settings: GroupSettings;
  /** The operator's `character_limit`. */
  readonly characterLimit: number | undefined;
  readonly translate: (format: Traits["format"]) => Translate;
  readonly clock: Clock;
  readonly random: () => number;
  /** Shared by all groups of the program. */
  readonly door: Door;
  readonly log: Logger;
  /** Where the operator's orders come in. */
  readonly desk: OrderDesk;
  /** Is told what happens. */
  readonly witness: Witness;
  /** Of this program. */
  readonly version: string;
  /** When the server will stop taking the token, where it said so. */
  readonly tokenExpiresAt?: EpochMs | undefined;
}

/** Why a group's worker ended. `shutdown` is the only good reason. */
export type Stopped = "shutdown" | "signed-out" | "broken-files" | "unfit-account";

/** The group cannot go on until its operator does something; the message says what. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
  readonly reason: Exclude<Stopped, "shutdown">;

  constructor(reason: Exclude<Stopped, "shutdown">, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
