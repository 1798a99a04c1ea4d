import type { Host } from "../api/model/model.js";
import type { Json } from "../api/wire/view.js";
import type { ApiAnswer, ApiRequest, ApiRoute } from "../seam.js";
import {
  askRoute,
  type Endpoint,
  objectIn,
  objectsIn,
  type Wrapper,
  without,
  withoutRoutes,
  wrapRoutes,
} from "./alter.js";
import { withFilters } from "./filters.js";

/** What GoToSocial lacks, and what it does otherwise than Mastodon. */
export function adaptGotosocialRoutes(
  routes: readonly ApiRoute[],
  host: Host,
): readonly ApiRoute[] {
  const left = withoutRoutes(
    routes,
    "GET /api/v1/statuses",
    "GET /api/v1/accounts",
    "GET /api/v1/notifications/unread_count",
    "POST /api/v1/notifications/:id/dismiss",
    "POST /api/v1/accounts/:id/remove_from_followers",
    "GET /api/v1/domain_blocks",
  );
  return withFilters(wrapRoutes(left, wrappersFor(host, left)), host, "");
}

function wrappersFor(
  host: Host,
  routes: readonly ApiRoute[],
): Readonly<Partial<Record<Endpoint, Wrapper>>> {
  const statusOf = (request: ApiRequest) => askRoute(routes, "GET /api/v1/statuses/:id", request);
  return {
    "GET /api/v1/instance": async (request, base) => answerWith(await base(request), instanceV1),
    "GET /api/v2/instance": async (request, base) => answerWith(await base(request), instanceV2),
    "GET /api/v1/timelines/home": repeatPage,
    "GET /api/v1/accounts/:id/statuses": linkBothWays,
    "GET /api/v1/accounts/relationships": async (request, base) =>
      withStrangers(request, await base(request)),
    "GET /api/v1/accounts/search": (request, base) => {
      const { q = "" } = request.query;
      const isBare = /^[^@\s]+@/.test(String(q));
      return isBare ? { status: 200, body: [] } : base(request);
    },
    "POST /api/v1/statuses": async (request, base) => {
      const { visibility = defaultVisibility(host, request), ...rest } = request.body;
      const { content_type: type = "text/plain", local_only: isLocalOnly } = rest;
      if (type !== "text/plain" && type !== "text/markdown") {
        return { status: 400, body: { error: "Bad Request: invalid status format" } };
      }
      const wanted = visibility === "mutuals_only" ? "private" : visibility;
      const answer = await base({ ...request, body: { ...rest, visibility: wanted } });
      return isLocalOnly === true
        ? answerWith(answer, (body) => ({ ...body, local_only: true }))
        : answer;
    },
    "GET /api/v1/statuses/:id/source": async (request, base) =>
      answerWith(await base(request), (body) => ({ ...body, content_type: "text/plain" })),
    "DELETE /api/v1/statuses/:id": async (request, base) => {
      const before = await statusOf(request);
      const answer = await base(request);
      if (answer.status === 200) return before;
      return before.status === 200 ? { status: 403, body: { error: "Forbidden" } } : answer;
    },
    "POST /api/v1/statuses/:id/reblog": namingStatus,
    // It answers before it is done.
    "POST /api/v1/statuses/:id/unreblog": async (request, base) => {
      const before = await statusOf(request);
      const answer = await base(request);
      return answer.status === 200 ? before : answer;
    },
    "POST /api/v1/accounts/:id/follow": (request, base) => {
      const { id } = request.params;
      const isSelf = id === request.viewer?.accountId;
      return isSelf ? { status: 406, body: { error: "Not Acceptable" } } : base(request);
    },
    "POST /api/v1/accounts/:id/mute": (request, base) =>
      base({ ...request, body: { notifications: false, ...request.body } }),
  };
}

function answerWith(answer: ApiAnswer, change: (body: Json) => Json): ApiAnswer {
  return answer.status === 200 ? { ...answer, body: change(objectIn(answer.body)) } : answer;
}

async function namingStatus(request: ApiRequest, base: Parameters<Wrapper>[1]): Promise<ApiAnswer> {
  const answer = await base(request);
  if (answer.status !== 404) return answer;
  return { status: 404, body: { error: "Not Found: target status not found" } };
}

