import { acceptAll, type Behaviour, mastodon46 } from "../api/behaviour.js";
import type { Host } from "../api/model/model.js";
import { notFound } from "../api/wire/api-error.js";
import { textOf } from "../api/wire/input.js";
import type { ApiAnswer, ApiRoute } from "../seam.js";
import type { ServerBehaviour } from "../server/behaviour.js";
import { mastodonServer } from "../server/mastodon.js";
import { askRoute, objectIn, type Wrapper, without, withoutRoutes, wrapRoutes } from "./alter.js";
import { renderMitra } from "./dialects.js";
import type { Flavour } from "./flavour.js";
import { uuidsAndNumbers } from "./id-schemes.js";

const error = (status: number, text: string): ApiAnswer => ({ status, body: { error: text } });

const unsupported = error(418, "unsupported operation");
const authFailure = (text: string): ApiAnswer => ({
  status: 401,
  body: { error: text, error_description: text },
});

const server: ServerBehaviour = {
  ...mastodonServer,
  auth: {
    takesQuery: false,
    checksScopes: true,
    refuse: (problem, { scope }) => {
      if (problem === "scope") return error(403, "permission error");
      if (scope === undefined && problem === "missing") return undefined;
      return authFailure(problem === "missing" ? "token not provided" : "token is invalid");
    },
  },
  oauth: {
    ...mastodonServer.oauth,
    hasTokenInfo: false,
    hasMetadata: false,
    checksPkce: false,
    lifetimeMs: 30 * 86_400_000,
    hasRefreshTokens: false,
    revokesBlindly: true,
  },
  // Several addresses would be several applications.
  checkBody: ({ path, params: { redirect_uris: redirects, scopes } }) =>
    path === "/api/v1/apps" && (Array.isArray(redirects) || scopes === undefined)
      ? error(400, "invalid request")
      : undefined,
  rateLimits: undefined,
  streaming: undefined,
};

const api: Behaviour = {
  ...mastodon46,
  software: {
    name: "mitra",
    version: "4.0.0 (compatible; Mitra 5.9.1)",
    sourceUrl: "https://codeberg.org/silverpill/mitra",
  },
  apiVersions: undefined,
  ids: uuidsAndNumbers,
  limits: { ...mastodon46.limits, maxCharacters: 5_000, maxMedia: 16, maxFields: 20 },
  notificationPolicy: acceptAll,
  advertisesStreaming: false,
  render: renderMitra,
  // Whoever is answered is mentioned, named or not.
  implicitRecipients: (_, { author }) => [author],
  mentionsOf: ({ mentions, alsoTo }) => [...new Set([...mentions, ...alsoTo])],
  lengthOf: (text, spoilerText) => [...text].length + [...spoilerText].length,
  reblogs: {
    ...mastodon46.reblogs,
    unwraps: false,
    allows: ({ visibility }) => visibility === "public",
    refusal: notFound,
    notBoosted: notFound,
  },
  ignores: () => false,
  presentError: ({ kind, status, message }) =>
    kind === "too-long" || kind === "blank" || kind === "bad-visibility"
      ? error(400, message)
      : error(status, kind === "not-found" ? "record not found" : message),
  adaptRoutes: (routes, _, host) => adaptRoutes(routes, host),
};

/** Mitra 5.9. */
export const mitra: Flavour = { api, server };

/** What Mitra has no notion of; it says so. */
const unknown: ReadonlySet<string> = new Set([
  ...["block", "unblock"].map((name) => `POST /api/v1/accounts/:id/${name}`),
  "GET /api/v1/blocks",
  "GET /api/v1/domain_blocks",
  "PUT /api/v2/notifications/policy",
  "PATCH /api/v2/notifications/policy",
]);

function adaptRoutes(routes: readonly ApiRoute[], host: Host): readonly ApiRoute[] {
  const left = withoutRoutes(
    routes,
    "GET /api/v1/notifications/unread_count",
    "GET /api/v1/notifications/:id",
    "POST /api/v1/notifications/:id/dismiss",
    "/api/v1/notifications/requests*",
    "GET /api/v1/statuses",
    "GET /api/v1/accounts",
  );
  const able = left.map((route) =>
    unknown.has(`${route.method} ${route.path}`) ? { ...route, handle: () => unsupported } : route,
  );
  const paged = able.map((route) =>
    route.method === "GET" ? { ...route, handle: limited(route.handle) } : route,
  );
  return wrapRoutes(paged, {
    "GET /api/v1/notifications": listNotifications,
    "POST /api/v1/statuses/:id/reblog": async (request, base) => {
      const seen = await askRoute(routes, "GET /api/v1/statuses/:id", request);
      const { reblogged } = objectIn(seen.body);
      return reblogged === true ? error(400, "post already exists") : await base(request);
    },
    "POST /api/v1/statuses": (request, base) => {
      const { viewer } = request;
      const state = host.users.get(viewer?.username.toLowerCase() ?? "");
      const standard = state?.account.defaultPrivacy ?? "public";
      // Warnings are not kept, and nothing is unlisted.
      const { spoiler_text: _, visibility = standard, ...body } = request.body;
      const kept = visibility === "unlisted" ? "public" : visibility;
      return base({ ...request, body: { ...body, visibility: kept } });
    },
  });
}

/** No page is larger than 200. */
function limited(base: ApiRoute["handle"]): ApiRoute["handle"] {
  return async (request) => {
    const limit = Number(textOf(request.query, "limit") ?? "0");
    if (limit > 200) return error(400, "limit is too high");
    return await base(request);
  };
}

/** Neither kinds nor `since_id` are looked at; a link only to older things, and only on a full page. */
const listNotifications: Wrapper = async (request, base) => {
  const { limit = "20" } = request.query;
  const query = {
    ...without(request.query, "types", "exclude_types", "since_id", "account_id"),
    limit,
  } as typeof request.query;
  const answer = await base({ ...request, query });
  const isFull = Array.isArray(answer.body) && answer.body.length >= Number(limit);
  return { ...answer, links: { maxId: isFull ? answer.links?.maxId : undefined } };
};
