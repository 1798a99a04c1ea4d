import type { Host, LocalState } from "../api/model/model.js";
import { declarer, ok } from "../api/routes/kit.js";
import { flagOf, listOf } from "../api/wire/input.js";
import type { Json } from "../api/wire/view.js";
import type { ApiRequest, ApiRoute } from "../seam.js";
import { type Wrapper, withoutRoutes, wrapRoutes } from "./alter.js";

const pageLimit = 40;
const actorTypes: readonly unknown[] = [
  ...["Application", "Group", "Organization", "Person", "Service"],
];

/** What Pleroma and Akkoma do alike where Mastodon does otherwise. */
export function familyRoutes(routes: readonly ApiRoute[], host: Host): readonly ApiRoute[] {
  const declare = declarer(host);
  const requests = "/api/v1/follow_requests";
  const kept = withoutRoutes(
    routes,
    ...(["GET /api/v1/accounts", "/api/v1/notifications/unread_count"] as const),
    `GET ${requests}`,
  );
  const own = [
    // All of them at once, and no Link.
    declare("GET", requests, "read:follows", ({ me, entities, view }) =>
      ok([...me().account.requests.keys()].map((one) => entities.account(view, one))),
    ),
    declare("PUT", "/api/pleroma/notification_settings", "write:accounts", (call) => {
      // The settings may come by the query as well as in the body; the server merges both.
      const wanted = flagOf(call.body, "block_from_strangers");
      if (wanted !== undefined) call.me().settings.set("block_from_strangers", wanted);
      return ok({ status: "success" });
    }),
  ];
  return wrapRoutes(
    [...own, ...kept].map((route) =>
      route.path === "/api/v1/accounts/search"
        ? clamped({ ...route, scope: undefined })
        : clamped(route),
    ),
    { "PATCH /api/v1/accounts/update_credentials": updateActorType(host) },
  );
}

/** The state of who asks, if anybody does. */
export function stateOfViewer(host: Host, { viewer }: ApiRequest): LocalState | undefined {
  return viewer && host.users.get(viewer.username.toLowerCase());
}

/** The query with the types that `include_types[]` asks for in `types[]`. */
export function askingForTypes(
  { query }: ApiRequest,
  keys: readonly string[],
  standard: readonly string[] | undefined,
): ApiRequest["query"] {
  const { types: _, ...rest } = query;
  const wanted = keys.flatMap((key) => listOf(query, key) ?? []);
  const types = wanted.length > 0 ? wanted : standard;
  return types === undefined ? rest : { ...rest, types };
}

/** The features and formats that both tell in their instance documents and nodeinfo. */
export function metadataOf(features: readonly string[], postFormats: readonly string[]): Json {
  return {
    account_activation_required: false,
    features,
    federation: { enabled: true },
    fields_limits: { max_fields: 10, max_remote_fields: 20, name_length: 512, value_length: 2_048 },
    post_formats: postFormats,
  };
}

/** No page has more than forty things, and notifications come twenty at a time unless told. */
function clamped(route: ApiRoute): ApiRoute {
  if (route.method !== "GET") return route;
  const standard = route.path === "/api/v1/notifications" ? "20" : undefined;
  return {
    ...route,
    handle: (request) => {
      const { limit = standard, ...rest } = request.query;
      if (limit === undefined) return route.handle(request);
      const wanted = Number(limit);
      const query = { ...rest, limit: wanted > pageLimit ? String(pageLimit) : limit };
      return route.handle({ ...request, query });
    },
  };
}

/** `actor_type` goes before `bot`; one that does not exist is refused. */
function updateActorType(host: Host): Wrapper {
  return async (request, base) => {
    const { actor_type: wanted, ...body } = request.body;
    const settings = stateOfViewer(host, request)?.settings;
    if (wanted !== undefined && !actorTypes.includes(wanted)) {
      return { status: 403, body: { error: "Invalid request" } };
    }
    const bot = flagOf(body, "bot");
    const implied = bot === undefined ? undefined : bot ? "Service" : "Person";
    const actorType = wanted ?? implied;
    if (settings === undefined || actorType === undefined) return await base(request);
    const before = settings.get("actor_type");
    settings.set("actor_type", actorType);
    const answer = await base({ ...request, body: { ...body, bot: actorType === "Service" } });
    if (answer.status >= 300) settings.set("actor_type", before);
    return answer;
  };
}
