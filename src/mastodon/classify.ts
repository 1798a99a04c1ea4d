import type { EpochMs } from "../core/model.js";
import { type Failure, GatewayError } from "../errors.js";
import type { AnswerHeaders } from "./answer-headers.js";

const maxRetryAfterMs = 15 * 60_000;
/** Whoever says "at once" while refusing would be asked without a pause. */
const leastRetryAfterMs = 1000;
const maxExcerpt = 200;

/** `who-am-i` is the one call whose refusal says that the token is dead. */
export type Purpose = "who-am-i" | "other";

/** What an answer other than 2xx tells. */
export interface Refusal {
  /** Such as `POST social.example/api/v1/statuses`; never with a query. */
  readonly what: string;
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string;
  readonly purpose: Purpose;
  /** Never to be seen in a message. */
  readonly secret: string | undefined;
  readonly now: EpochMs;
}

/** The error for an answer other than 2xx. */
export function refused(refusal: Refusal): GatewayError {
  const { what, status, headers, body, purpose, secret, now } = refusal;
  const told = excerpt(messageIn(body, headers.get("content-type") ?? ""), secret);
  return new GatewayError(`${what}: ${status}${told === "" ? "" : ` ${told}`}`, {
    failure: failureOf(status, purpose, body),
    status,
    retryAfterMs: retryAfter(status, headers, now),
    isOutcomeKnown: isRefusal(status),
  });
}

/** Does it say that nothing was done? A redirect does not: 303 is what some answer to what they have done. */
function isRefusal(status: number): boolean {
  return (status >= 400 && status < 500) || status === 501;
}

/**
 * The error for an answer that could not be had, or not be read to its end.
 *
 * @param isSent false when nothing of the request can have reached the server
 */
export function unreachable(what: string, cause: unknown, isSent = true): GatewayError {
  return new GatewayError(`${what}: ${codeOf(cause) ?? "the connection broke"}`, {
    failure: "transient",
    isOutcomeKnown: !isSent,
    cause,
  });
}

/** The error for an answer that came but makes no sense: whether the server acted is unknown. */
export function senseless(what: string, problem: string, status?: number): GatewayError {
  return new GatewayError(`${what}: ${problem}`, {
    failure: "transient",
    status,
    isOutcomeKnown: false,
  });
}

/** Whether an upgrade to a socket was refused for good. 401 and 403 are for `whoAmI` to judge. */
export function upgradeFailure(status: number): Failure {
  return [400, 404, 405, 410, 418, 426, 501].includes(status) ? "permanent" : "transient";
}

/** One printable line of what a stranger wrote, short, without the secret. */
export function excerpt(text: string, secret: string | undefined): string {
  const safe =
    secret === undefined || secret === "" ? text : text.slice(0, 10_000).replaceAll(secret, "…");
  const line = safe
    .slice(0, 10_000)
    .replace(/access_token=[^\s&"]+/giu, "access_token=…")
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim();
  const points = [...line];
  return points.length <= maxExcerpt ? line : `${points.slice(0, maxExcerpt - 1).join("")}…`;
}

/**
 * How long to leave the server alone: `Retry-After` in seconds or as a date, else the end of the
 * rate-limit window, unless the server says that this window has room: then it was another limit.
 * Dates are compared with the server's own clock where it tells the time.
 */
export function retryAfter(
  status: number,
  headers: AnswerHeaders,
  now: EpochMs,
): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const wait = headers.get("retry-after");
  const isUsedUp = Number(headers.get("x-ratelimit-remaining") ?? 0) <= 0;
  const reset = status === 429 && isUsedUp ? headers.get("x-ratelimit-reset") : null;
  const waitMs = delayOf(wait, headers, now) ?? delayOf(reset, headers, now);
  if (waitMs === undefined) return undefined;
  return Math.min(Math.max(waitMs, leastRetryAfterMs), maxRetryAfterMs);
}

/**
 * How long until the moment that a header names, in seconds or as a date. `undefined`: it names
 * none, or one that is past, as dates are that came by another clock than the answer's.
 */
export function delayOf(
  value: string | null,
  headers: AnswerHeaders,
  now: EpochMs,
): number | undefined {
  const text = value?.trim() ?? "";
  if (text === "") return undefined;
  // Without the server's own time a date may be hours off, and the wait is cut all the same.
  const serverNow = timeOf(headers.get("date")) ?? now;
  if (/^\d+(?:\.\d+)?$/u.test(text)) {
    const seconds = Number(text);
    // Some proxies give the time of the reset in seconds since 1970 rather than a delay.
    return seconds > 1e9 ? ahead(seconds * 1000 - serverNow) : seconds * 1000;
  }
  const at = timeOf(text);
  return at === undefined ? undefined : ahead(at - serverNow);
}

function ahead(waitMs: number): number | undefined {
  return waitMs < 0 ? undefined : waitMs;
}

function timeOf(text: string | null): EpochMs | undefined {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? undefined : at;
}

function failureOf(status: number, purpose: Purpose, body: string): Failure {
  if (status === 401) return "auth";
  if (purpose === "who-am-i") {
    // Pleroma and disabled accounts: 403. snac: 422 without a word.
    if (status === 403 || (status === 422 && body.trim() === "")) return "auth";
  }
  // A redirect is a proxy's or a portal's word, not the API's: it may pass.
  if (status < 400 || status === 408 || status === 425 || status === 429) return "transient";
  if (status === 501 || status < 500) return "permanent";
  return "transient";
}

function messageIn(body: string, type: string): string {
  if (/^\s*[[{"]/u.test(body)) {
    try {
      const data: unknown = JSON.parse(body);
      if (typeof data === "string") return data;
      if (typeof data === "object" && data !== null && "error" in data) {
        const { error } = data;
        const description = "error_description" in data ? data.error_description : undefined;
        return [error, description]
          .filter((part) => part !== undefined && part !== null)
          .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
          .join(": ");
      }
    } catch {
      return "";
    }
  }
  return /^text\/plain\b/iu.test(type) ? body : "";
}

function codeOf(cause: unknown): string | undefined {
  for (let error = cause, depth = 0; error instanceof Error && depth < 5; depth++) {
    if ("code" in error && typeof error.code === "string") return error.code;
    if (error instanceof AggregateError && error.errors.length > 0) error = error.errors[0];
    else error = error.cause;
  }
  return undefined;
}
