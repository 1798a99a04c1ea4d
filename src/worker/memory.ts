import { afterAnswer, type Pace } from "../core/answers.js";
import type { Draft } from "../core/effects.js";
import type { Acct, EpochMs, GroupEvent } from "../core/model.js";
import { forgetOlder, Remembered, type StateNote } from "../core/remembered.js";
import type { Memory } from "../core/situation.js";
import type { GroupState, PendingWork, Share } from "../core/state.js";
import { ListMemory } from "./list-memory.js";

const silenceMs = 60 * 60 * 1000;
/** Beyond so many notes it costs less to write the whole state. */
const maxNotes = 2000;

/** What an event is remembered by in its list. */
export function listKey(event: GroupEvent): string {
  if (event.kind !== "home") return event.id;
  // Ids change with edits on snac, so a status goes by its uri. A boost has the uri of the boosted
  // post on Pleroma, and must not hide it.
  return event.status.isReblog ? `boost ${event.status.id}` : event.status.uri;
}

/** What the group remembers between events and, by way of its files, between runs. */
export class GroupMemory implements Memory {
  readonly notifications: ListMemory;
  readonly home: ListMemory;
  readonly #kept: Remembered;
  /** What changed since somebody took the notes; `undefined` when that is too much. */
  #notes: StateNote[] | undefined = [];
  #retryAt: EpochMs | undefined;
  readonly #silences = new Map<string, EpochMs>();
  /** A little more may have been done than is remembered: what is done is looked for first. */
  isDoubtful: boolean;

  constructor(state: GroupState | undefined, now: () => EpochMs) {
    this.#kept = new Remembered(state);
    const change = (note: StateNote) => this.#change(note);
    this.notifications = new ListMemory("notifications", this.#kept.notifications, change, now);
    this.home = new ListMemory("home", this.#kept.home, change, now);
    this.isDoubtful = state?.isFromCopy ?? false;
  }

  #change(note: StateNote): void {
    this.#kept.apply(note);
    if (this.#notes === undefined) return;
    if (this.#notes.length < maxNotes) this.#notes.push(note);
    else this.#notes = undefined;
  }

  /** What changed since the last call, in order; `undefined` when it was so much that it is not known. */
  takeNotes(): readonly StateNote[] | undefined {
    const notes = this.#notes;
    if (notes === undefined || notes.length > 0) this.#notes = [];
    return notes;
  }

  get pending(): readonly PendingWork[] {
    return this.#kept.pending;
  }

  /** Was it seen in its list, or on the stream? */
  hasSeen(event: GroupEvent): boolean {
    return this.#listOf(event).has(listKey(event));
  }

  /** Was the event with this key handled: a mention's uri, or what a journal entry was called? */
  wasHandled(key: string): boolean {
    return this.#kept.handled.has(key) || this.#kept.passed.has(key);
  }

  shareOf(uri: string): Share | undefined {
    const shared = this.#kept.shared.get(uri);
    if (shared !== undefined) return shared;
    // What waits for room is as good as shared: it is shared once, and can be taken back.
    for (const { effects, putOffAt } of this.#kept.pending) {
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
    for (const share of this.#kept.shared.values()) if (share.at >= at) count++;
    return count;
  }

  lastWelcomeOf(acct: Acct): EpochMs | undefined {
    return this.#kept.welcomed.get(acct);
  }

  answeredUntil(acct: Acct): EpochMs | undefined {
    return this.#kept.answers.get(acct);
  }

  /** The event's effects are done, or it has none. */
  noteDone(event: GroupEvent, asMention: boolean): void {
    this.#listOf(event).note(listKey(event), event.at);
    if (asMention && "status" in event) this.#change({ kind: "passed", uri: event.status.uri });
  }

  #listOf({ kind }: GroupEvent): ListMemory {
    return kind === "home" ? this.home : this.notifications;
  }

  noteShared(share: Share): void {
    this.#change({ kind: "shared", share });
  }

  noteUnshared(uri: string): void {
    this.#change({ kind: "unshared", uri });
  }

  /** Somebody is to be answered. */
  noteAnswer(acct: Acct, pace: Pace, now: EpochMs): void {
    const until = afterAnswer(this.answeredUntil(acct), pace, now);
    this.#change({ kind: "answered", who: acct, at: now, until });
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
    const who = draft.to?.acct;
    if (who === undefined || draft.purpose !== "welcome") return;
    this.#change({ kind: "welcomed", who, at: now });
  }

  /** Writes work down that is about to be done, or is put off. */
  begin(work: PendingWork): void {
    this.#change({ kind: "begun", work });
  }

  /** The work is done, or given up: its event is never handled again. */
  finish(key: string): void {
    this.#change({ kind: "handled", key });
    this.drop(key);
  }

  /** Takes work out of the journal that has no event of its own. */
  drop(key: string): void {
    if (this.pending.some((work) => work.key === key)) this.#change({ kind: "dropped", key });
  }

  snapshot(): GroupState {
    return this.#kept.snapshot();
  }
}
