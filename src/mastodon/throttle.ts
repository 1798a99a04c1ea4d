import type { Budget } from "../core/facts.js";
import type { EpochMs } from "../core/model.js";
import { type Rank, usableBy } from "../core/rank.js";
import type { RateLimit } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { AnswerHeaders } from "./answer-headers.js";
import { delayOf } from "./classify.js";
import {
  type Asker,
  type Bucket,
  bucketsOf,
  type Countable,
  isPerSubject,
  keyOf,
  unmetLimits,
} from "./limits.js";
import { countSince, forget, promisedTo, timesOf, type Use } from "./uses.js";

/** Writing that is no moderation is not worth a longer wait: whoever asks can do it later. */
const briefMs = 2000;
/**
 * HTTP tells the time in whole seconds, so each answer places the beginning of the server's window a
 * little elsewhere: what was entered there by the answer before must not be entered again.
 */
const imprecisionMs = 2000;
/** No request is counted in more buckets than this. */
const looksPerRequest = 6;
/** Half of what counts by address is for whoever comes first, the other half is shared out. */
const sharedOut = 0.5;

/** What was counted against one limit. */
interface Count {
  readonly windowMs: number;
  /** By account; the empty account stands for what the server alone knows of. */
  readonly uses: Map<string, Use[]>;
}

/** Leave to send one request. */
export interface Admission {
  readonly waitedMs: number;
  /** To be called when the answer is there, with its headers, or when it will not come. */
  readonly answered: (headers?: AnswerHeaders) => void;
}

