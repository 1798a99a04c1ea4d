import type { Acct, EpochMs } from "./model.js";
import { Recent } from "./recent.js";
import type { GroupState, PendingWork, Share } from "./state.js";

const listCapacity = 500;
/**
 * What was done stays known while others talk: were both in one ring, a flood of chatter could make an
 * old command run again.
 */
const handledCapacity = 2000;
const passedCapacity = 1000;
const sharedCapacity = 2000;
const welcomeMs = 7 * 24 * 60 * 60 * 1000;

/** The server's two lists, which are read for what was missed. */
export type ListName = "notifications" | "home";

/**
 * One change of what a group remembers, as plain data. All that changes it is one of these, so that the
 * changes can be written down one by one, and made again.
 */
export type StateNote =
  /** An entry of a list is handled. */
  | { readonly kind: "seen"; readonly list: ListName; readonly key: string }
  /** A list was read far enough, and what it held is handled. */
  | { readonly kind: "read"; readonly list: ListName; readonly at: EpochMs }
  /** A status was handled as a mention. */
  | { readonly kind: "passed"; readonly uri: string }
  /** Work is done, or given up: its event is never handled again. */
  | { readonly kind: "handled"; readonly key: string }
  | { readonly kind: "shared"; readonly share: Share }
  | { readonly kind: "unshared"; readonly uri: string }
  | { readonly kind: "welcomed"; readonly who: Acct; readonly at: EpochMs }
  /** Somebody was answered, and that lasts for a while. */
  | {
      readonly kind: "answered";
      readonly who: Acct;
      readonly at: EpochMs;
      readonly until: EpochMs;
    }
  /** Work is about to be done, or is put off; it takes the place of work with the same key. */
  | { readonly kind: "begun"; readonly work: PendingWork }
  /** Work begun is no longer to be done. */
  | { readonly kind: "dropped"; readonly key: string };

/** How far one list was handled; see the state's lists of the same names. */
export class ListRecord {
  readonly seen: Recent;
  unplaced: Recent;
  at: EpochMs;

  constructor(seen: readonly string[], unplaced: readonly string[], at: EpochMs) {
    this.seen = new Recent(listCapacity, seen);
    this.unplaced = new Recent(listCapacity, unplaced);
    this.at = at;
  }

  see(key: string): void {
    if (!this.seen.has(key)) this.unplaced.add(key);
    this.seen.add(key);
  }

  read(at: EpochMs): void {
    this.at = at;
    this.unplaced = new Recent(listCapacity);
  }
}

/** A group's state while notes change it, each kind bounded. */
export class Remembered {
  readonly notifications: ListRecord;
  readonly home: ListRecord;
  readonly handled: Recent;
  readonly passed: Recent;
  readonly shared: Map<string, Share>;
  readonly welcomed: Map<string, EpochMs>;
  readonly answers: Map<string, EpochMs>;
  pending: readonly PendingWork[];

  constructor(state?: GroupState) {
    this.notifications = new ListRecord(
      state?.seenNotifications ?? [],
      state?.unplacedNotifications ?? [],
      state?.lastNotificationAt ?? 0,
    );
    this.home = new ListRecord(
      state?.seenStatuses ?? [],
      state?.unplacedStatuses ?? [],
      state?.lastStatusAt ?? 0,
    );
    this.handled = new Recent(handledCapacity, state?.handled);
    this.passed = new Recent(passedCapacity, state?.passed);
    this.shared = new Map((state?.shared ?? []).map((share) => [share.uri, share]));
    this.welcomed = new Map(Object.entries(state?.welcomed ?? {}));
    this.answers = new Map(Object.entries(state?.answers ?? {}));
    this.pending = state?.pending ?? [];
  }

  apply(note: StateNote): void {
    switch (note.kind) {
      case "seen":
        this[note.list].see(note.key);
        break;
      case "read":
        this[note.list].read(note.at);
        break;
      case "passed":
        this.passed.add(note.uri);
        break;
      case "handled":
        this.handled.add(note.key);
        break;
      case "shared":
        this.#share(note.share);
        break;
      case "unshared":
        this.shared.delete(note.uri);
        break;
      case "welcomed":
        this.welcomed.set(note.who, note.at);
        forgetOlder(this.welcomed, note.at - welcomeMs);
        break;
      case "answered":
        this.answers.set(note.who, note.until);
        forgetOlder(this.answers, note.at);
        break;
      case "begun":
        this.#drop(note.work.key);
        this.pending = [...this.pending, note.work];
        break;
      case "dropped":
        this.#drop(note.key);
        break;
    }
  }

  #drop(key: string): void {
    this.pending = this.pending.filter((work) => work.key !== key);
  }

  #share(share: Share): void {
    this.shared.delete(share.uri);
    this.shared.set(share.uri, share);
    for (const oldest of this.shared.keys()) {
      if (this.shared.size <= sharedCapacity) break;
      this.shared.delete(oldest);
    }
  }

  snapshot(): GroupState {
    return {
      lastNotificationAt: this.notifications.at,
      lastStatusAt: this.home.at,
      seenNotifications: this.notifications.seen.toArray(),
      seenStatuses: this.home.seen.toArray(),
      unplacedNotifications: this.notifications.unplaced.toArray(),
      unplacedStatuses: this.home.unplaced.toArray(),
      handled: this.handled.toArray(),
      passed: this.passed.toArray(),
      shared: [...this.shared.values()],
      welcomed: Object.fromEntries(this.welcomed),
      answers: Object.fromEntries(this.answers),
      pending: this.pending,
    };
  }
}

/** What a state becomes by the notes that were made after it, oldest first. */
export function replay(state: GroupState, notes: readonly StateNote[]): GroupState {
  const remembered = new Remembered(state);
  for (const note of notes) remembered.apply(note);
  return remembered.snapshot();
}

/** Forgets what is over. */
export function forgetOlder(times: Map<string, EpochMs>, than: EpochMs): void {
  for (const [who, at] of times) if (at < than) times.delete(who);
}
