import { hostOf } from "../core/acct.js";
import type { Acct, EpochMs } from "../core/model.js";
import { toUrl } from "../core/url.js";
import { GatewayError } from "../errors.js";
import type { Clock } from "../ports.js";
import { createClient } from "./client.js";
import { candidates } from "./discovery.js";
import { type HttpOptions, json, request } from "./http.js";
import { at, isObject, textOf } from "./odd.js";

/** The code is shown to the person instead of being sent to a page. */
export const redirectUri = "urn:ietf:wg:oauth:2.0:oob";
const scopes = "read write follow";
/** Pleroma's 100 years are as good as for ever. */
const maxLifetimeS = 20 * 365 * 24 * 60 * 60;

/** How the sign-in talks to servers. */
export interface SignInOptions {
  /** Of this program. */
  readonly version: string;
  readonly clock: Pick<Clock, "now">;
  readonly signal: AbortSignal;
  /** For each request. Default 30 s. */
  readonly timeoutMs?: number | undefined;
}

/** What the server knows this program by. */
export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirect: string;
}

/**
 * Where the API of the account's server is: at its own name, else where its host-meta, WebFinger or
 * nodeinfo point. A `baseUrl` that the operator gave is only checked.
 *
 * @throws Error one sentence that names the server and says what to do
 */
export async function findServer(
  acct: Acct,
  options: SignInOptions & { readonly baseUrl?: string | undefined },
): Promise<{ readonly baseUrl: string }> {
  if (options.baseUrl !== undefined) {
    const origin = originOf(options.baseUrl);
    if (origin === undefined) {
      throw new Error(`"${options.baseUrl}" is not an address such as https://social.example.`);
    }
    const found = await answering(origin, options);
    if (typeof found === "string") return { baseUrl: found };
    throw new Error(`No Mastodon API answers at ${origin} (${found.problem}). Check the address.`);
  }
  const host = hostOf(acct);
  const problems: string[] = [];
  for await (const origin of candidates(
    acct,
    httpOptions(`https://${host}`, options),
    options.signal,
  )) {
    const found = await answering(origin, options);
    if (typeof found === "string") return { baseUrl: found };
    problems.push(found.problem);
  }
  throw new Error(
    `No Mastodon API was found for ${acct} (${problems[0] ?? "no answer"}). ` +
      "Check the name, or say with --base where the API is.",
  );
}

/**
 * Makes this program known to the server.
 *
 * @throws Error one sentence that names the server and says what to do
 */
export async function registerApp(baseUrl: string, options: SignInOptions): Promise<App> {
  const answer = await inOneSentence(baseUrl, "would not register this program", () =>
    postForm(baseUrl, "/api/v1/apps", options, {
      client_name: "fedigroups",
      // One text: GoToSocial refuses a list.
      redirect_uris: redirectUri,
      scopes,
      // snac's name for it.
      scope: scopes,
    }),
  );
  const clientId = textOf(at(answer, "client_id"));
  const clientSecret = textOf(at(answer, "client_secret"));
  if (clientId === undefined || clientSecret === undefined) {
    throw new Error(`${hostIn(baseUrl)} did not say under which id it registered this program.`);
  }
  return { clientId, clientSecret, redirect: redirectUri };
}

/** The page where a person lets the group in, after signing in as the group. */
export function authorizeUrl(baseUrl: string, clientId: string): string {
  const url = new URL("/oauth/authorize", baseUrl);
  url.search = `${new URLSearchParams({
    client_id: clientId,
    scope: scopes,
    redirect_uri: redirectUri,
    response_type: "code",
    // Whoever is signed in in the browser is seldom the group.
    force_login: "true",
  })}`;
  return url.href;
}

/** A token, and when the server will stop taking it, where it says so. */
export interface Access {
  readonly token: string;
  readonly expiresAt: EpochMs | undefined;
}

/**
 * The token for the code that the person was shown.
 *
 * @throws Error one sentence that names the server and says what to do
 */
