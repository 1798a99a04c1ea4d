import type { Effect } from "./effects.js";
import type { ControlChange } from "./group.js";
import type { Acct, EpochMs, StatusId } from "./model.js";

/** A post that the group has shared, so that it is shared once and can be taken back. */
export interface Share {
  readonly uri: string;
  readonly status: StatusId;
  readonly by: Acct;
  readonly at: EpochMs;
}

/** Work that was decided and begun. Found in the state after a crash, it is finished first. */
export interface PendingWork {
  /** The handled key of the event that caused it. */
  readonly key: string;
  readonly changes: readonly ControlChange[];
  readonly effects: readonly Effect[];
  /** Set for work that the server had no room for; it is tried again now and then. */
  readonly putOffAt?: EpochMs | undefined;
}

/** What the daemon writes often; `state.json5` on disk. Plain data, lists with the newest last. */
export interface GroupState {
  /** Time of the newest notification below which none is missing, by the server's clock; 0 for none. */
  readonly lastNotificationAt: EpochMs;
  /** The same of the home timeline. */
  readonly lastStatusAt: EpochMs;
  readonly seenNotifications: readonly string[];
  readonly seenStatuses: readonly string[];
  /** Those of them that came by the stream since the list was last read: something may be missing below. */
  readonly unplacedNotifications?: readonly string[] | undefined;
  readonly unplacedStatuses?: readonly string[] | undefined;
  /** Keys of events that something was done for, such as the uris of posts with commands. */
  readonly handled: readonly string[];
  /** Uris of other statuses that were handled as mentions. */
  readonly passed: readonly string[];
  readonly shared: readonly Share[];
  /** When somebody was last welcomed. */
  readonly welcomed: Readonly<Record<Acct, EpochMs>>;
  /** Until when the answers that people and bots got so far last. */
  readonly answers: Readonly<Record<Acct, EpochMs>>;
  readonly pending: readonly PendingWork[];
  /** True: it was read from a copy, and a little more may have been done than it says. Never written. */
  readonly isFromCopy?: boolean | undefined;
}
