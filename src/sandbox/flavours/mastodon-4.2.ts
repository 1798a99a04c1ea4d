import { type Behaviour, mastodon46 as latest } from "../api/behaviour.js";
import { mastodonServer } from "../server/mastodon.js";
import { objectIn, without, wrapRoutes } from "./alter.js";
import { withFilters } from "./filters.js";
import type { Flavour } from "./flavour.js";

const { entities } = latest;

const api: Behaviour = {
  ...latest,
  software: { ...latest.software, version: "4.2.0" },
  apiVersions: undefined,
  limits: { ...latest.limits, maxDisplayName: 30 },
  notificationPolicy: undefined,
  entities: {
    ...entities,
    account: (view, account) =>
      without(
        entities.account(view, account),
        ...["avatar_description", "header_description", "hide_collections"],
      ),
    notification: (view, notification) =>
      without(entities.notification(view, notification), "group_key"),
    status: (view, status) =>
      without(entities.status(view, status), "quotes_count", "quote", "quote_approval"),
  },
  adaptRoutes: (routes, _, host) => {
    // Several things by id, and a count of the unread, came with 4.3.
    const newer = ["/api/v1/accounts", "/api/v1/statuses", "/api/v1/notifications/unread_count"];
    const old = routes.filter(({ method, path }) => method !== "GET" || !newer.includes(path));
    // The frame that tells of changed filters came without a payload.
    return wrapRoutes(withFilters(old, host, undefined), {
      "GET /api/v2/instance": async (request, base) => {
        const answer = await base(request);
        const document = objectIn(answer.body);
        const { configuration } = document;
        return {
          ...answer,
          body: {
            ...without(document, "icon"),
            configuration: {
              ...without(objectIn(configuration), "vapid", "limited_federation"),
              accounts: { max_featured_tags: 10 },
            },
          },
        };
      },
    });
  },
};

/** Mastodon 4.2: before notification policies, PKCE and the numbers of API versions. */
export const mastodon42: Flavour = {
  api,
  server: {
    ...mastodonServer,
    oauth: {
      ...mastodonServer.oauth,
      hasMetadata: false,
      checksPkce: false,
      presentApp: (body) => without(body, "scopes", "redirect_uris", "client_secret_expires_at"),
    },
    // Several redirect addresses are lines of one text.
    checkBody: ({ path, params: { redirect_uris: redirects } }) =>
      path === "/api/v1/apps" && Array.isArray(redirects)
        ? { status: 422, body: { error: "Validation failed: Redirect URI can't be blank" } }
        : undefined,
  },
};
