import { type Behaviour, mastodon46 } from "../api/behaviour.js";
import type { Host, LocalState } from "../api/model/model.js";
import { isDistributable } from "../api/model/visibility.js";
import { notFound } from "../api/wire/api-error.js";
import { textOf } from "../api/wire/input.js";
import type { ApiAnswer, ApiRequest, ApiRoute } from "../seam.js";
import type { ServerBehaviour } from "../server/behaviour.js";
import { mastodonServer } from "../server/mastodon.js";
import { objectIn, objectsIn, type Wrapper, without, withoutRoutes, wrapRoutes } from "./alter.js";
import { renderFriendica } from "./dialects.js";
import type { Flavour } from "./flavour.js";

const error = (status: number, text: string): ApiAnswer => ({ status, body: { error: text } });

const server: ServerBehaviour = {
  ...mastodonServer,
  auth: {
    ...mastodonServer.auth,
    refuse: (problem, route) => {
      if (route.scope === undefined && problem === "missing") return undefined;
      return problem === "scope" ? error(403, "Forbidden") : error(401, "Unauthorized");
    },
  },
  oauth: { ...mastodonServer.oauth, hasMetadata: false, hasTokenInfo: false, checksPkce: false },
  idempotency: undefined,
  rateLimits: undefined,
  streaming: undefined,
};

const api: Behaviour = {
  ...mastodon46,
  software: {
    name: "friendica",
    version: "2.8.0 (compatible; Friendica 2024.09)",
    sourceUrl: "https://git.friendi.ca/friendica/friendica",
  },
  apiVersions: undefined,
  limits: { ...mastodon46.limits, maxCharacters: 200_000, maxNote: 100_000, maxFields: 20 },
  notificationPolicy: undefined,
  advertisesStreaming: false,
  render: renderFriendica,
  lengthOf: (text, spoilerText) => [...text].length + [...spoilerText].length,
  reblogs: {
    ...mastodon46.reblogs,
    allows: isDistributable,
    refusal: notFound,
    visibility: () => "public",
  },
  ignores: () => false,
  adaptRoutes: (routes, _, host) => adaptRoutes(routes, host),
};

/** Friendica 2024.09. */
export const friendica: Flavour = { api, server };

const followScope = /^(read|write):(follows|blocks|mutes)$/;
const mostOnPage = 30;

function adaptRoutes(routes: readonly ApiRoute[], host: Host): readonly ApiRoute[] {
  const left = withoutRoutes(
    routes,
    "GET /api/v1/domain_blocks",
    "POST /api/v1/accounts/:id/remove_from_followers",
    "GET /api/v1/accounts",
    "GET /api/v1/statuses",
  );
  const scoped = left.map((route) => ({
    ...route,
    ...(followScope.test(route.scope ?? "") ? { scope: "follow" } : {}),
    ...(route.method === "GET" ? { handle: limited(route.handle) } : {}),
  }));
  const dismissed = new Set<string>();
  return [
    ...wrapRoutes(scoped, {
      "GET /api/v2/instance": async (request, base) => {
        const answer = await base(request);
        const extra = { version: "2024.09", codename: "", db_version: 1 };
        return { ...answer, body: { ...objectIn(answer.body), friendica: extra } };
      },
      "GET /api/v1/notifications": (request, base) => list(request, base, dismissed),
      "POST /api/v1/notifications/:id/dismiss": (request) => {
        const { id = "" } = request.params;
        dismissed.add(id);
        return { status: 200, body: {} };
      },
      // It answers with what was boosted.
      "POST /api/v1/statuses/:id/reblog": async (request, base) => {
        const answer = await base(request);
        const { reblog } = objectIn(answer.body);
        return answer.status === 200 ? { ...answer, body: reblog } : answer;
      },
      "POST /api/v1/statuses": (request, base) => {
        const standard = stateIn(host, request)?.account.defaultPrivacy ?? "public";
        const body = { visibility: standard, ...request.body };
        return base({ ...request, body: isAnswer(body) ? body : withTitle(body) });
      },
      "GET /api/v1/follow_requests": async (request, base) => {
        const answer = await base(request);
        const body = objectsIn(answer.body).map((account) => byRequest(host, request, account));
        return { ...answer, body };
      },
      "POST /api/v1/follow_requests/:id/authorize": (request, base) =>
        answerRequest(host, request, base),
      "POST /api/v1/follow_requests/:id/reject": (request, base) =>
        answerRequest(host, request, base),
    }),
    ...unimplemented.map(([method, path]) => ({
      method,
      path,
      scope: "read",
      handle: () => error(501, "Not Implemented"),
    })),
  ];
}

/** What Friendica knows of and has not. */
const unimplemented = [
  ["GET", "/api/v1/domain_blocks"],
  ["POST", "/api/v1/accounts/:id/remove_from_followers"],
  ["GET", "/api/v2/notifications/policy"],
  ["PUT", "/api/v2/notifications/policy"],
  ["PATCH", "/api/v2/notifications/policy"],
  ["GET", "/api/v1/notifications/requests"],
] as const;

function isAnswer({ in_reply_to_id: parent }: ApiRequest["body"]): boolean {
  return parent !== undefined && parent !== "";
}

/** What begins a thread has a title in place of a warning; others see it above the text. */
function withTitle({ spoiler_text: title, ...body }: ApiRequest["body"]): ApiRequest["body"] {
  if (typeof title !== "string" || title === "") return body;
  return { ...body, status: `# ${title}\n\n${textOf(body, "status") ?? ""}` };
}

function stateIn(host: Host, { viewer }: ApiRequest): LocalState | undefined {
  return host.users.get(viewer?.username.toLowerCase() ?? "");
}

/** No page is larger than 30, whatever is asked. */
function limited(base: ApiRoute["handle"]): ApiRoute["handle"] {
  return (request) => {
    const wanted = Number(textOf(request.query, "limit") ?? "0");
    if (wanted <= mostOnPage) return base(request);
    return base({ ...request, query: { ...request.query, limit: String(mostOnPage) } });
  };
}

/** Kinds cannot be chosen, only left out; `min_id` is no other than `since_id`. */
async function list(
  request: ApiRequest,
  base: Parameters<Wrapper>[1],
  dismissed: ReadonlySet<string>,
): Promise<ApiAnswer> {
  const { limit = "15", min_id: minId, include_all: all, ...query } = request.query;
  const since = minId === undefined ? {} : { since_id: minId };
  const wanted = { ...without(query, "types"), ...since, limit } as ApiRequest["query"];
  const answer = await base({ ...request, query: wanted });
  if (all === "true") return answer;
  return { ...answer, body: objectsIn(answer.body).filter(({ id }) => !dismissed.has(String(id))) };
}

/** Who asks to follow is listed under the number of the request. */
function byRequest(host: Host, request: ApiRequest, account: Readonly<Record<string, unknown>>) {
  const { id } = account;
  const source = host.ids.find(String(id));
  const isAccount = source !== undefined && "followers" in source;
  const row = isAccount ? stateIn(host, request)?.account.requests.get(source) : undefined;
  return { ...account, id: row?.id ?? id };
}

function answerRequest(
  host: Host,
  request: ApiRequest,
  base: Parameters<Wrapper>[1],
): ApiAnswer | Promise<ApiAnswer> {
  const { id: wanted } = request.params;
  const rows = [...(stateIn(host, request)?.account.requests.values() ?? [])];
  const row = rows.find(({ id }) => id === wanted);
  const id = row && host.ids.get(row.source);
  return id === undefined
    ? error(404, "Record not found")
    : base({ ...request, params: { ...request.params, id } });
}
