import { createStatus, type Draft } from "../api/actions/statuses.js";
import type { Host, LocalState, Visibility } from "../api/model/model.js";
import { textOf } from "../api/wire/input.js";
import type { ApiAnswer, ApiRequest, ApiRoute } from "../seam.js";
import {
  askRoute,
  type Endpoint,
  objectIn,
  type Wrapper,
  without,
  withoutRoutes,
  wrapRoutes,
} from "./alter.js";
import { typeOf } from "./snac-entities.js";
import { snacNotFound, snacRefusal } from "./snac-server.js";

type Handle = ApiRoute["handle"];

/** So many notifications are kept. */
const memory = 64;
const visibilities: readonly unknown[] = ["public", "unlisted", "private", "direct"];

/** What snac lacks, and what it does otherwise than Mastodon. */
export function adaptSnacRoutes(routes: readonly ApiRoute[], host: Host): readonly ApiRoute[] {
  const left = withoutRoutes(
    routes,
    "GET /api/v2/instance",
    "GET /api/v1/instance/rules",
    "GET /api/v1/notifications/unread_count",
    "GET /api/v1/notifications/:id",
    "GET /api/v1/accounts",
    "POST /api/v1/accounts/:id/remove_from_followers",
    "POST /api/v1/accounts/:id/mute",
    "POST /api/v1/accounts/:id/unmute",
    "GET /api/v1/domain_blocks",
  );
  return wrapRoutes(left, wrappersFor(host, left));
}

function wrappersFor(
  host: Host,
  routes: readonly ApiRoute[],
): Readonly<Partial<Record<Endpoint, Wrapper>>> {
  const statusOf = (request: ApiRequest) => askRoute(routes, "GET /api/v1/statuses/:id", request);
  const deleted = new Map<string, ApiAnswer>();
  return {
    "GET /api/v1/instance": async (request, base) => instance(host, await base(request)),
    "GET /api/v1/accounts/lookup": (request, base) => {
      const { acct = "" } = request.query;
      const [, domain = host.domain] = String(acct).replace(/^@/, "").split("@");
      return domain.toLowerCase() === host.domain ? base(request) : snacNotFound;
    },
    "GET /api/v2/search": (request, base) => {
      const { q = "" } = request.query;
      const isWhole = /^@?[^@\s]+@[^@\s]+$|^https?:/i.test(String(q).trim());
      const nothing = { accounts: [], statuses: [], hashtags: [] };
      if (!isWhole) return { status: 200, body: nothing };
      return base({ ...request, query: { ...request.query, resolve: "true" } });
    },
    "GET /api/v1/accounts/relationships": (request, base) => {
      const { id: ids = [] } = request.query;
      // Of several, only the first is looked at.
      return base({ ...request, query: { ...request.query, id: [ids].flat().slice(0, 1) } });
    },
    "POST /api/v1/accounts/:id/unfollow": (request, base) =>
      isFollowing(host, request) ? base(request) : snacNotFound,
    "GET /api/v1/accounts/:id/statuses": async (request, base) => {
      const { limit = "20", max_id: maxId } = request.query;
      const cursor = maxId === undefined ? {} : { max_id: String(maxId).toLowerCase() };
      // Their own boosts are not told, nor which posts are pinned.
      const query = { limit, exclude_reblogs: "true", ...cursor };
      const { status, body } = await base({ ...request, query });
      return { status, body };
    },
    "GET /api/v1/timelines/home": (request, base) => listHome(host, request, base),
    "GET /api/v1/notifications": (request) => listNotifications(host, request),
    "POST /api/v1/notifications/:id/dismiss": () => snacRefusal(422),
    "PATCH /api/v1/accounts/update_credentials": (request, base) => {
      const { bot } = request.body;
      // Only the word counts as yes.
      const change = bot === undefined ? {} : { bot: bot === "true" };
      return base({ ...request, body: { ...request.body, ...change } });
    },
    "POST /api/v1/statuses": (request, base) => post(host, request, base),
    "DELETE /api/v1/statuses/:id": async (request, base) => {
      const { id = "" } = request.params;
      const before = await statusOf(request);
      const answer = await base(request);
      if (answer.status === 200) deleted.set(id, before);
      return answer.status === 200 ? before : (deleted.get(id) ?? answer);
    },
    // However often it was boosted, that is undone at once.
    "POST /api/v1/statuses/:id/unreblog": async (request, base) => {
      const { id = "" } = request.params;
      const status = host.ids.find(id);
      const account = stateIn(host, request)?.account;
      if (status === undefined || !("reblogs" in status) || account === undefined) {
        return snacNotFound;
      }
      while (status.reblogs.has(account)) await base(request);
      return await statusOf(request);
    },
    "POST /api/v1/statuses/:id/unpin": async (request, base) => {
      await base(request);
      return await statusOf(request);
    },
  };
}

