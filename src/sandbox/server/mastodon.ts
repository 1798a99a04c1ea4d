import type { ApiAnswer } from "../seam.js";
import type { ServerBehaviour, TokenProblem } from "./behaviour.js";
import { mastodonRateLimits } from "./rate-limits.js";
import { mastodonStreaming } from "./streaming/mastodon.js";

const error = (status: number, text: string): ApiAnswer => ({ status, body: { error: text } });

const tokenRefusals: Readonly<Record<TokenProblem, ApiAnswer>> = {
  // Mastodon says the same of no token as of a wrong one.
  missing: error(401, "The access token is invalid"),
  unknown: error(401, "The access token is invalid"),
  revoked: error(401, "The access token was revoked"),
  expired: error(401, "The access token expired"),
  scope: error(403, "This action is outside the authorized scopes"),
  "no-user": error(401, "This method requires an authenticated user"),
  disabled: error(403, "Your login is currently disabled"),
};

/** Mastodon 4.6. */
export const mastodonServer: ServerBehaviour = {
  withoutUserAgent: undefined,
  auth: {
    takesQuery: true,
    checksScopes: true,
    refuse: (problem, { scope, path }) => {
      if (scope !== undefined) return tokenRefusals[problem];
      // Of the routes open to all, these look at the token: an unknown one counts as none.
      const looks = /^\/api\/v\d\/(accounts|statuses|timelines|polls|search)/.test(path);
      return looks && (problem === "revoked" || problem === "expired")
        ? tokenRefusals[problem]
        : undefined;
    },
  },
  oauth: {
    hasMetadata: true,
    hasTokenInfo: true,
    checksPkce: true,
    lifetimeMs: undefined,
    hasRefreshTokens: false,
    revokesBlindly: false,
    presentApp: (body) => body,
    presentToken: (body) => body,
    showCode: undefined,
  },
  checkBody: () => undefined,
  brokenBody: { status: 400, body: { status: 400, error: "Bad Request" } },
  unknownRoute: () => error(404, "Not Found"),
  idempotency: {
    memoryMs: 60 * 60_000,
    covers: (route) => route.isIdempotent === true,
    keyOf: (key, accountId) => (accountId === undefined ? undefined : `${accountId}:${key}`),
    remembers: ({ status }) => status >= 200 && status < 300,
    replay: (answer) => answer,
    comesFirst: false,
  },
  rateLimits: mastodonRateLimits,
  streaming: mastodonStreaming,
};
