import { type Failure, GatewayError } from "../errors.js";
import type { Clock, Witness } from "../ports.js";
import { type AddressCheck, checkedGet } from "./checked-get.js";
import { type Purpose, refused, senseless, unreachable } from "./classify.js";
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
  readonly headers?: RequestInit["headers"];
  readonly body?: string | FormData | URLSearchParams | undefined;
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

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
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
  // Not AbortSignal.any: the group's signal lives for months and would keep every request's.
  const aborter = new AbortController();
  const abort = () => aborter.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal.addEventListener("abort", abort, { once: true });
  const attempt: Attempt = { options, asked, answered, signal: aborter.signal };
  const beganAt = options.clock.now();
  const tell = (status: number | undefined) => {
    const tookMs = options.clock.now() - beganAt;
    options.witness?.({ kind: "request", method: asked.method, status, tookMs });
  };
  try {
    signal.throwIfAborted();
    const answer = await follow(attempt, asked.url, 0);
    tell(answer.status);
    return answer;
  } catch (error) {
    tell(error instanceof GatewayError ? error.status : undefined);
    signal.throwIfAborted();
    if (aborter.signal.aborted) {
      throw senseless(label(asked.method, asked.url), `no answer within ${timeoutMs} ms`);
    }
    throw error;
  } finally {
    answered?.();
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

interface Attempt {
  readonly options: HttpOptions;
  readonly asked: HttpRequest;
  readonly answered: Admission["answered"] | undefined;
  readonly signal: AbortSignal;
}

async function follow(attempt: Attempt, url: URL, hops: number): Promise<HttpAnswer> {
  const { options, asked, signal } = attempt;
  const what = label(asked.method, url);
  const { status, headers, bytes } = await exchange(what, url, attempt, signal);
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

async function exchange(
  what: string,
  url: URL,
  { options, asked }: Attempt,
  signal: AbortSignal,
): Promise<Omit<HttpAnswer, "url">> {
  const headers = new Headers(asked.headers);
  headers.set("User-Agent", userAgent(options));
  if (!headers.has("Accept")) headers.set("Accept", "application/json, */*;q=0.5");
  const isOurs = url.origin === new URL(options.baseUrl).origin;
  if (options.token !== undefined && asked.isAnonymous !== true && isOurs) {
    // Said here, for the error of `Headers` would quote it.
    if (!/^[\x21-\x7e]+$/u.test(options.token)) {
      throw new GatewayError(`${what}: the token holds characters that no token has`, {
        failure: "auth",
        isOutcomeKnown: true,
      });
    }
    headers.set("Authorization", `Bearer ${options.token}`);
  }
  const check = asked.guard?.(url);
  try {
    const response =
      check === undefined
        ? await fetch(url, {
            method: asked.method,
            headers,
            ...(asked.body === undefined ? {} : { body: asked.body }),
            redirect: "manual",
            signal,
          })
        : await checkedGet(url, headers, check, signal);
    const bytes = await readAll(response, options.maxBytes ?? defaultMaxBytes);
    if (bytes !== undefined) return { status: response.status, headers: response.headers, bytes };
  } catch (error) {
    throw error instanceof GatewayError ? error : unreachable(what, error);
  }
  throw new GatewayError(`${what}: the answer is too long`, {
    failure: asked.tooLong ?? "transient",
    isOutcomeKnown: false,
  });
}

/** `undefined` when there are more bytes than `maxBytes`. */
async function readAll(
  response: { readonly body: AsyncIterable<Uint8Array> | null },
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    // Leaving the loop cancels the rest.
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function redirection(status: number, headers: Headers, from: URL): URL | undefined {
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
