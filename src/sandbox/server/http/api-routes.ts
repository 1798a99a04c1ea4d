import type { ApiAnswer, ApiRequest, ApiRoute, LocalUser } from "../../seam.js";
import type { Token } from "../access.js";
import { failure, type HostContext, type HostParts, isDriven, toResponse } from "../context.js";
import { countsSuccessOnly, familyBucket } from "../rate-limits.js";
import { isAllowed } from "../scopes.js";
import { flatQuery, nestParams } from "./params.js";

/** Serves one route of the API: who may, how often, once only; then what Mastodon does. */
export async function serveRoute(
  route: ApiRoute,
  c: HostContext,
  parts: HostParts,
): Promise<Response> {
  const refusal = refuse(route, c.get("token"));
  if (refusal !== undefined) return toResponse(c, parts, refusal);
  const viewer = viewerOf(c.get("token"));
  const answer = await limited(route, { c, parts, viewer }, async () => {
    const request = toApiRequest(c, viewer);
    const act = async () => await route.handle(request);
    const key = route.isIdempotent === true ? c.req.header("idempotency-key") : undefined;
    if (key === undefined || key === "" || viewer === undefined) return await act();
    return await parts.idempotency.once(`${viewer.accountId}:${key}`, act);
  });
  return toResponse(c, parts, answer);
}

/**
 * Why this token may not use this route. Routes open to all look at the token only where Mastodon
 * does: a revoked one is refused there, an unknown one counts as none.
 */
function refuse(route: ApiRoute, token: Token | undefined): ApiAnswer | undefined {
  const isOpen = route.scope === undefined;
  if (isOpen && !/^\/api\/v\d\/(accounts|statuses|timelines|polls|search)/.test(route.path)) {
    return undefined;
  }
  if (token?.isRevoked) return failure(401, "The access token was revoked");
  if (isOpen) return undefined;
  // Mastodon says the same of no token as of a wrong one.
  if (token === undefined) return failure(401, "The access token is invalid");
  if (route.scope !== undefined && !isAllowed(token.scopes, route.scope)) {
    return failure(403, "This action is outside the authorized scopes");
  }
  if (token.user === undefined) {
    return failure(401, "This method requires an authenticated user");
  }
  return undefined;
}

async function limited(
  route: ApiRoute,
  { c, parts, viewer }: { c: HostContext; parts: HostParts; viewer: LocalUser | undefined },
  act: () => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const { family } = route;
  if (family === undefined || isDriven(c, parts)) return await act();
  const who = viewer?.accountId ?? c.env.incoming.socket.remoteAddress ?? "";
  const bucket = familyBucket(family, who);
  c.get("buckets").push(bucket);
  const isLate = countsSuccessOnly(family);
  const isTooMuch = isLate ? parts.limits.isFull(bucket) : parts.limits.take(bucket);
  if (isTooMuch) return failure(429, "Too many requests");
  const answer = await act();
  if (isLate && answer.status < 300) parts.limits.take(bucket);
  return answer;
}

function toApiRequest(c: HostContext, viewer: LocalUser | undefined): ApiRequest {
  const { searchParams } = new URL(c.req.url);
  searchParams.delete("access_token");
  const { params, files } = c.get("body");
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  return {
    params: c.req.param(),
    query: flatQuery(searchParams),
    // Rails does not tell apart whether a write's parameters came in its query or its body.
    body: isRead ? params : { ...nestParams(searchParams), ...params },
    files,
    viewer,
  };
}

function viewerOf(token: Token | undefined): LocalUser | undefined {
  return token === undefined || token.isRevoked ? undefined : token.user;
}