export async function exchangeCode(
  baseUrl: string,
  app: App,
  code: string,
  options: SignInOptions,
): Promise<Access> {
  const answer = await inOneSentence(
    baseUrl,
    "did not take the code; open the page again for a new one",
    () =>
      postForm(baseUrl, "/oauth/token", options, {
        grant_type: "authorization_code",
        code: code.trim(),
        client_id: app.clientId,
        client_secret: app.clientSecret,
        redirect_uri: app.redirect,
        scope: scopes,
      }),
  );
  const token = textOf(at(answer, "access_token"));
  if (token === undefined) throw new Error(`${hostIn(baseUrl)} took the code but gave no token.`);
  // From now on, for `created_at` is in seconds here and in milliseconds there.
  const lifetime = at(answer, "expires_in");
  const isLimited = typeof lifetime === "number" && lifetime > 0 && lifetime < maxLifetimeS;
  return {
    token,
    expiresAt: isLimited ? options.clock.now() + Math.floor(lifetime * 1000) : undefined,
  };
}

/**
 * Whose token it is; `acct` as the server writes it, often without the host.
 *
 * @throws Error one sentence that names the server and says what to do
 */
export async function whoIs(
  baseUrl: string,
  token: string,
  options: SignInOptions,
): Promise<{ readonly acct: string; readonly url: string }> {
  const http = { ...httpOptions(baseUrl, options), token };
  const account: unknown = await inOneSentence(baseUrl, "did not accept the token", () =>
    createClient(http, options.signal, "who-am-i").api.v1.accounts.verifyCredentials(),
  );
  const acct = textOf(at(account, "acct")) ?? textOf(at(account, "username"));
  if (acct === undefined) throw new Error(`${hostIn(baseUrl)} did not say whose token it is.`);
  return { acct, url: textOf(at(account, "url")) ?? "" };
}

/** The origin that answers as an instance, after redirects, or what is wrong with it. */
async function answering(
  origin: string,
  options: SignInOptions,
): Promise<string | { readonly problem: string }> {
  const url = new URL("/api/v1/instance", origin);
  const asked = { method: "GET", url, isAnonymous: true };
  try {
    const answer = await request(httpOptions(origin, options), asked, options.signal);
    const instance = json(asked, answer);
    if (isObject(instance) && (at(instance, "version") ?? at(instance, "uri")) !== undefined) {
      return answer.url.origin;
    }
    return { problem: `${url.host} does not describe itself as one` };
  } catch (error) {
    options.signal.throwIfAborted();
    // Some servers show themselves to members only; they are servers all the same.
    if (error instanceof GatewayError && error.status === 401) return origin;
    return { problem: messageOf(error) };
  }
}

async function postForm(
  baseUrl: string,
  path: string,
  options: SignInOptions,
  fields: Readonly<Record<string, string>>,
): Promise<unknown> {
  // A form, not masto's JSON: the only encoding that OAuth promises everywhere.
  const asked = {
    method: "POST",
    url: new URL(path, baseUrl),
    headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
    body: `${new URLSearchParams(fields)}`,
    isAnonymous: true,
  };
  return json(asked, await request(httpOptions(baseUrl, options), asked, options.signal));
}

async function inOneSentence<T>(
  baseUrl: string,
  problem: string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const reason =
      error.failure === "transient"
        ? `cannot be reached now (${error.message}); try again later`
        : `${problem} (${error.message})`;
    throw new GatewayError(`${hostIn(baseUrl)} ${reason}.`, {
      failure: error.failure,
      status: error.status,
      retryAfterMs: error.retryAfterMs,
      isOutcomeKnown: error.isOutcomeKnown,
      cause: error,
    });
  }
}

function httpOptions(baseUrl: string, options: SignInOptions): HttpOptions {
  const { version, clock, timeoutMs } = options;
  return { baseUrl, version, clock, timeoutMs };
}

function originOf(text: string): string | undefined {
  const full = /^https?:\/\//iu.test(text.trim()) ? text.trim() : `https://${text.trim()}`;
  const url = toUrl(full);
  return url === undefined || url.hostname === "" ? undefined : url.origin;
}

function hostIn(baseUrl: string): string {
  return toUrl(baseUrl)?.host ?? baseUrl;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "no answer";
}