function stateIn(host: Host, { viewer }: ApiRequest): LocalState | undefined {
  return host.users.get(viewer?.username.toLowerCase() ?? "");
}

function isFollowing(host: Host, request: ApiRequest): boolean {
  const { id = "" } = request.params;
  const target = host.ids.find(id);
  const account = stateIn(host, request)?.account;
  if (target === undefined || account === undefined || !("followers" in target)) return false;
  return account.following.has(target) || target.requests.has(account);
}

/** Links that forget everything but the cursor; a cursor that is not there leads nowhere. */
async function listHome(host: Host, request: ApiRequest, base: Handle): Promise<ApiAnswer> {
  const { query } = request;
  const known = (name: string) => {
    const cursor = textOf(query, name)?.toLowerCase();
    return cursor === undefined || host.ids.find(cursor) !== undefined ? cursor : null;
  };
  const [maxId, minId, sinceId] = [known("max_id"), known("min_id"), known("since_id")];
  if (maxId === null || minId === null) return { status: 200, body: [] };
  const answer = await base({
    ...request,
    query: {
      ...without(query, "max_id", "min_id", "since_id"),
      ...(maxId === undefined ? {} : { max_id: maxId }),
      ...(minId === undefined ? {} : { min_id: minId }),
      ...(sinceId === undefined || sinceId === null ? {} : { since_id: sinceId }),
    } as ApiRequest["query"],
  });
  const links = { maxId: answer.links?.maxId, sinceId: answer.links?.minId, dropsQuery: true };
  return { ...answer, links };
}

/** Without a limit a single one; `since_id` is not looked at; no links. */
function listNotifications(host: Host, request: ApiRequest): ApiAnswer {
  const { query } = request;
  const state = stateIn(host, request);
  const { types, exclude_types: excluded = [], max_id: maxId, min_id: minId } = query;
  const limit = Number.parseInt(textOf(query, "limit") ?? "1", 10) || 1;
  let kept = (state?.notifications ?? []).slice(0, memory);
  if (minId !== undefined) kept = kept.filter(({ id }) => id > String(minId));
  if (maxId !== undefined) {
    const index = kept.findIndex(({ id }) => id === maxId);
    kept = index < 0 ? [] : kept.slice(index + 1);
  }
  const wanted = kept.filter((one) => {
    const type = typeOf(one);
    return (!Array.isArray(types) || types.includes(type)) && !excluded.includes(type);
  });
  const view = { host, viewer: state?.account };
  const page = wanted.slice(0, limit);
  return {
    status: 200,
    body: page.map((one) => host.behaviour.entities.notification(view, one)),
  };
}

/** Takes whatever comes: no text is an empty post, no such parent is none, no such visibility is direct. */
function post(host: Host, request: ApiRequest, base: Handle): ApiAnswer | Promise<ApiAnswer> {
  const { visibility: wanted = "public", in_reply_to_id: parentId, ...rest } = request.body;
  const visibility = visibilities.includes(wanted) ? wanted : "direct";
  const parent = typeof parentId === "string" ? host.ids.find(parentId) : undefined;
  const isReply = parent !== undefined && "reblogs" in parent;
  const state = stateIn(host, request);
  const text = (textOf(rest, "status") ?? "").trim();
  const { media_ids: media } = rest;
  if (text !== "" || Array.isArray(media) || state === undefined) {
    const reply = isReply ? { in_reply_to_id: parentId } : {};
    return base({ ...request, body: { ...rest, visibility, ...reply } });
  }
  const nothing = { text: "", spoilerText: textOf(rest, "spoiler_text") ?? "", media: [] };
  const draft: Draft = { ...nothing, sensitive: false, language: "en", contentType: undefined };
  const placing = {
    visibility: visibility as Visibility,
    inReplyTo: isReply ? parent : undefined,
  };
  const status = createStatus(state.account, draft, placing);
  const view = { host, viewer: state.account };
  return { status: 200, body: host.behaviour.entities.status(view, status) };
}

function instance(host: Host, { body }: ApiAnswer): ApiAnswer {
  const base = objectIn(body);
  const { configuration } = base;
  const { statuses, media_attachments: media, polls } = objectIn(configuration);
  return {
    status: 200,
    body: {
      ...base,
      domain: host.domain,
      source_url: host.behaviour.software.sourceUrl,
      // Nothing listens there.
      urls: { streaming_api: host.baseUrl.replace(/^http/, "wss") },
      stats: { user_count: 0, status_count: 0, domain_count: 0 },
      configuration: {
        statuses,
        accounts: { max_featured_tags: 0 },
        media_attachments: without(objectIn(media), "description_limit"),
        polls,
        reactions: { max_reactions: 50 },
      },
    },
  };
}
