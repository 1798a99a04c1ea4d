import type { ApiAnswer } from "../seam.js";
import type { ServerBehaviour } from "../server/behaviour.js";
import { mastodonServer } from "../server/mastodon.js";
import { without } from "./alter.js";

const html = { "content-type": "text/html; charset=utf-8" };

/** An error of snac: a status and nothing said. */
export function snacRefusal(status: number): ApiAnswer {
  return { status, body: undefined, headers: html };
}

/** What is not there, and what snac does not know, look the same. */
export const snacNotFound: ApiAnswer = {
  status: 404,
  body: "<h1>404 Not Found (snac/2.96)</h1>",
  headers: html,
};

const openRoutes =
  /^\/(api\/v1\/(instance|custom_emojis)|nodeinfo|\.well-known)|^\/api\/v1\/accounts\/:id$/;

/** snac 2.96 on the wire. */
export const snacServer: ServerBehaviour = {
  ...mastodonServer,
  auth: {
    takesQuery: false,
    checksScopes: false,
    refuse: (_, { method, path }) => {
      if (method === "GET" && openRoutes.test(path)) return undefined;
      const isOwn = path === "/api/v1/accounts/verify_credentials";
      return snacRefusal(isOwn ? 422 : 401);
    },
  },
  oauth: {
    ...mastodonServer.oauth,
    hasTokenInfo: false,
    hasMetadata: false,
    checksPkce: false,
    presentApp: (body) => without(body, "website", "scopes", "redirect_uris"),
    showCode: (code) => ({ status: 200, body: code, headers: { "content-type": "text/plain" } }),
  },
  // What cannot be read counts as empty.
  brokenBody: undefined,
  unknownRoute: () => snacNotFound,
  idempotency: undefined,
  rateLimits: undefined,
  streaming: undefined,
};
