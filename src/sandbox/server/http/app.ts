import { Hono } from "hono";
import {
  failure,
  type HostContext,
  type HostEnv,
  type HostParts,
  isDriven,
  toResponse,
} from "../context.js";
import { addOAuthRoutes } from "../oauth/routes.js";
import { serveRoute } from "./api-routes.js";
import { readBody } from "./body.js";
import { BadRequestError } from "./params.js";
import { bySpecificity } from "./specificity.js";
import { suffer } from "./suffer.js";

/** The web application of one host: what its API does, behind log, faults, limits and sign-in. */
export function createApp(parts: HostParts): Hono<HostEnv> {
  const app = new Hono<HostEnv>({ strict: false });
  app.use("*", async (c, next) => {
    const { method, url } = c.req.raw;
    const body = await readBody(c.req.raw);
    const sent = sentToken(c, parts, body.params);
    const token = sent === undefined ? undefined : parts.access.findToken(sent);
    const isGood = token !== undefined && parts.access.stateOf(token) === "good";
    const username = isGood ? token.user?.username : undefined;
    const { headers } = c.env.incoming;
    const record = parts.log.begin({
      ...{ method, url: new URL(url), headers, username },
      body: body.recorded,
    });
    c.set("body", body);
    c.set("token", token);
    c.set("hasSentToken", sent !== undefined);
    c.set("buckets", []);
    const fault = parts.faults.next({ method, path: record.path, username });
    if (fault === undefined) {
      await next();
      record.status = c.res.status;
    } else record.status = await suffer(fault, parts.faults, { c, next });
    // A clock that is wrong is wrong everywhere on a host.
    c.res.headers.set("Date", new Date(parts.now()).toUTCString());
  });
  app.use("*", async (c, next) => {
    const { withoutUserAgent } = parts.behaviour;
    const isNameless = (c.req.header("user-agent") ?? "") === "";
    if (withoutUserAgent === undefined || !isNameless || isDriven(c, parts)) return next();
    return toResponse(c, parts, withoutUserAgent);
  });
  app.use("/api/*", async (c, next) => {
    const { rateLimits } = parts.behaviour;
    if (rateLimits === undefined || isDriven(c, parts)) return next();
    const token = c.get("token");
    const buckets = c.get("buckets");
    buckets.push(
      ...rateLimits.onArrival({
        ...{ method: c.req.method, path: c.req.path },
        tokenId: token?.id,
        accountId: token?.user?.accountId,
        ip: c.env.incoming.socket.remoteAddress ?? "",
        isPaging: isPaging(c),
      }),
    );
    const isTooMuch = buckets.map((bucket) => parts.limits.take(bucket)).includes(true);
    if (isTooMuch) c.res = toResponse(c, parts, rateLimits.refusal);
    else await next();
    if (!rateLimits.hasHeaders) return undefined;
    for (const [name, value] of Object.entries(parts.limits.headers(buckets))) {
      c.res.headers.set(name, value);
    }
    return undefined;
  });
  app.use("*", async (c, next) => {
    const { params, type, isEmpty, isBroken } = c.get("body");
    const { brokenBody, checkBody } = parts.behaviour;
    if (isBroken && brokenBody !== undefined) return toResponse(c, parts, brokenBody);
    const { method, path } = c.req;
    const [plainType = ""] = type.toLowerCase().split(/\s*;/);
    const problem = checkBody({
      ...{ method, path, type: plainType, fullType: type, isEmpty, params },
    });
    return problem === undefined ? next() : toResponse(c, parts, problem);
  });
  addOAuthRoutes(app, parts);
  for (const route of [...parts.api.routes].sort(bySpecificity)) {
    app.on(route.method, route.path, (c) => serveRoute(route, c, parts));
  }
  app.get("/media/*", (c) => serveMedia(c, parts));
  const hasHealth = parts.hasStreaming && parts.behaviour.streaming?.hasHealth === true;
  app.get("/api/v1/streaming/health", (c) => (hasHealth ? c.text("OK") : c.notFound()));
  app.notFound((c) => {
    const { method, path } = c.req;
    return toResponse(c, parts, parts.behaviour.unknownRoute({ method, path }));
  });
  app.onError((error, c) => {
    // URIError: a path with a stray percent sign.
    const isTheirs = error instanceof BadRequestError || error instanceof URIError;
    const status = isTheirs ? 400 : 500;
    return c.json({ error: error.message, ...(status === 500 && { stack: error.stack }) }, status);
  });
  return app;
}

function sentToken(
  c: HostContext,
  parts: HostParts,
  params: Readonly<Record<string, unknown>>,
): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined || !parts.behaviour.auth.takesQuery) return bearer;
  const { access_token: field } = params;
  const value = c.req.query("access_token") ?? field;
  return typeof value === "string" ? value : undefined;
}

function isPaging(c: HostContext): boolean {
  return ["page", "max_id", "min_id", "since_id"].some(
    (name) => c.req.query(name) !== undefined || Object.hasOwn(c.get("body").params, name),
  );
}

function serveMedia(c: HostContext, parts: HostParts): Response {
  const path = decodeURIComponent(c.req.path);
  const file = parts.api.media(path) ?? parts.api.media(path.slice("/media/".length));
  if (file === undefined) return toResponse(c, parts, failure(404, "Not Found"));
  return new Response(new Uint8Array(file.bytes), { headers: { "content-type": file.type } });
}
