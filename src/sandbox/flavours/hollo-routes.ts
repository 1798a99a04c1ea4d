import { createStatus, removeStatus } from "../api/actions/statuses.js";
import type { Host, LocalState, Notification, Status } from "../api/model/model.js";
import type { Json } from "../api/wire/view.js";
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
import { serializeOwner } from "./hollo-entities.js";
import { holloFailure } from "./hollo-server.js";

/** What Hollo says to a body that does not fit. */
export const invalidRequest: ApiAnswer = {
  status: 422,
  body: { error: "invalid_request", zod_error: { name: "ZodError", message: "[]" } },
};

/** What it says to a query that does not fit. */
const invalidQuery: ApiAnswer = {
  status: 400,
  body: { success: false, error: { name: "ZodError", message: "[]" } },
};

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** What Hollo lacks, and what it does otherwise than Mastodon. */
export function adaptHolloRoutes(routes: readonly ApiRoute[], host: Host): readonly ApiRoute[] {
  const left = withoutRoutes(
    routes,
    "GET /api/v1/instance/rules",
    "GET /api/v1/notifications/unread_count",
    "GET /api/v1/notifications/:id",
    "POST /api/v1/notifications/clear",
    "POST /api/v1/notifications/:id/dismiss",
    "POST /api/v1/accounts/:id/remove_from_followers",
    "GET /api/v1/domain_blocks",
    "GET /api/v1/conversations",
    "GET /api/v1/scheduled_statuses",
  );
  return wrapRoutes(left, wrappersFor(host, left));
}

function wrappersFor(
  host: Host,
  routes: readonly ApiRoute[],
): Readonly<Partial<Record<Endpoint, Wrapper>>> {
  const statusOf = (request: ApiRequest) => askRoute(routes, "GET /api/v1/statuses/:id", request);
  const isMarked = async (request: ApiRequest, mark: string) =>
    objectIn((await statusOf(request)).body)[mark] === true;
  const refusedWhen =
    (mark: string, isSet: boolean, refusal: ApiAnswer): Wrapper =>
    async (request, base) =>
      (await isMarked(request, mark)) === isSet ? refusal : await base(request);
  const notThere: ApiAnswer = { status: 404, body: { error: "Record not found" } };
  const asOwner: Wrapper = async (request, base) => {
    const answer = await base(request);
    const { id } = objectIn(answer.body);
    return answer.status === 200 ? { ...answer, body: owned(host, String(id), answer) } : answer;
  };
  return {
    "GET /api/v1/instance": async (request, base) => {
      const { body } = await base(request);
      return { status: 200, body: { ...instance(body), urls: {} } };
    },
    "GET /api/v2/instance": async (request, base) => {
      const { body } = await base(request);
      return { status: 200, body: instance(body) };
    },
    "GET /api/v1/accounts/:id": asOwner,
    "GET /api/v1/accounts/lookup": asOwner,
    "GET /api/v1/accounts/relationships": (request, base) => {
      const { id: ids } = request.query;
      return Array.isArray(ids) ? base(request) : { status: 200, body: [] };
    },
    "GET /api/v1/accounts/:id/statuses": async (request, base) => {
      const { since_id: _, min_id: minId, ...query } = request.query;
      // The newest above the id, not those right above it.
      const wanted = minId === undefined ? query : { ...query, since_id: minId };
      const answer = await base({ ...request, query: wanted });
      return { ...answer, links: { maxId: answer.links?.maxId } };
    },
    "GET /api/v1/timelines/home": (request, base) => {
      const { max_id: maxId, min_id: minId, since_id: sinceId } = request.query;
      const cursors = [maxId, minId, sinceId].filter((cursor) => cursor !== undefined);
      return cursors.every((cursor) => uuid.test(String(cursor))) ? base(request) : invalidQuery;
    },
    "GET /api/v1/notifications": (request) => listNotifications(host, request),
    "PATCH /api/v1/accounts/update_credentials": (request, base) => {
      const isForm = /form/i.test(request.bodyType ?? "");
      return base(isForm ? request : { ...request, body: {} });
    },
    "POST /api/v1/statuses": (request, base) => post(host, request, base),
    "DELETE /api/v1/statuses/:id": async (request) => {
      const before = await statusOf(request);
      const { id = "" } = request.params;
      const status = host.ids.find(id);
      // Whoever has a token may delete whatever is there.
      if (before.status !== 200 || status === undefined || !("reblogs" in status)) return notThere;
      removeStatus(status);
      return { ...before, body: { ...objectIn(before.body), text: status.text } };
    },
    "POST /api/v1/statuses/:id/reblog": async (request, base) => {
      if (await isMarked(request, "reblogged")) return holloFailure;
      const isJson = /json/i.test(request.bodyType ?? "");
      return await base(isJson ? request : { ...request, body: {} });
    },
    "POST /api/v1/statuses/:id/pin": refusedWhen("pinned", true, holloFailure),
    "POST /api/v1/statuses/:id/unpin": refusedWhen("pinned", false, notThere),
    "POST /api/v1/statuses/:id/favourite": refusedWhen("favourited", true, notThere),
  };
}