/** Nobody posts to followers only because of being locked, nor because of what they reply to. */
function defaultVisibility(host: Host, { viewer }: ApiRequest): string {
  const state = host.users.get(viewer?.username.toLowerCase() ?? "");
  return state?.account.defaultPrivacy ?? "public";
}

/** As long as the cache holds fewer statuses than asked for, it gives them twice. */
async function repeatPage(request: ApiRequest, base: Parameters<Wrapper>[1]): Promise<ApiAnswer> {
  const answer = await base(request);
  const { limit = "20", min_id: minId } = request.query;
  const items = objectsIn(answer.body);
  if (items.length === 0 || items.length >= Number(limit) || minId !== undefined) return answer;
  return withNext({ ...answer, body: [...items, ...items].slice(0, Number(limit)) });
}

async function linkBothWays(request: ApiRequest, base: Parameters<Wrapper>[1]): Promise<ApiAnswer> {
  const answer = await base(request);
  const { pinned } = request.query;
  return pinned === "true" ? answer : withNext(answer);
}

function withNext(answer: ApiAnswer): ApiAnswer {
  const { id } = objectsIn(answer.body).at(-1) ?? {};
  return typeof id === "string" ? { ...answer, links: { ...answer.links, maxId: id } } : answer;
}

/** Of somebody who is nobody there is nothing but no to say. */
function withStrangers({ query }: ApiRequest, answer: ApiAnswer): ApiAnswer {
  const { id: wanted = [] } = query;
  const known = objectsIn(answer.body);
  const body = [wanted].flat().map((id) => {
    const found = known.find(({ id: knownId }) => knownId === id);
    return found ?? { id, ...Object.fromEntries(nothing.map((key) => [key, false])), note: "" };
  });
  return { ...answer, body };
}

const nothing =
  "following showing_reblogs notifying followed_by blocking blocked_by muting muting_notifications requested requested_by domain_blocking endorsed".split(
    " ",
  );

/** The stream is always said to be encrypted. */
function secure(urls: unknown): Json {
  return Object.fromEntries(
    Object.entries(objectIn(urls)).map(([key, url]) => [
      key,
      typeof url === "string" ? url.replace(/^ws:/, "wss:") : url,
    ]),
  );
}

function instanceV1(base: Json): Json {
  const { uri, configuration, urls, thumbnail } = base;
  const { max_toot_chars } = limitsIn(configuration);
  const parts = configurationFrom(configuration);
  const { media_attachments: media } = parts;
  return {
    ...without(base, "contact_account"),
    account_domain: uri,
    approval_required: true,
    languages: [],
    configuration: {
      ...parts,
      media_attachments: without(objectIn(media), "description_limit"),
    },
    urls: secure(urls),
    thumbnail,
    max_toot_chars,
  };
}

function instanceV2(base: Json): Json {
  const { domain, configuration, registrations, thumbnail } = base;
  const { urls, vapid } = objectIn(configuration);
  const { url } = objectIn(thumbnail);
  return {
    ...without(base, "icon", "api_versions"),
    account_domain: domain,
    languages: [],
    thumbnail: { url },
    configuration: {
      ...configurationFrom(configuration),
      urls: without(secure(urls), "status"),
      translation: { enabled: false },
      vapid,
    },
    registrations: without(objectIn(registrations), "url"),
    contact: { email: "" },
  };
}

function limitsIn(configuration: unknown) {
  const { statuses } = objectIn(configuration);
  const { max_characters: max_toot_chars } = objectIn(statuses);
  return { max_toot_chars };
}

function configurationFrom(configuration: unknown): Json {
  const { statuses, media_attachments: media, polls } = objectIn(configuration);
  return {
    statuses: {
      ...objectIn(statuses),
      characters_reserved_per_url: 25,
      supported_mime_types: ["text/plain", "text/markdown"],
    },
    media_attachments: media,
    polls,
    accounts: { allow_custom_css: false, max_featured_tags: 10, max_profile_fields: 6 },
    emojis: { emoji_size_limit: 51_200 },
  };
}
