import type { ApiAnswer } from "../seam.js";
import type { BodyFacts, ServerBehaviour } from "../server/behaviour.js";
import { mastodonServer } from "../server/mastodon.js";
import { without } from "./alter.js";

const error = (status: number, text: string): ApiAnswer => ({ status, body: { error: text } });

/** What a failure inside Hollo looks like. */
export const holloFailure: ApiAnswer = { status: 500, body: undefined };

/** Read by everybody, token or not. */
const openRoutes =
  /^\/(api\/v[12]\/(instance|custom_emojis)|nodeinfo|\.well-known)|^\/api\/v1\/(accounts|statuses)\/:id$/;

/** Hollo 0.10 on the wire. */
export const holloServer: ServerBehaviour = {
  ...mastodonServer,
  auth: {
    takesQuery: false,
    checksScopes: true,
    refuse: (problem, { method, path }) => {
      if (method === "GET" && openRoutes.test(path)) return undefined;
      if (problem === "missing") return error(401, "unauthorized");
      return problem === "scope" ? error(403, "insufficient_scope") : error(401, "invalid_token");
    },
  },
  oauth: {
    ...mastodonServer.oauth,
    hasTokenInfo: false,
    presentApp: (body) => ("client_id" in body ? without(body, "scopes") : body),
    presentToken: withMilliseconds,
  },
  checkBody,
  brokenBody: holloFailure,
  unknownRoute: () => ({
    status: 404,
    body: "404 Not Found",
    headers: { "content-type": "text/plain; charset=UTF-8" },
  }),
  rateLimits: undefined,
  streaming: undefined,
};

/** The time of a token is told in milliseconds, other than anywhere else. */
function withMilliseconds(body: Readonly<Record<string, unknown>>): unknown {
  const { created_at: seconds } = body;
  return { ...body, ...(typeof seconds === "number" ? { created_at: seconds * 1_000 } : {}) };
}

function checkBody({ path, type, fullType, isEmpty }: BodyFacts): ApiAnswer | undefined {
  if (type === "application/json" && isEmpty) return holloFailure;
  if (!path.endsWith("/reblog")) return undefined;
  // The bare type passes, though nothing is read.
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(fullType);
  const isBare = fullType === "application/x-www-form-urlencoded";
  return isForm && !isBare ? error(415, "Unsupported Media Type") : undefined;
}
