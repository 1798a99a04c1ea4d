import type { StatusChange } from "../sandbox/surface.js";

/** What a group is to do, or has done, once: one text for one effect. */
export type Effect = string;

/** A group boosts a post. */
export const shareOf = (group: string, uri: string): Effect => `${group} shares ${uri}`;
/** … and takes that back. */
export const unshareOf = (group: string, uri: string): Effect => `${group} unshares ${uri}`;
/** A group answers a post. */
export const answerTo = (group: string, uri: string): Effect => `${group} answers ${uri}`;
/** A group greets somebody for the first, second… time. */
export const greetingOf = (group: string, acct: string, number: number): Effect =>
  `${group} greets ${acct} ${number}`;

/** What came of everything that was expected. */
export interface Balance {
  readonly expected: number;
  readonly done: number;
  /** Expected and not seen. */
  readonly lost: readonly Effect[];
  /** Seen more often than once. */
  readonly doubled: readonly Effect[];
  /** Seen, though nobody expected it. */
  readonly unasked: readonly Effect[];
  /** How long it took from a post to its boost or answer, as the server saw it; sorted. */
  readonly delaysMs: readonly number[];
}

const rememberedPosts = 5_000;

/**
 * Compares what groups should do with what the server saw them do, effect by effect. Of each
 * effect only its name is kept, some 200 bytes.
 */
export class Ledger {
  readonly #groups: ReadonlySet<string>;
  /** Expected and not yet seen, with the time of the cause. */
  readonly #waiting = new Map<Effect, number>();
  /** Seen and not yet expected: the group may be faster than whoever asked. */
  readonly #early = new Map<Effect, number>();
  readonly #done = new Set<Effect>();
  readonly #doubled: Effect[] = [];
  readonly #delaysMs: number[] = [];
  /** When people's posts were made. */
  readonly #madeAt = new Map<string, number>();
  /** The groups' own posts: what replies to one is the rest of a long answer. */
  readonly #own = new Set<string>();
  readonly #greetings = new Map<string, number>();

  /** @param groups their addresses */
  constructor(groups: Iterable<string>) {
    this.#groups = new Set(groups);
  }

  /** To be called for everything that happens on the server. */
  see(change: StatusChange): void {
    if (!this.#groups.has(change.author)) {
      if (change.kind === "made") this.#remember(change.uri, change.atMs);
      return;
    }
    const effect = this.#nameOf(change);
    if (effect !== undefined) this.#count(effect, change.atMs);
  }

  /** From now on this effect is due. Default for when it was asked for: when that post was made. */
  expect(effect: Effect, cause: { readonly uri: string } | { readonly atMs: number }): void {
    const atMs = "uri" in cause ? this.#madeAt.get(cause.uri) : cause.atMs;
    const seenAt = this.#early.get(effect);
    if (seenAt === undefined) {
      this.#waiting.set(effect, atMs ?? Number.NaN);
      return;
    }
    this.#early.delete(effect);
    this.#settle(effect, atMs, seenAt);
  }

  isDone(effect: Effect): boolean {
    return this.#done.has(effect);
  }

  /** How many effects are due and have not been seen. */
  get waiting(): number {
    return this.#waiting.size;
  }

  balance(): Balance {
    return {
      expected: this.#waiting.size + this.#done.size,
      done: this.#done.size,
      lost: [...this.#waiting.keys()],
      doubled: this.#doubled,
      unasked: [...this.#early.keys()],
      delaysMs: this.#delaysMs.toSorted((a, b) => a - b),
    };
  }

  #nameOf(change: StatusChange): Effect | undefined {
    const { kind, author, uri, reblogOf, inReplyTo, mentions } = change;
    if (reblogOf !== undefined) {
      // A boost that goes with its deleted post was not taken back by the group.
      const unshare = unshareOf(author, reblogOf);
      if (kind === "made") return shareOf(author, reblogOf);
      return this.#waiting.has(unshare) || this.#done.has(unshare) ? unshare : undefined;
    }
    if (kind === "gone") return `${author} deletes ${uri}`;
    this.#own.add(uri);
    if (inReplyTo !== undefined) {
      return this.#own.has(inReplyTo) ? undefined : answerTo(author, inReplyTo);
    }
    const [to] = mentions;
    if (to === undefined) return `${author} announces ${uri}`;
    const number = (this.#greetings.get(`${author} ${to}`) ?? 0) + 1;
    this.#greetings.set(`${author} ${to}`, number);
    return greetingOf(author, to, number);
  }

  #count(effect: Effect, seenAt: number): void {
    if (this.#done.has(effect) || this.#early.has(effect)) {
      this.#doubled.push(effect);
      return;
    }
    const atMs = this.#waiting.get(effect);
    if (atMs === undefined) {
      this.#early.set(effect, seenAt);
      return;
    }
    this.#waiting.delete(effect);
    this.#settle(effect, atMs, seenAt);
  }

  #settle(effect: Effect, atMs: number | undefined, seenAt: number): void {
    this.#done.add(effect);
    if (atMs !== undefined && !Number.isNaN(atMs)) this.#delaysMs.push(seenAt - atMs);
  }

  #remember(uri: string, atMs: number): void {
    this.#madeAt.set(uri, atMs);
    if (this.#madeAt.size <= rememberedPosts) return;
    const [oldest] = this.#madeAt.keys();
    if (oldest !== undefined) this.#madeAt.delete(oldest);
  }
}
