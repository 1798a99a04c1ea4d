import { afterAnswer, type Pace } from "../core/answers.js";
import type { Draft } from "../core/effects.js";
import type { Acct, EpochMs, GroupEvent } from "../core/model.js";
import { Recent } from "../core/recent.js";
import type { Memory } from "../core/situation.js";
import type { GroupState, PendingWork, Share } from "../core/state.js";
import { ListMemory } from "./list-memory.js";

/**
 * What was done stays known while others talk: were both in one ring, a flood of chatter could make an
 * old command run again.
 */
const handledCapacity = 2000;
const passedCapacity = 1000;
const sharedCapacity = 2000;
const silenceMs = 60 * 60 * 1000;
const welcomeMs = 7 * 24 * 60 * 60 * 1000;

/** What an event is remembered by in its list. */
export function listKey(event: GroupEvent): string {
  if (event.kind !== "home") return event.id;
  // Ids change with edits on snac, so a status goes by its uri. A boost has the uri of the boosted
  // post on Pleroma, and must not hide it.
  return event.status.isReblog ? `boost ${event.status.id}` : event.status.uri;
}

/** What the group remembers between events and, by way of the state file, between runs. */
export class GroupMemory implements Memory {
  readonly notifications: ListMemory;
  readonly home: ListMemory;
  readonly #handled: Recent;
  readonly #passed: Recent;
  readonly #shared: Map<string, Share>;
  readonly #welcomed: Map<string, EpochMs>;
  readonly #answers: Map<string, EpochMs>;
  #retryAt: EpochMs | undefined;
  readonly #silences = new Map<string, EpochMs>();
  #pending: readonly PendingWork[];
  /** A little more may have been done than is remembered: what is done is looked for first. */
  isDoubtful: boolean;

  constructor(state: GroupState | undefined, now: () => EpochMs) {
    this.notifications = new ListMemory(now, {
      seen: state?.seenNotifications,
      unplaced: state?.unplacedNotifications,
      at: state?.lastNotificationAt,
    });
    this.home = new ListMemory(now, {
      seen: state?.seenStatuses,
      unplaced: state?.unplacedStatuses,
      at: state?.lastStatusAt,
    });
    this.#handled = new Recent(handledCapacity, state?.handled);
    this.#passed = new Recent(passedCapacity, state?.passed);
    this.#shared = new Map((state?.shared ?? []).map((share) => [share.uri, share]));
    this.#welcomed = new Map(Object.entries(state?.welcomed ?? {}));
    this.#answers = new Map(Object.entries(state?.answers ?? {}));
    this.#pending = state?.pending ?? [];
    this.isDoubtful = state?.isFromCopy ?? false;
  }

  get pending(): readonly PendingWork[] {
    return this.#pending;
  }

  /** Was it seen in its list, or on the stream? */
  hasSeen(event: GroupEvent): boolean {
    return this.#listOf(event).has(listKey(event));
  }

  /** Was the event with this key handled: a mention's uri, or what a journal entry was called? */
  wasHandled(key: string): boolean {
    return this.#handled.has(key) || this.#passed.has(key);
  }

  shareOf(uri: string): Share | undefined {
    const shared = this.#shared.get(uri);
    if (shared !== undefined) return shared;
    // What waits for room is as good as shared: it is shared once, and can be taken back.
    for (const { effects, putOffAt } of this.#pending) {
      const effect = effects.find((each) => each.kind === "reblog" && each.uri === uri);
      if (putOffAt === undefined || effect?.kind !== "reblog") continue;
      return { uri, status: effect.status, by: effect.sharedBy, at: putOffAt };
    }
    return undefined;
  }

  /** When what was put off may find room; `undefined` where nobody said. Not kept over a restart. */
  get retryAt(): EpochMs | undefined {
    return this.#retryAt;
  }

  /** There may be room then. */
  comeBackAt(at: EpochMs): void {
    this.#retryAt = Math.min(at, this.#retryAt ?? at);
  }

  /** All is tried now. */
  startOver(): void {
    this.#retryAt = undefined;
  }

  /** How many shares stand that were made then or later. */
  sharesSince(at: EpochMs): number {
    let count = 0;
    for (const share of this.#shared.values()) if (share.at >= at) count++;
    return count;
  }

  lastWelcomeOf(acct: Acct): EpochMs | undefined {
    return this.#welcomed.get(acct);
  }

  answeredUntil(acct: Acct): EpochMs | undefined {
    return this.#answers.get(acct);
  }

  /** The event's effects are done, or it has none. */
  noteDone(event: GroupEvent, asMention: boolean): void {
    this.#listOf(event).note(listKey(event), event.at);
    if (asMention && "status" in event) this.#passed.add(event.status.uri);
  }

  #listOf({ kind }: GroupEvent): ListMemory {
    return kind === "home" ? this.home : this.notifications;
  }

  noteShared(share: Share): void {
    this.#shared.delete(share.uri);
    this.#shared.set(share.uri, share);
    for (const oldest of this.#shared.keys()) {
      if (this.#shared.size <= sharedCapacity) break;
      this.#shared.delete(oldest);
    }
  }

  noteUnshared(uri: string): void {
    this.#shared.delete(uri);
  }

  /** Somebody is to be answered. */
  noteAnswer(acct: Acct, pace: Pace, now: EpochMs): void {
    this.#answers.set(acct, afterAnswer(this.#answers.get(acct), pace, now));
    forgetOlder(this.#answers, now);
  }

  /** Somebody is not answered, for they were often enough. True: for the first time in an hour. */
  noteSilence(acct: Acct, now: EpochMs): boolean {
    forgetOlder(this.#silences, now - silenceMs);
    if (this.#silences.has(acct)) return false;
    this.#silences.set(acct, now);
    return true;
  }

  /** A post is out. */
  notePosted(draft: Draft, now: EpochMs): void {
    const acct = draft.to?.acct;
    if (acct === undefined) return;
    if (draft.purpose === "welcome") this.#welcomed.set(acct, now);
    forgetOlder(this.#welcomed, now - welcomeMs);
  }

  /** Writes work down that is about to be done, or is put off. */
  begin(work: PendingWork): void {
    this.#pending = [...this.#pending.filter(({ key }) => key !== work.key), work];
  }

  /** The work is done, or given up: its event is never handled again. */
  finish(key: string): void {
    this.#handled.add(key);
    this.drop(key);
  }

  /** Takes work out of the journal that has no event of its own. */
  drop(key: string): void {
    this.#pending = this.#pending.filter((work) => work.key !== key);
  }

  snapshot(): GroupState {
    return {
      lastNotificationAt: this.notifications.at,
      lastStatusAt: this.home.at,
      seenNotifications: this.notifications.seen,
      seenStatuses: this.home.seen,
      unplacedNotifications: this.notifications.unplaced,
      unplacedStatuses: this.home.unplaced,
      handled: this.#handled.toArray(),
      passed: this.#passed.toArray(),
      shared: [...this.#shared.values()],
      welcomed: Object.fromEntries(this.#welcomed),
      answers: Object.fromEntries(this.#answers),
      pending: this.#pending,
    };
  }
}

function forgetOlder(times: Map<string, EpochMs>, than: EpochMs): void {
  for (const [acct, at] of times) if (at < than) times.delete(acct);
}
