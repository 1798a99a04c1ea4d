import type { Bucket, Family, RateLimitRules, RateSubject } from "./behaviour.js";

const minutes = (count: number) => count * 60_000;

/** The buckets that a request to Mastodon's `/api/…` fills when it arrives. */
function generalBuckets(request: Omit<RateSubject, "method" | "path">): readonly Bucket[] {
  const { tokenId, accountId, ip, isPaging } = request;
  const who = accountId === undefined ? `ip:${ip}` : `user:${accountId}`;
  const buckets: Bucket[] = [];
  if (tokenId === undefined) {
    buckets.push({ key: `api:${who}`, limit: 300, periodMs: minutes(5) });
  } else {
    buckets.push({ key: `token:${tokenId}`, limit: 300, periodMs: minutes(5) });
    buckets.push({ key: `api:${who}`, limit: 1_500, periodMs: minutes(5) });
  }
  if (isPaging) buckets.push({ key: `paging:${who}`, limit: 300, periodMs: minutes(15) });
  return buckets;
}

const families = {
  statuses: { limit: 300, periodMs: minutes(180) },
  deletes: { limit: 30, periodMs: minutes(30) },
  follows: { limit: 400, periodMs: minutes(24 * 60) },
  media: { limit: 30, periodMs: minutes(30) },
  apps: { limit: 5, periodMs: minutes(10) },
} as const satisfies Record<Family, Omit<Bucket, "key">>;

/** The bucket of a family of routes; `who` is an account's id or an address. */
function familyBucket(family: Family, who: string): Bucket {
  return { key: `${family}:${who}`, ...families[family] };
}

/** These count what was done; the other families count what was tried. */
export function countsSuccessOnly(family: Family): boolean {
  return family === "statuses" || family === "follows";
}

/** Mastodon's limits. */
export const mastodonRateLimits: RateLimitRules = {
  onArrival: generalBuckets,
  ofFamily: familyBucket,
  refusal: { status: 429, body: { error: "Too many requests" } },
  hasHeaders: true,
  coversUpgrades: false,
};

/** Counts per window; windows begin at multiples of their length since the epoch. */
export class RateLimits {
  readonly #counts = new Map<string, { window: number; count: number }>();
  readonly #now: () => number;
  readonly #isEnforced: boolean;

  constructor(now: () => number, isEnforced: boolean) {
    this.#now = now;
    this.#isEnforced = isEnforced;
  }

  /** Adds one and tells whether that was too much. */
  take(bucket: Bucket): boolean {
    const window = this.#windowOf(bucket);
    const counted = this.#counts.get(bucket.key);
    const count = counted?.window === window ? counted.count + 1 : 1;
    this.#counts.set(bucket.key, { window, count });
    return this.#isEnforced && count > bucket.limit;
  }

  /** Tells whether nothing is left, without counting. */
  isFull(bucket: Bucket): boolean {
    return this.#isEnforced && this.#left(bucket) <= 0;
  }

  /** Mastodon's headers, for the bucket closest to exhaustion. */
  headers(buckets: readonly Bucket[]): Readonly<Record<string, string>> {
    const [tightest] = [...buckets].sort((a, b) => this.#left(a) - this.#left(b));
    if (tightest === undefined) return {};
    return {
      "X-RateLimit-Limit": String(tightest.limit),
      // Who refuses nobody does not say that nothing is left.
      "X-RateLimit-Remaining": String(
        this.#isEnforced ? Math.max(0, this.#left(tightest)) : tightest.limit - 1,
      ),
      "X-RateLimit-Reset": this.#resetOf(tightest),
    };
  }

  #left(bucket: Bucket): number {
    const counted = this.#counts.get(bucket.key);
    return bucket.limit - (counted?.window === this.#windowOf(bucket) ? counted.count : 0);
  }

  #windowOf(bucket: Bucket): number {
    return Math.floor(this.#now() / bucket.periodMs);
  }

  /** Mastodon adds whole seconds to the present moment, so the fraction of a second stays. */
  #resetOf(bucket: Bucket): string {
    const now = this.#now();
    const periodS = bucket.periodMs / 1_000;
    const wholeS = Math.floor(now / 1_000);
    const reset = now + (periodS - (wholeS % periodS)) * 1_000;
    return new Date(reset).toISOString().replace("Z", "000Z");
  }
}
