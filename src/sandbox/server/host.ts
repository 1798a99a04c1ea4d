import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { World } from "../seam.js";
import type { HostOptions, SandboxHost, SandboxUser, WireMark } from "../surface.js";
import { Access } from "./access.js";
import type { ServerBehaviour } from "./behaviour.js";
import { FaultBook } from "./faults.js";
import { createApp } from "./http/app.js";
import { Idempotency } from "./idempotency.js";
import { RateLimits } from "./rate-limits.js";
import { RequestLog } from "./request-log.js";
import { StreamHub } from "./streaming/hub.js";
import { createUser } from "./user.js";

/** Opens one host of the world on loopback. */
export async function openHost(
  world: World,
  options: HostOptions,
  internals: {
    readonly now: () => number;
    readonly behaviour: ServerBehaviour;
    /** How many requests are recorded. */
    readonly keeps: number | undefined;
    readonly onWire: ((mark: WireMark) => void) | undefined;
  },
): Promise<SandboxHost> {
  const { keeps, onWire } = internals;
  const behaviour =
    options.tellsRateLimits === false
      ? { ...internals.behaviour, rateLimits: undefined }
      : internals.behaviour;
  const { domain, pingIntervalMs = 30_000, now = internals.now } = options;
  const { lifetimeMs: usualLifetimeMs, hasRefreshTokens } = behaviour.oauth;
  const hasStreaming = behaviour.streaming !== undefined && options.hasStreaming !== false;
  const log = new RequestLog(now, keeps);
  const limits = new RateLimits(now, options.hasRateLimits ?? true);
  const access: Access = new Access(now, (token) => streams.kill(token), {
    lifetimeMs: options.tokenLifetimeMs ?? usualLifetimeMs,
    hasRefreshTokens,
  });
  const streams = new StreamHub({
    ...{ access, log, limits, behaviour, pingIntervalMs, hasStreaming },
    onWire: (kind, username) => onWire?.({ kind, username, domain, atMs: performance.now() }),
  });
  const faults = new FaultBook(streams.faults);
  const driverKey = randomUUID();
  const users = new Map<string, SandboxUser>();

  let listener = getRequestListener(() => new Response(null, { status: 503 }));
  let server = await listen(options.port ?? 0);
  const baseUrl = `http://127.0.0.1:${portOf(server)}`;
  const publicUrl = options.publicUrl ?? baseUrl;
  const api = world.addHost(options, publicUrl, (user, event) => streams.publish(user, event));
  const app = createApp({
    ...{ api, baseUrl: publicUrl, now, behaviour, access, faults, log, limits },
    ...{ hasStreaming, driverKey },
    idempotency: behaviour.idempotency && new Idempotency(now, behaviour.idempotency),
    users: () => [...users.keys()].flatMap((username) => api.findUser(username) ?? []),
  });
  // Hono's adapter would put its own Request and Response in place of the daemon's, too.
  listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });

  async function listen(port: number): Promise<Server> {
    const opened = createServer((request, response) => {
      const { method = "", url = "" } = request;
      const [path = ""] = url.split("?");
      onWire?.({ kind: "request", method, path, domain, atMs: performance.now() });
      void listener(request, response);
    });
    // A connection that the server closes just as it is used again would look like a fault.
    opened.keepAliveTimeout = 0;
    opened.on("upgrade", (request, socket, head) => streams.upgrade(request, socket, head));
    opened.listen(port, "127.0.0.1");
    await once(opened, "listening");
    streams.open();
    return opened;
  }

  return {
    domain,
    baseUrl,
    requests: log.entries,
    faults,
    addUser(userOptions) {
      const local = api.addUser(userOptions);
      const user = createUser(local, { access, api, baseUrl, domain, driverKey });
      users.set(local.username, user);
      return user;
    },
    user(username) {
      const user = users.get(username);
      if (user === undefined) throw new Error(`${domain} has no user ${username}.`);
      return user;
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      streams.shut();
      server.closeAllConnections();
      faults.abandon();
      await closed;
    },
    async start() {
      if (!server.listening) server = await listen(portOf({ baseUrl }));
    },
  };
}

function portOf(place: Server | { readonly baseUrl: string }): number {
  if ("baseUrl" in place) return Number(new URL(place.baseUrl).port);
  const address = place.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return address.port;
}
