import type { RateLimit } from "../core/traits.js";

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

/** Until a server is known, its groups are counted together: it may be one that counts by address. */
export const unmetLimits: readonly RateLimit[] = [
  { kind: "any", count: 300, windowMs: 5 * 60_000, per: "host" },
];

/** A limit as it applies to one request. */
export interface Bucket extends RateLimit {
  /** Requests with the same key are counted together. */
  readonly key: string;
}

/** The limits that a request is counted against. */
export function bucketsOf(
  asked: Countable,
  asker: Asker,
  limits: readonly RateLimit[],
): readonly Bucket[] {
  return limits
    .filter(({ kind }) => isOfKind(asked, kind))
    .map((limit) => ({ ...limit, key: keyOf(asker, limit, subjectOf(asked.url, limit.kind)) }));
}

/** Does the limit count each thing by itself that is asked about? */
export function isPerSubject(kind: RateLimit["kind"]): boolean {
  return kind === "timelines" || kind.endsWith("-of-one");
}

/** @param subject what a limit is about that concerns one thing only */
export function keyOf(asker: Asker, { kind, per, windowMs }: RateLimit, subject = ""): string {
  const who = per === "host" ? asker.host : `${asker.account} ${asker.host}`;
  return `${who} ${kind} ${windowMs} ${subject}`;
}

function subjectOf({ pathname }: URL, kind: RateLimit["kind"]): string {
  if (!isPerSubject(kind)) return "";
  return kind === "timelines" ? pathname : pathname.replace(/\/[^/]*$/u, "");
}

function isOfKind({ method, url }: Countable, kind: RateLimit["kind"]): boolean {
  const { pathname, searchParams } = url;
  switch (kind) {
    case "any":
      return true;
    case "paging":
      return ["max_id", "min_id", "since_id", "page"].some((key) => searchParams.has(key));
    case "timelines":
      return pathname.includes("/api/v1/timelines/");
    case "searches":
      return /\/api\/v\d\/(?:accounts\/)?search$/u.test(pathname);
    case "writes":
      return method !== "GET" && /\/statuses(?:\/|$)/u.test(pathname);
    case "posts":
      return method === "POST" && pathname.endsWith("/api/v1/statuses");
    case "media":
      return method === "POST" && /\/api\/v\d\/media$/u.test(pathname);
    case "deletes":
      return method === "DELETE" || pathname.endsWith("/unreblog");
    case "follows":
      return method === "POST" && pathname.endsWith("/follow");
    case "relations":
    case "relations-of-one":
      return method === "POST" && /\/(?:un)?follow$/u.test(pathname);
    case "boosts-of-one":
      return /\/(?:un)?reblog$/u.test(pathname);
  }
}
