import type { Budget } from "../core/facts.js";
import type { EpochMs } from "../core/model.js";
import type { RateLimit } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { Clock } from "../ports.js";

/** A request as far as limits care. */
export interface Countable {
  readonly method: string;
  readonly url: URL;
}

/** Whose requests are counted together. */
export interface Asker {
  /** The group's address. */
  readonly account: string;
  /** Where the API is. */
  readonly host: string;
}

const maxBuckets = 20_000;

/**
 * Remembers what was asked lately and makes the next request wait until the server's limits have
 * room for it. One of it serves all groups of the program, for some servers count by address.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  readonly #asked = new Map<string, EpochMs[]>();

  /** @param maxWaitMs a request that would have to wait for longer is refused instead */
  constructor(clock: Clock, maxWaitMs = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * Resolves when the request may be sent, and counts it; with how long that took.
   *
   * @throws GatewayError transient, when that would take too long
   */
  async admit(
    asked: Countable,
    asker: Asker,
    limits: readonly RateLimit[],
    signal: AbortSignal,
  ): Promise<number> {
    const beganAt = this.#clock.now();
    const buckets = limits
      .filter(({ kind }) => isOfKind(asked, kind))
      .map((limit) => ({ ...limit, key: keyOf(asked, asker, limit) }));
    for (;;) {
      const now = this.#clock.now();
      const freeAt = buckets.map((bucket) => this.#freeAt(bucket, now));
      const waitMs = Math.max(0, ...freeAt) - now;
      if (waitMs <= 0) break;
      // Whoever waits here keeps a whole group waiting; what to do meanwhile is not ours to say.
      if (waitMs > this.#maxWaitMs) throw noRoom(waitMs);
      await this.#clock.sleep(waitMs, signal);
    }
    const now = this.#clock.now();
    for (const { key } of buckets) this.#asked.get(key)?.push(now);
    return now - beganAt;
  }

  /** How much of these limits is used up now; of a limit on one post, by the post asked most often. */
  budgets(asker: Asker, limits: readonly RateLimit[]): readonly Budget[] {
    const now = this.#clock.now();
    return limits.map(({ kind, per, count, windowMs }) => {
      const key = prefixOf(asker, { kind, per, windowMs });
      const used = [...this.#asked]
        .filter(([bucket]) => bucket.startsWith(key))
        .map(([, times]) => times.filter((at) => at > now - windowMs && at <= now).length);
      return { kind, count, windowMs, used: Math.max(0, ...used) };
    });
  }

  /** When there is room for one more. Windows slide, so that none of the server's can overflow. */
  #freeAt({ key, count, windowMs }: RateLimit & { readonly key: string }, now: EpochMs): EpochMs {
    // A clock that was set back may not make anybody wait for longer than one window.
    const times = (this.#asked.get(key) ?? []).filter((at) => at > now - windowMs && at <= now);
    this.#asked.delete(key);
    this.#asked.set(key, times);
    for (const oldest of this.#asked.keys()) {
      if (this.#asked.size <= maxBuckets) break;
      this.#asked.delete(oldest);
    }
    return (times.at(-count) ?? now - windowMs) + windowMs;
  }
}

function noRoom(waitMs: number): GatewayError {
  return new GatewayError("The server's limits leave no room for this request now.", {
    failure: "transient",
    retryAfterMs: waitMs,
    isOutcomeKnown: true,
  });
}

function keyOf({ url }: Countable, asker: Asker, limit: RateLimit): string {
  const what = limit.kind === "boosts-of-one" ? url.pathname.replace(/\/[^/]*$/u, "") : "";
  return `${prefixOf(asker, limit)}${what}`;
}

function prefixOf(asker: Asker, { kind, per, windowMs }: Omit<RateLimit, "count">): string {
  const who = per === "host" ? asker.host : `${asker.account} ${asker.host}`;
  return `${who} ${kind} ${windowMs} `;
}

function isOfKind({ method, url }: Countable, kind: RateLimit["kind"]): boolean {
  const { pathname, searchParams } = url;
  switch (kind) {
    case "any":
      return true;
    case "paging":
      return ["max_id", "min_id", "since_id", "page"].some((key) => searchParams.has(key));
    case "writes":
      return method !== "GET" && /\/statuses(?:\/|$)/u.test(pathname);
    case "posts":
      return method === "POST" && pathname.endsWith("/api/v1/statuses");
    case "deletes":
      return method === "DELETE" || pathname.endsWith("/unreblog");
    case "follows":
      return method === "POST" && /\/(?:un)?follow$/u.test(pathname);
    case "boosts-of-one":
      return /\/(?:un)?reblog$/u.test(pathname);
  }
}