function stateIn(host: Host, { viewer }: ApiRequest): LocalState | undefined {
  return host.users.get(viewer?.username.toLowerCase() ?? "");
}

/** Of its own users Hollo tells everybody what other servers tell only them. */
function owned(host: Host, id: string, { body }: ApiAnswer): unknown {
  const account = host.ids.find(id);
  const isOwn = account !== undefined && "followers" in account && account.host === host;
  return isOwn ? serializeOwner({ host, viewer: undefined }, account) : body;
}

function post(
  host: Host,
  request: ApiRequest,
  base: ApiRoute["handle"],
): ApiAnswer | Promise<ApiAnswer> {
  const { body } = request;
  const { sensitive, status: text, media_ids: media, in_reply_to_id: parent } = body;
  const isOdd = sensitive !== undefined && sensitive !== null && typeof sensitive !== "boolean";
  if (isOdd || text === "") return invalidRequest;
  const hasParent = parent !== undefined && parent !== null;
  if (hasParent && !uuid.test(String(parent))) return invalidRequest;
  const state = stateIn(host, request);
  const isEmpty = (text === undefined || text === null) && !Array.isArray(media);
  if (!isEmpty || hasParent || state === undefined) return base(request);
  const nothing = { text: "", spoilerText: "", sensitive: false, language: "en" };
  const draft = { ...nothing, contentType: undefined, media: [] };
  const status: Status = createStatus(state.account, draft, { visibility: "public" });
  const view = { host, viewer: state.account };
  return { status: 200, body: host.behaviour.entities.status(view, status) };
}

/**
 * A page of notifications. Cursors count by their time alone, to the millisecond; whatever the
 * cursor, the page is the newest there is.
 */
function listNotifications(host: Host, request: ApiRequest): ApiAnswer {
  const { query } = request;
  const state = stateIn(host, request);
  const { types, exclude_types: excluded = [], max_id: maxId, min_id: minId } = query;
  const { limit: wanted = "40", since_id: sinceId = minId } = query;
  const limit = Number.parseInt(String(wanted), 10);
  const time = (cursor: string | readonly string[] | undefined, standard: number) =>
    cursor === undefined ? standard : Date.parse(String(cursor).split("/", 1)[0] ?? "");
  const [from, to] = [time(sinceId, -1), time(maxId, Number.POSITIVE_INFINITY)];
  const isWanted = ({ type, createdMs }: Notification) =>
    (!Array.isArray(types) || types.includes(type)) &&
    !excluded.includes(type) &&
    createdMs > from &&
    createdMs < to;
  const page = (state?.notifications ?? []).filter(isWanted).slice(0, limit);
  const view = { host, viewer: state?.account };
  return {
    status: 200,
    body: page.map((one) => host.behaviour.entities.notification(view, one)),
    links: { maxId: page.length === limit ? page.at(-1)?.id : undefined, minId: page[0]?.id },
  };
}

/** The instance documents, without what Hollo does not tell. */
function instance(body: unknown): Json {
  const base = objectIn(body);
  const { configuration, registrations } = base;
  const { accounts, urls: _, limited_federation: __, ...rest } = objectIn(configuration);
  const { max_featured_tags, max_pinned_statuses } = objectIn(accounts);
  const { media_attachments: media } = rest;
  const isV2 = registrations !== false;
  return {
    ...base,
    ...(isV2
      ? { registrations: without(objectIn(registrations), "reason_required", "min_age", "url") }
      : {}),
    languages: [],
    configuration: {
      ...rest,
      accounts: isV2 ? { max_featured_tags, max_pinned_statuses } : { max_featured_tags },
      media_attachments: without(objectIn(media), "description_limit"),
    },
    feature_quote: true,
    fedibird_capabilities: ["emoji_reaction"],
  };
}
