/** The whole outside world of a group, one screen long. */
import type { Draft } from "./core/effects.js";
import type { Budget, Fact } from "./core/facts.js";
import type { GroupControl } from "./core/group.js";
import type {
  Account,
  AccountId,
  Acct,
  Attachment,
  EpochMs,
  GroupEvent,
  Status,
  StatusId,
  Visibility,
} from "./core/model.js";
import type { Rank } from "./core/rank.js";
import type { StateNote } from "./core/remembered.js";
import type { GroupState } from "./core/state.js";
import type { Traits } from "./core/traits.js";

export interface Clock {
  now(): EpochMs;
  /**
   * Milliseconds since some moment. Grows evenly although the machine's clock is set, as at the boot of
   * a computer without a battery; for whatever must not go off then.
   */
  steadyMs(): number;
  /** Rejects with `signal.reason` as soon as the signal is aborted; leaves no timer behind. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /**
   * Calls back later, unless the function that it gives is called before. For whatever waits for most of
   * its life: it holds a fifth of what a sleeper does.
   */
  after(delayMs: number, act: () => void): () => void;
}

/** Is told what happens in a group. Returns at once, never throws, and keeps no text that people wrote. */
export type Witness = (fact: Fact) => void;

/** What one socket says. `connected` comes first, `closed` last. */
export type StreamItem =
  | { readonly kind: "connected" }
  | {
      readonly kind: "closed";
      /**
       * `silent`: nothing, not even a ping, came in time and we hung up. `error`: so we did because what
       * came could not be taken, which is a bug.
       */
      readonly because: "silent" | "server" | "error";
      /** The WebSocket close code. */
      readonly code: number;
      readonly error?: unknown;
    }
  | GroupEvent;

/** A socket that was opened. */
export interface Stream {
  /** Hangs up; nothing is said any more, not even `closed`. */
  close(): void;
}

/** One page of a list, newest first, exactly in the server's order. */
export interface Page {
  readonly events: readonly GroupEvent[];
  /** The id to ask the next (older) page with; `undefined` at the end. */
  readonly nextMaxId: string | undefined;
}

/** One part of a {@link Draft}, ready to be sent. */
export interface OutgoingPost {
  readonly text: string;
  readonly inReplyTo: StatusId | undefined;
  readonly visibility: Visibility;
  readonly spoilerText: string;
  readonly isSensitive: boolean;
  readonly mediaIds: readonly string[];
  readonly language: string | undefined;
  /** Hashed into the Idempotency-Key. A new attempt after a received refusal uses a new key. */
  readonly key: string;
}

/**
 * One account on one server. Every method throws {@link GatewayError} and nothing else on purpose,
 * rejects with the signal's reason when aborted, and never retries by itself.
 */
export interface MastodonGateway {
  /**
   * The same account, whose requests give way to, or go before, others where the server has no room
   * for all. A gateway as it is made asks as of the rank `share`.
   */
  ranked(rank: Rank): MastodonGateway;
  /** Whose token this is. `auth` when the server will not have it. Also fixes who "us" is. */
  whoAmI(signal: AbortSignal): Promise<Account>;
  /** What the server can do; asks anew at each call. */
  learnTraits(signal: AbortSignal): Promise<Traits>;
  /**
   * Lets notifications from everybody through and accepts those held back (Mastodon ≥ 4.3 hides
   * private mentions of strangers). Returns how many waiting requests were accepted, `undefined`
   * where the server has no such policy.
   */
  openNotifications(signal: AbortSignal): Promise<number | undefined>;
  /**
   * One socket. `take` is handed what it says as it comes. Resolves when it is open; the signal is heeded
   * until then, afterwards only {@link Stream.close} ends it.
   */
  connect(
    options: { readonly aliveTimeoutMs: number },
    take: (item: StreamItem) => void,
    signal: AbortSignal,
  ): Promise<Stream>;
  notifications(maxId: string | undefined, signal: AbortSignal): Promise<Page>;
  home(maxId: string | undefined, signal: AbortSignal): Promise<Page>;
  /** Everybody who waits to follow a locked group. */
  followRequests(signal: AbortSignal): Promise<readonly Account[]>;
  /** `undefined`: deleted, or hidden from the group. A boost is unwrapped. */
  status(id: StatusId, signal: AbortSignal): Promise<Status | undefined>;
  /** Finds somebody, asking their server if need be; `undefined` when nobody answers to the name. */
  account(acct: Acct, signal: AbortSignal): Promise<Account | undefined>;
  reblog(id: StatusId, visibility: Visibility, signal: AbortSignal): Promise<void>;
  /** Harmless when it was not reblogged. */
  unreblog(id: StatusId, signal: AbortSignal): Promise<void>;
  /** Deletes a status of our own; refuses (`permanent`) anybody else's. Harmless when it is gone. */
  deleteStatus(id: StatusId, signal: AbortSignal): Promise<void>;
  /** Copies a file that our server serves into a new attachment of ours. */
  copyMedia(attachment: Attachment, signal: AbortSignal): Promise<string>;
  post(post: OutgoingPost, signal: AbortSignal): Promise<StatusId>;
  /** Our own recent post with this text in reply to this status, if there is one. */
  findPost(post: OutgoingPost, signal: AbortSignal): Promise<StatusId | undefined>;
  follow(id: AccountId, signal: AbortSignal): Promise<void>;
  unfollow(id: AccountId, signal: AbortSignal): Promise<void>;
  acceptFollow(id: AccountId, signal: AbortSignal): Promise<void>;
  /** How much of the server's limits is used up, as far as we count. */
  budgets(): readonly Budget[];
}

/** What became of notes; `long`: it is time to write the whole state; `refused`: only that is possible now. */
export type Noted = "noted" | "long" | "refused";

/** One group's own files. One writer, one write at a time; a write is done as a whole or not at all. */
export interface GroupStore {
  readControl(): Promise<GroupControl>;
  writeControl(control: GroupControl): Promise<void>;
  /** `undefined` for a group that has never run. */
  readState(): Promise<GroupState | undefined>;
  writeState(state: GroupState): Promise<void>;
  /**
   * Adds to the state on disk what changed in it since it was last written or added to; one call at a
   * time, as with {@link writeState}. `isLasting`: all that was noted so far outlives a power cut, too,
   * and not only this process.
   */
  noteChanges(
    notes: readonly StateNote[],
    options: { readonly isLasting: boolean },
  ): Promise<Noted>;
}

export type { Draft };
