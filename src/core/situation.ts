import type { GroupControl } from "./group.js";
import type { Translate } from "./messages.js";
import type { Account, Acct, EpochMs, Status, StatusId } from "./model.js";
import type { Share } from "./state.js";
import type { Traits } from "./traits.js";

/** What the group remembers, as far as decisions depend on it. */
export interface Memory {
  /** The share of the status with this uri, while it stands. */
  shareOf(uri: string): Share | undefined;
  lastWelcomeOf(acct: Acct): EpochMs | undefined;
  /** Until when the answers that somebody got so far last; see `answers.ts`. */
  answeredUntil(acct: Acct): EpochMs | undefined;
}

/** Everything about the group that a decision may depend on. */
export interface Group {
  /** The account that the group runs as. */
  readonly self: Account;
  readonly control: GroupControl;
  readonly traits: Traits;
  /** The most that one post may hold: the operator's `character_limit`, else the server's. */
  readonly maxCharacters: number;
  readonly memory: Memory;
  readonly t: Translate;
  readonly now: EpochMs;
  /** Of this program, for `/ping`. */
  readonly version: string;
}

/** What has to be read from the server before a decision can be made. */
export interface Needs {
  readonly statuses?: readonly StatusId[];
  readonly accounts?: readonly Acct[];
}

/** What was read. `undefined`: gone, hidden from the group, or never existed. */
export interface Found {
  status(id: StatusId): Status | undefined;
  account(acct: Acct): Account | undefined;
}

export const nothingFound: Found = { status: () => undefined, account: () => undefined };