/**
 * Remembers what was asked lately and makes the next request wait until the server's limits have
 * room for it. One of it serves all groups of the program, for some servers count by address.
 *
 * What matters more may use more of a limit, see `rank.ts`. Of a limit that groups share, half
 * belongs to all of them in equal parts, so that none can use up what another needs. What the
 * server tells of its own count goes before ours, which is empty after a restart.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  readonly #limits = new Map<string, readonly RateLimit[]>();
  readonly #accounts = new Map<string, Set<string>>();
  /** By bucket. */
  readonly #counts = new Map<string, Count>();

  /** @param maxWaitMs a request that would have to wait for longer is refused instead */
  constructor(clock: Clock, maxWaitMs = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#maxWaitMs = maxWaitMs;
  }

  /** Somebody who will ask: a part of what is shared is kept for them. */
  enter({ account, host }: Asker): void {
    const accounts = this.#accounts.get(host) ?? new Set();
    this.#accounts.set(host, accounts.add(account));
  }

  /** They will not ask again: nothing is kept for them any more. What they asked still counts. */
  leave(account: string): void {
    for (const accounts of this.#accounts.values()) accounts.delete(account);
  }

  /** What is known of a server's limits, for all groups that live there. */
  learn(host: string, limits: readonly RateLimit[]): void {
    this.#limits.set(host, limits);
  }

  /** How much of each limit is used up now; of a limit on one thing, by the one asked most often. */
  budgets(asker: Asker): readonly Budget[] {
    const now = this.#clock.now();
    return this.#limitsAt(asker.host).map((limit) => {
      const { kind, count, windowMs } = limit;
      const key = keyOf(asker, limit);
      // Looked at for every group at once, so the usual case needs no search.
      const keys = isPerSubject(kind)
        ? [...this.#counts.keys()].filter((each) => each.startsWith(key))
        : [key];
      const used = keys.map((each) => timesOf(this.#counts.get(each)?.uses, windowMs, now).length);
      return { kind, count, windowMs, used: Math.max(0, ...used) };
    });
  }

  /** How many things are counted. What is over is forgotten as requests go by. */
  get bucketCount(): number {
    return this.#counts.size;
  }

  /**
   * Resolves when the request may be sent, and counts it.
   *
   * @throws GatewayError transient, with the wait, when that would take too long
   */
  async admit(
    asked: Countable & { readonly rank: Rank },
    asker: Asker,
    signal: AbortSignal,
  ): Promise<Admission> {
    this.enter(asker);
    const beganAt = this.#clock.now();
    const isUrgent = asked.method === "GET" || asked.rank === "moderation";
    const maxWaitMs = isUrgent ? this.#maxWaitMs : Math.min(briefMs, this.#maxWaitMs);
    for (;;) {
      const now = this.#clock.now();
      // Looked up each time: somebody may have met the server meanwhile.
      const buckets = bucketsOf(asked, asker, this.#limitsAt(asker.host));
      const waits = buckets.map((bucket) => this.#waitFor(bucket, asked.rank, asker, now));
      const waitMs = Math.max(0, ...waits);
      if (waitMs <= 0) return this.#count(buckets, asker, now - beganAt);
      // Whoever waits here keeps a whole group waiting; what to do meanwhile is not ours to say.
      if (now + waitMs - beganAt > maxWaitMs) throw noRoom(waitMs);
      await this.#clock.sleep(waitMs, signal);
    }
  }

  #limitsAt(host: string): readonly RateLimit[] {
    return this.#limits.get(host) ?? unmetLimits;
  }

  #count(buckets: readonly Bucket[], { account }: Asker, waitedMs: number): Admission {
    this.#forgetOver();
    const use: Use = { at: undefined };
    for (const bucket of buckets) this.#usesOf(bucket, account).push(use);
    return {
      waitedMs,
      answered: (headers) => {
        use.at ??= this.#clock.now();
        if (headers !== undefined) this.#believe(headers, buckets);
      },
    };
  }

  /**
   * How long until there is room for one more. Windows slide, and begin when the answer is there, so
   * that none of the server's can overflow, wherever it begins.
   */
  #waitFor(bucket: Bucket, rank: Rank, { account, host }: Asker, now: EpochMs): number {
    const { key, count, windowMs, per } = bucket;
    const uses = this.#counts.get(key)?.uses;
    if (uses !== undefined) forget(uses, windowMs, now);
    const accounts = (per === "host" ? this.#accounts.get(host) : undefined) ?? new Set([account]);
    const part = accounts.size > 1 ? Math.floor((count * sharedOut) / accounts.size) : 0;
    const isOwed = (uses?.get(account)?.length ?? 0) < usableBy(rank, { count: part, windowMs });
    const promised = isOwed ? 0 : promisedTo(accounts, account, part, uses);
    const room = isOwed ? count : usableBy(rank, bucket) - promised;
    // What is left after forgetting is in the window, so that the usual case needs no times.
    let used = 0;
    for (const own of uses?.values() ?? []) used += own.length;
    const excess = used + 1 - room;
    if (excess <= 0) return 0;
    const times = timesOf(uses, windowMs, now);
    return (times[Math.min(excess, times.length) - 1] ?? now) + windowMs - now;
  }

  #usesOf({ key, windowMs }: Bucket, account: string): Use[] {
    const { uses } = this.#counts.get(key) ?? { uses: new Map<string, Use[]>() };
    this.#counts.set(key, { windowMs, uses });
    const own = uses.get(account) ?? [];
    uses.set(account, own);
    return own;
  }

  /**
   * A status is boosted once and never asked about again. So each request looks at more buckets than
   * it can add, in turn, and takes away those that nothing counts in any more.
   */
  #forgetOver(): void {
    const now = this.#clock.now();
    let looks = looksPerRequest;
    for (const [key, count] of this.#counts) {
      if (looks-- === 0) return;
      this.#counts.delete(key);
      forget(count.uses, count.windowMs, now);
      // Behind the others, to be looked at again in its turn.
      if (count.uses.size > 0) this.#counts.set(key, count);
    }
  }

  /** Enters what the server has counted and we have not, as after a restart, until it begins anew. */
  #believe(headers: AnswerHeaders, buckets: readonly Bucket[]): void {
    const now = this.#clock.now();
    const limit = Number(headers.get("x-ratelimit-limit") ?? Number.NaN);
    const left = Number(headers.get("x-ratelimit-remaining") ?? Number.NaN);
    const resetMs = delayOf(headers.get("x-ratelimit-reset"), headers, now);
    if (resetMs === undefined || !(left >= 0)) return;
    // It does not say which limit it tells of, only how large that is. The shortest that fits makes
    // nobody wait for nothing.
    const [bucket] = buckets
      .filter(({ count, windowMs }) => count === limit && resetMs <= windowMs)
      .sort((a, b) => a.windowMs - b.windowMs);
    if (bucket === undefined) return;
    const beganAt = now + resetMs - bucket.windowMs;
    const { uses } = this.#counts.get(bucket.key) ?? {};
    const known = countSince(uses, bucket.windowMs, now, beganAt - imprecisionMs);
    const unknown = limit - left - known;
    const theirs = this.#usesOf(bucket, "");
    for (let more = Math.min(unknown, bucket.count); more > 0; more--) theirs.push({ at: beganAt });
  }
}

function noRoom(waitMs: number): GatewayError {
  return new GatewayError("The server's limits leave no room for this request now.", {
    failure: "transient",
    retryAfterMs: waitMs,
    isOutcomeKnown: true,
  });
}
