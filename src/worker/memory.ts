import type { Draft } from "../core/effects.js";
import type { Acct, EpochMs, GroupEvent, NotificationId, Status } from "../core/model.js";
import { Recent } from "../core/recent.js";
import type { Memory } from "../core/situation.js";
import type { GroupState, PendingWork, Share } from "../core/state.js";

const seenCapacity = 500;
const handledCapacity = 1000;
const sharedCapacity = 2000;
const welcomeMs = 7 * 24 * 60 * 60 * 1000;
const botAnswerMs = 60 * 60 * 1000;

/** What a home status is remembered by. Ids change with edits on snac, so the uri it is. */
export function homeKey(status: Status): string {
  // A boost has the uri of the boosted post on Pleroma, and must not hide it.
  return status.isReblog ? `boost ${status.id}` : status.uri;
}

/** What the group remembers between events and, by way of the state file, between runs. */
export class GroupMemory implements Memory {
  lastNotificationAt: EpochMs;
  lastStatusAt: EpochMs;
  readonly #seenNotifications: Recent;
  readonly #seenStatuses: Recent;
  readonly #handled: Recent;
  readonly #shared: Map<string, Share>;
  readonly #welcomed: Map<string, EpochMs>;
  readonly #botAnswers: Map<string, EpochMs>;
  #pending: readonly PendingWork[];

  constructor(state: GroupState | undefined) {
    this.lastNotificationAt = state?.lastNotificationAt ?? 0;
    this.lastStatusAt = state?.lastStatusAt ?? 0;
    this.#seenNotifications = new Recent(seenCapacity, state?.seenNotifications);
    this.#seenStatuses = new Recent(seenCapacity, state?.seenStatuses);
    this.#handled = new Recent(handledCapacity, state?.handled);
    this.#shared = new Map((state?.shared ?? []).map((share) => [share.uri, share]));
    this.#welcomed = new Map(Object.entries(state?.welcomed ?? {}));
    this.#botAnswers = new Map(Object.entries(state?.botAnswers ?? {}));
    this.#pending = state?.pending ?? [];
  }

  get pending(): readonly PendingWork[] {
    return this.#pending;
  }

  get hasSeenNotifications(): boolean {
    return this.#seenNotifications.size > 0;
  }

  get hasSeenStatuses(): boolean {
    return this.#seenStatuses.size > 0;
  }

  hasSeenNotification(id: string): boolean {
    return this.#seenNotifications.has(id);
  }

  hasSeenStatus(key: string): boolean {
    return this.#seenStatuses.has(key);
  }

  /** Was the event with this key handled: a mention's uri, or what a journal entry was called? */
  wasHandled(key: string): boolean {
    return this.#handled.has(key);
  }

  shareOf(uri: string): Share | undefined {
    return this.#shared.get(uri);
  }

  lastWelcomeOf(acct: Acct): EpochMs | undefined {
    return this.#welcomed.get(acct);
  }

  lastBotAnswerTo(acct: Acct): EpochMs | undefined {
    return this.#botAnswers.get(acct);
  }

  /** The event's effects are done, or it has none. */
  noteDone(event: GroupEvent, asMention: boolean): void {
    if (event.kind === "home") {
      this.#seenStatuses.add(homeKey(event.status));
      this.lastStatusAt = Math.max(this.lastStatusAt, event.at);
    } else {
      this.noteNotification(event.id, event.at);
    }
    if (asMention && "status" in event) this.#handled.add(event.status.uri);
  }

  noteNotification(id: NotificationId, at: EpochMs): void {
    this.#seenNotifications.add(id);
    this.lastNotificationAt = Math.max(this.lastNotificationAt, at);
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

  /** A post is out. `toBot`: its addressee is marked as a bot. */
  notePosted(draft: Draft, now: EpochMs, toBot: boolean): void {
    const acct = draft.to?.acct;
    if (acct === undefined) return;
    if (draft.purpose === "welcome") this.#welcomed.set(acct, now);
    if (toBot) this.#botAnswers.set(acct, now);
    forgetOlder(this.#welcomed, now - welcomeMs);
    forgetOlder(this.#botAnswers, now - botAnswerMs);
  }

  begin(work: PendingWork): void {
    this.#pending = [...this.#pending.filter(({ key }) => key !== work.key), work];
  }

  /** The work is done, or given up: its event is never handled again. */
  finish(key: string): void {
    this.#handled.add(key);
    this.#pending = this.#pending.filter((work) => work.key !== key);
  }

  snapshot(): GroupState {
    return {
      lastNotificationAt: this.lastNotificationAt,
      lastStatusAt: this.lastStatusAt,
      seenNotifications: this.#seenNotifications.toArray(),
      seenStatuses: this.#seenStatuses.toArray(),
      handled: this.#handled.toArray(),
      shared: [...this.#shared.values()],
      welcomed: Object.fromEntries(this.#welcomed),
      botAnswers: Object.fromEntries(this.#botAnswers),
      pending: this.#pending,
    };
  }
}

function forgetOlder(times: Map<string, EpochMs>, than: EpochMs): void {
  for (const [acct, at] of times) if (at < than) times.delete(acct);
}
