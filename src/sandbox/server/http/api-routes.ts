import type { ApiAnswer, ApiRequest, ApiRoute, LocalUser } from "../../seam.js";
import type { TokenProblem } from "../behaviour.js";
import { type HostContext, type HostParts, isDriven, toResponse } from "../context.js";
import { countsSuccessOnly } from "../rate-limits.js";
import { isAllowed } from "../scopes.js";
import { flatQuery, nestParams } from "./params.js";

/** Serves one route of the API: who may, how often, once only; then what Mastodon does. */
export async function serveRoute(
  route: ApiRoute,
  c: HostContext,
  parts: HostParts,
): Promise<Response> {
  const viewer = viewerOf(c, parts);
  const asked = { c, parts, viewer };
  const { idempotency } = parts.behaviour;
  const guarded = (act: () => Promise<ApiAnswer>) => once(route, asked, act);
  const act = async () => await route.handle(toApiRequest(c, viewer));
  const serve = async (then: () => Promise<ApiAnswer>) =>
    refuse(route, c, parts) ?? (await limited(route, asked, then));
  const answer =
    idempotency?.comesFirst === true
      ? await guarded(() => serve(act))
      : await serve(() => guarded(act));
  return toResponse(c, parts, answer);
}

interface Asked {
  readonly c: HostContext;
  readonly parts: HostParts;
  readonly viewer: LocalUser | undefined;
}

/** Acts, unless the Idempotency-Key says that this was done before. */
async function once(
  route: ApiRoute,
  { c, parts, viewer }: Asked,
  act: () => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const { idempotency, behaviour } = parts;
  const sent = c.req.header("idempotency-key") ?? "";
  const rules = behaviour.idempotency;
  const key =
    sent === "" || rules?.covers(route) !== true ? undefined : rules.keyOf(sent, viewer?.accountId);
  return key === undefined || idempotency === undefined
    ? await act()
    : await idempotency.once(key, act);
}

/** The answer when the token does not open the route. */
function refuse(route: ApiRoute, c: HostContext, parts: HostParts): ApiAnswer | undefined {
  const problem = problemOf(route, c, parts);
  return problem && parts.behaviour.auth.refuse(problem, route);
}

function problemOf(route: ApiRoute, c: HostContext, parts: HostParts): TokenProblem | undefined {
  const token = c.get("token");
  if (token === undefined) return c.get("hasSentToken") ? "unknown" : "missing";
  const state = parts.access.stateOf(token);
  if (state !== "good") return state;
  if (route.scope === undefined) return undefined;
  const { checksScopes } = parts.behaviour.auth;
  if (checksScopes && !isAllowed(token.scopes, route.scope)) return "scope";
  if (token.user === undefined) return "no-user";
  return parts.api.isFunctional(token.user) ? undefined : "disabled";
}

async function limited(
  route: ApiRoute,
  { c, parts, viewer }: Asked,
  act: () => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const rules = parts.behaviour.rateLimits;
  if (rules === undefined || isDriven(c, parts)) return await act();
  const ip = c.env.incoming.socket.remoteAddress ?? "";
  const { method, path } = c.req;
  const { family } = route;
  const accountId = viewer?.accountId;
  const place = { method, path, isPaging: false };
  const arrived = rules.onRoute?.({ ...place, tokenId: c.get("token")?.id, accountId, ip }) ?? [];
  const bucket = family && rules.ofFamily(family, accountId ?? ip);
  c.get("buckets").push(...arrived, ...(bucket === undefined ? [] : [bucket]));
  const isLate = family !== undefined && countsSuccessOnly(family);
  const taken = arrived.map((one) => parts.limits.take(one));
  if (bucket !== undefined) {
    taken.push(isLate ? parts.limits.isFull(bucket) : parts.limits.take(bucket));
  }
  if (taken.includes(true)) return rules.refusal;
  const answer = await act();
  if (isLate && bucket !== undefined && answer.status < 300) parts.limits.take(bucket);
  return answer;
}

function toApiRequest(c: HostContext, viewer: LocalUser | undefined): ApiRequest {
  const { searchParams } = new URL(c.req.url);
  searchParams.delete("access_token");
  const { params, files, type } = c.get("body");
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  return {
    params: c.req.param(),
    query: flatQuery(searchParams),
    // Rails does not tell apart whether a write's parameters came in its query or its body.
    body: isRead ? params : { ...nestParams(searchParams), ...params },
    files,
    ...(type === "" ? {} : { bodyType: type }),
    viewer,
  };
}

function viewerOf(c: HostContext, parts: HostParts): LocalUser | undefined {
  const token = c.get("token");
  return token !== undefined && parts.access.stateOf(token) === "good" ? token.user : undefined;
}
