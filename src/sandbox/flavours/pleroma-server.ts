import { randomUUID } from "node:crypto";
import type { ApiAnswer } from "../seam.js";
import type {
  Bucket,
  RateLimitRules,
  RateSubject,
  ServerBehaviour,
  StreamBehaviour,
  SubscribeOutcome,
} from "../server/behaviour.js";
import { mastodonServer } from "../server/mastodon.js";
import { mastodonStreaming, payloadText } from "../server/streaming/mastodon.js";

const error = (status: number, text: string): ApiAnswer => ({ status, body: { error: text } });

const text = (status: number, body: string): ApiAnswer => ({
  status,
  body,
  headers: { "Content-Type": "text/plain" },
});

const seconds = 1_000;
const hours = 3_600 * seconds;
const years = 365 * 24 * hours;

/** Every action is counted, and some once more for each post or account they concern. */
function bucketsOf({ method, path, accountId, ip }: RateSubject): readonly Bucket[] {
  const who = accountId ?? ip;
  const bucket = (name: string, limit: number, periodMs: number): Bucket => ({
    key: `${name}:${who}`,
    ...{ limit, periodMs },
  });
  if (path.startsWith("/api/v1/timelines/")) return [bucket(path, 3, seconds / 2)];
  if (/^\/api\/v[12]\/(accounts\/)?search$/.test(path)) return [bucket("search", 30, seconds)];
  const [, kind, id, action] = /^\/api\/v1\/(statuses|accounts)\/([^/]+)\/(\w+)$/.exec(path) ?? [];
  const actions = bucket("statuses_actions", 15, 10 * seconds);
  const isPost = method === "POST" && path === "/api/v1/statuses";
  const isDelete = method === "DELETE" && /^\/api\/v1\/statuses\/[^/]+$/.test(path);
  if (isPost || isDelete) return [actions];
  if (method !== "POST" || action === undefined) return [];
  const root = action.replace(/^un/, "");
  if (kind === "statuses" && (root === "reblog" || root === "favourite")) {
    return [actions, bucket(`status_id_action:${root}:${id}`, 3, 60 * seconds)];
  }
  if (kind === "accounts" && root === "follow") {
    return [
      bucket("relations_actions", 10, 10 * seconds),
      bucket(`relation_id_action:${id}`, 2, 60 * seconds),
    ];
  }
  return [];
}

const rateLimits: RateLimitRules = {
  onArrival: () => [],
  onRoute: bucketsOf,
  ofFamily: (family, who) =>
    family === "apps"
      ? { key: `oauth_app_creation:${who}`, limit: 5, periodMs: 15 * 60 * seconds }
      : undefined,
  refusal: error(429, "Throttled"),
  hasHeaders: false,
  coversUpgrades: false,
};

const results: Readonly<Record<SubscribeOutcome, Readonly<Record<string, string>>>> = {
  done: { result: "success" },
  again: { result: "ignored" },
  unknown: { result: "error", error: "bad_topic" },
  forbidden: { result: "error", error: "unauthorized" },
};

const streaming: StreamBehaviour = {
  ...mastodonStreaming,
  path: /^\/api\/v1\/streaming\/?$/,
  // Not by header, whatever its documents say of the subprotocol.
  tokenFrom: ["query"],
  allowsAnonymous: true,
  echoesProtocol: false,
  refusesUnknownStreams: true,
  refuse: (problem) =>
    problem === "missing" || problem === "unknown"
      ? text(401, "Unauthorized")
      : text(404, "Not Found"),
  noticeScope: "read:statuses",
  isKnown: (stream) => stream === "user:pleroma_chat" || mastodonStreaming.isKnown(stream),
  canAuthenticate: true,
  reply: ({ type }, outcome) => {
    const again = type === "pleroma:authenticate" && outcome === "again";
    const result = again ? { result: "error", error: "already_authenticated" } : results[outcome];
    return JSON.stringify({
      event: "pleroma:respond",
      payload: JSON.stringify({ ...result, type }),
    });
  },
  frame: ({ event, payload }, stream) =>
    JSON.stringify({
      ...(event === "delete" ? {} : { stream: [stream] }),
      event,
      payload: payloadText(payload),
    }),
  ping: { when: "always", payload: "", cutsMute: false },
};

/** Pleroma 2.7 on the wire. */
export const pleromaServer: ServerBehaviour = {
  ...mastodonServer,
  auth: {
    takesQuery: true,
    checksScopes: true,
    // Never 401. Whose token is no good is nobody, which is enough for what is open.
    refuse: (problem, { scope }) => {
      if (scope === undefined) return undefined;
      return problem === "scope"
        ? error(403, `Insufficient permissions: ${scope}.`)
        : error(403, "Invalid credentials.");
    },
  },
  oauth: {
    ...mastodonServer.oauth,
    hasTokenInfo: false,
    hasMetadata: false,
    checksPkce: false,
    lifetimeMs: 100 * years,
    hasRefreshTokens: true,
    revokesBlindly: true,
  },
  unknownRoute: ({ path }) =>
    error(404, path.startsWith("/api/") ? "Not implemented" : "Not found"),
  idempotency: {
    memoryMs: 6 * hours,
    covers: ({ method }) => ["POST", "PUT", "PATCH"].includes(method),
    // Whose key it is, and for what, does not matter.
    keyOf: (key) => key,
    remembers: () => true,
    replay: (answer) => ({
      ...answer,
      headers: {
        ...answer.headers,
        "idempotent-replayed": "true",
        "x-original-request-id": randomUUID(),
      },
    }),
    comesFirst: true,
  },
  rateLimits,
  streaming,
};

/** Akkoma 3.16 on the wire: an older Pleroma's sockets. */
export const akkomaServer: ServerBehaviour = {
  ...pleromaServer,
  rateLimits: { ...rateLimits, ofFamily: () => undefined },
  streaming: {
    ...streaming,
    tokenFrom: ["query", "protocol"],
    echoesProtocol: true,
    canUnsubscribe: false,
    canAuthenticate: false,
    reply: () => undefined,
    onText: (frame) => (frame === "ping" ? { say: "pong" } : {}),
    frame: (event, stream, accountId) =>
      event.event === "update"
        ? streaming.frame(event, `${stream}:${accountId}`, accountId)
        : streaming.frame(event, stream, accountId),
    // Who is silent for a minute is let go, and an answer to a ping counts.
    ping: { when: "always", payload: "", cutsMute: true },
  },
};
