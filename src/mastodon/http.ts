import { type Failure, GatewayError } from "../errors.js";
import type { Clock, Witness } from "../ports.js";
import type { AnswerHeaders } from "./answer-headers.js";
import { type Purpose, refused, senseless } from "./classify.js";
import { type AddressCheck, exchange, type Received } from "./exchange.js";
import type { Admission } from "./throttle.js";

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 10_000_000;
const maxRedirects = 5;

/** One server and one token (or none) to it. */
export interface HttpOptions {
  readonly baseUrl: string;
  readonly token?: string | undefined;
  /** Of this program, for the User-Agent. */
  readonly version: string;
  readonly clock: Pick<Clock, "now">;
  /** For one request, until the last byte of its answer. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Resolves when the server's limits have room for this request; see `throttle.ts`. */
  readonly admit?:
    | ((
        asked: Pick<HttpRequest, "method" | "url">,
        signal: AbortSignal,
      ) => Promise<Admission["answered"]>)
    | undefined;
  /** Is told how every request ended. */
  readonly witness?: Witness | undefined;
  /** Longer answers are refused. Default 10 MB. */
  readonly maxBytes?: number | undefined;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly purpose?: Purpose;
  /** True: no token, and redirects to other servers are followed. */
  readonly isAnonymous?: boolean;
  /** What it means when the answer is too long. Default `transient`. */
  readonly tooLong?: Failure;
  /**
   * Called with every address before it is asked, redirects too; throws to refuse. What it gives is
   * called with the IP address before that is connected to.
   */
  readonly guard?: (url: URL) => AddressCheck | undefined;
}

export interface HttpAnswer extends Received {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
}

/** `fedigroups/<version> (+<where its account lives>)`. GoToSocial refuses requests without one. */
export function userAgent({ version, baseUrl }: Pick<HttpOptions, "version" | "baseUrl">): string {
  return `fedigroups/${version} (+${baseUrl})`;
}

/**
 * One request and its whole answer, always 2xx. The token goes to the server's own origin only.
 *
 * @throws GatewayError
 */
export async function request(
  options: HttpOptions,
  asked: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  // Nobody's requests count, too, for a server that counts by address.
  const isOwn = asked.isAnonymous !== true || asked.url.origin === new URL(options.baseUrl).origin;
  const answered = isOwn ? await options.admit?.(asked, signal) : undefined;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const endsAtMs = performance.now() + timeoutMs;
  const beganAt = options.clock.now();
  const tell = (status: number | undefined) => {
    const tookMs = options.clock.now() - beganAt;
    options.witness?.({ kind: "request", method: asked.method, status, tookMs });
  };
  try {
    const attempt: Attempt = { options, asked, answered, timeoutMs, endsAtMs, signal };
    const answer = await follow(attempt, asked.url, 0);
    tell(answer.status);
    return answer;
  } catch (error) {
    tell(error instanceof GatewayError ? error.status : undefined);
    signal.throwIfAborted();
    throw error;
  } finally {
    answered?.();
  }
}

interface Attempt {
  readonly options: HttpOptions;
  readonly asked: HttpRequest;
  readonly answered: Admission["answered"] | undefined;
  readonly timeoutMs: number;
  readonly endsAtMs: number;
  readonly signal: AbortSignal;
}

async function follow(attempt: Attempt, url: URL, hops: number): Promise<HttpAnswer> {
  const { options, asked, timeoutMs, endsAtMs, signal } = attempt;
  const what = label(asked.method, url);
  const sending = {
    ...{ what, url, timeoutMs, endsAtMs },
    ...{ method: asked.method, headers: headersFor(what, url, attempt), body: asked.body },
    ...{ maxBytes: options.maxBytes ?? defaultMaxBytes, tooLong: asked.tooLong ?? "transient" },
    check: asked.guard?.(url),
  };
  const { status, headers, bytes } = await exchange(sending, signal);
  attempt.answered?.(headers);
  if (status >= 200 && status < 300) return { status, headers, bytes, url };

  const location = redirection(status, headers, url);
  if (location !== undefined && asked.method === "GET" && hops < maxRedirects) {
    if (asked.isAnonymous === true || location.origin === url.origin) {
      return follow(attempt, location, hops + 1);
    }
  }
  throw refused({
    what,
    status,
    headers,
    body: location === undefined ? text(bytes) : JSON.stringify({ error: `→ ${location.origin}` }),
    purpose: asked.purpose ?? "other",
    secret: options.token,
    now: options.clock.now(),
  });
}

function headersFor(
  what: string,
  url: URL,
  { options, asked }: Attempt,
): Readonly<Record<string, string>> {
  const headers = {
    Accept: "application/json, */*;q=0.5",
    ...asked.headers,
    "User-Agent": userAgent(options),
  };
  const isOurs = url.origin === new URL(options.baseUrl).origin;
  if (options.token === undefined || asked.isAnonymous === true || !isOurs) return headers;
  // Said here, for only here it is known whose turn it is.
  if (!/^[\x21-\x7e]+$/u.test(options.token)) {
    throw new GatewayError(`${what}: the token holds characters that no token has`, {
      failure: "auth",
      isOutcomeKnown: true,
    });
  }
  return { ...headers, Authorization: `Bearer ${options.token}` };
}

function redirection(status: number, headers: AnswerHeaders, from: URL): URL | undefined {
  const location = headers.get("location");
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  try {
    const url = new URL(location, from);
    return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
  } catch {
    return undefined;
  }
}

function label(method: string, url: URL): string {
  return `${method} ${url.host}${url.pathname}`;
}

/** The answer as text; bytes that are not UTF-8 are replaced. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/**
 * The answer as JSON, whatever content type the server gave it; `undefined` for 204.
 *
 * @throws GatewayError transient, outcome unknown, when it is not JSON (a proxy's page)
 */
export function json(
  asked: Pick<HttpRequest, "method" | "url">,
  { status, bytes }: HttpAnswer,
  parse: (text: string) => unknown = JSON.parse,
): unknown {
  if (status === 204) return undefined;
  try {
    return parse(text(bytes));
  } catch {
    throw senseless(label(asked.method, asked.url), `${status} without JSON in it`, status);
  }
}
