import type { StreamBehaviour } from "../behaviour.js";

const silentStreams = /^(public(:local|:remote)?(:media)?|hashtag(:local)?|list|direct)$/;

/** The streams that a sandbox sends anything by. */
export const fedStreams: readonly string[] = ["user", "user:notification"];

const upgradeReasons: Readonly<Record<string, string>> = {
  missing: "Missing access token",
  unknown: "Invalid access token",
};

/** Mastodon 4.6. */
export const mastodonStreaming: StreamBehaviour = {
  hasHealth: true,
  path: /^\/api\/v1\/streaming(\/|$)/,
  tokenFrom: ["header", "query", "protocol"],
  allowsAnonymous: false,
  echoesProtocol: true,
  refusesUnknownStreams: false,
  refuse: (problem) => {
    const reason = upgradeReasons[problem];
    return {
      status: reason === undefined ? 404 : 401,
      body: undefined,
      headers: {
        "Content-Type": "text/plain",
        ...(reason === undefined ? {} : { "X-Error-Message": reason }),
      },
    };
  },
  scopeOf: (stream) => (stream === "user:notification" ? "read:notifications" : "read:statuses"),
  noticeScope: "read:notifications",
  isKnown: (stream) => fedStreams.includes(stream) || silentStreams.test(stream),
  takesByMessage: () => true,
  canUnsubscribe: true,
  canAuthenticate: false,
  reply: ({ type }, outcome) => {
    if (type !== "subscribe" || outcome === "done" || outcome === "again") {
      return undefined;
    }
    return outcome === "unknown"
      ? JSON.stringify({ error: "Unknown stream type", status: 400 })
      : JSON.stringify({ error: "Access token does not have the required scopes", status: 401 });
  },
  onText: () => ({}),
  frame: ({ event, payload }, stream) =>
    JSON.stringify({ stream: [stream], event, payload: payloadText(payload) }),
  sendsPerSubscription: true,
  ping: { when: "always", payload: "", cutsMute: true },
  closesOnRevoke: true,
};

/** A payload as frames carry it: text as it is, anything else as JSON, nothing as nothing. */
export function payloadText(payload: unknown): string | undefined {
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}
