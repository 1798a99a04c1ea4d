import type { ApiAnswer } from "../seam.js";
import type { BodyFacts, ServerBehaviour, StreamBehaviour } from "../server/behaviour.js";
import { mastodonServer } from "../server/mastodon.js";
import { payloadText } from "../server/streaming/mastodon.js";
import type { Fault } from "../surface.js";
import { without } from "./alter.js";

const error = (status: number, text: string): ApiAnswer => ({ status, body: { error: text } });

const noUserAgent = error(418, "I'm a teapot: no user-agent sent with request");
const noToken = error(401, "Unauthorized: token not supplied");
const rateLimited = error(429, "rate limit reached");

/** What a test lets happen to a request when the server has too much to do. */
export const gotosocialThrottled: Fault = {
  kind: "respond",
  status: 429,
  body: JSON.stringify({ error: "server capacity exceeded" }),
  headers: { "Retry-After": "30" },
};

/** Told to everybody; all else needs a token. */
const openPaths = /^\/(api\/v[12]\/instance|nodeinfo|\.well-known)/;

const streaming: StreamBehaviour = {
  hasHealth: false,
  path: /^\/api\/v1\/streaming$/,
  tokenFrom: ["header", "query", "protocol"],
  allowsAnonymous: false,
  echoesProtocol: true,
  refuse: (problem, { from, url }) => {
    if (problem === "user-agent") return noUserAgent;
    if (url.pathname === "/api/v1/streaming/") return withoutSlash(url);
    if (problem === "missing") return noToken;
    if (problem === "unknown") return from === "header" ? noToken : error(401, "Unauthorized");
    return error(404, "Not Found");
  },
  // Only the whole scope opens a stream, no part of it.
  scopeOf: () => "read",
  noticeScope: "read",
  // A stream nobody knows opens, too, and stays silent.
  isKnown: () => true,
  refusesUnknownStreams: false,
  takesByMessage: (stream) => stream !== "user:notification" && !stream.startsWith("hashtag"),
  canUnsubscribe: true,
  canAuthenticate: false,
  reply: () => undefined,
  onText: (text) => (isJson(text) ? {} : { drops: true }),
  frame: ({ event, payload }, stream) =>
    `${JSON.stringify({ stream: [stream], event, payload: payloadText(payload) ?? "" })}\n`,
  sendsPerSubscription: false,
  ping: { when: "idle", payload: "ping!", cutsMute: false },
  closesOnRevoke: false,
};

function withoutSlash(url: URL): ApiAnswer {
  return { status: 301, body: undefined, headers: { Location: `/api/v1/streaming${url.search}` } };
}

/** GoToSocial 0.20 on the wire. */
export const gotosocialServer: ServerBehaviour = {
  ...mastodonServer,
  withoutUserAgent: noUserAgent,
  auth: {
    takesQuery: true,
    checksScopes: true,
    refuse: (problem, { path }) => {
      if (openPaths.test(path)) return undefined;
      return problem === "scope"
        ? error(403, "Forbidden: token has insufficient scope permission")
        : noToken;
    },
  },
  oauth: {
    ...mastodonServer.oauth,
    hasTokenInfo: false,
    hasMetadata: false,
    checksPkce: false,
    presentApp: (body) => ({
      ...without(body, "website", "client_secret_expires_at"),
      created_at: new Date().toISOString(),
    }),
  },
  checkBody,
  brokenBody: error(400, "Bad Request: unexpected EOF"),
  unknownRoute: ({ method, path }) =>
    method === "GET" && path === "/api/v1/statuses"
      ? {
          status: 405,
          body: "405 method not allowed",
          headers: { "content-type": "text/plain" },
        }
      : error(404, "Not Found"),
  idempotency: undefined,
  rateLimits: {
    onArrival: ({ ip }) => [{ key: `ip:${ip}`, limit: 300, periodMs: 5 * 60_000 }],
    ofFamily: () => undefined,
    refusal: rateLimited,
    hasHeaders: true,
    coversUpgrades: true,
  },
  streaming,
};

/** Bodies that do not fit what the server reads them into. */
function checkBody({ method, path, type, isEmpty, params }: BodyFacts): ApiAnswer | undefined {
  if (type !== "application/json" || method === "GET") return undefined;
  if (isEmpty) return error(400, "Bad Request: EOF");
  const { redirect_uris: redirects, fields_attributes: fields } = params;
  const isApp = path === "/api/v1/apps" && Array.isArray(redirects);
  const isProfile = path.endsWith("/update_credentials") && Array.isArray(fields);
  return isApp || isProfile
    ? error(400, "Bad Request: json: cannot unmarshal array into a field")
    : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
