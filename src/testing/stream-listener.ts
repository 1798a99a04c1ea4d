import { systemClock } from "../clock.js";
import type { Acct } from "../core/model.js";
import { cautiousTraits } from "../core/traits.js";
import { Session } from "../mastodon/session.js";
import { connect } from "../mastodon/stream.js";
import type { Clock, StreamItem } from "../ports.js";
import { itemsOf } from "./stream-items.js";
import { startTinyServer, type TinyServer, type TinySockets } from "./tiny-server.js";

const servers: TinyServer[] = [];
const ends: AbortController[] = [];

/** Ends every connection and closes every server of the test; for `afterEach`. */
export async function hangUpAll(): Promise<void> {
  for (const end of ends.splice(0)) end.abort();
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

/** A server that has nothing but sockets. */
export async function serveSockets(sockets: TinySockets = {}): Promise<TinyServer> {
  const server = await startTinyServer(() => ({ status: 404 }), sockets);
  servers.push(server);
  return server;
}

export interface ListenOptions {
  readonly clock?: Clock;
  readonly aliveTimeoutMs?: number;
  /** Behind the server's address, in the streaming URL that it tells. */
  readonly path?: string;
}

/** A stream that nobody reads yet. */
export function openStream(server: TinyServer, options: ListenOptions = {}) {
  const { clock = systemClock, aliveTimeoutMs = 90_000, path = "" } = options;
  const end = new AbortController();
  ends.push(end);
  const session = new Session({
    baseUrl: server.baseUrl,
    token: "s3cret",
    acct: "groupbot@127.0.0.1" as Acct,
    clock,
    version: "1.2.3",
  });
  const streamingUrl = `${server.baseUrl.replace("http", "ws")}${path}`;
  session.traits = { ...cautiousTraits, streamingUrl };
  const stream = itemsOf(
    (take) => connect(session, { aliveTimeoutMs }, take, end.signal),
    end.signal,
  );
  return { stream, end, session };
}

/** A stream whose items gather in a list; `outcome` is what it throws, if anything. */
export function listen(server: TinyServer, options: ListenOptions = {}) {
  const { stream, end } = openStream(server, options);
  const items: StreamItem[] = [];
  const read = async () => {
    for await (const item of stream) items.push(item);
  };
  const outcome = read().then(
    () => undefined,
    (error: unknown) => error,
  );
  return { items, outcome, end };
}

/** Sends text frames to every socket; objects as JSON. */
export function sendFrames(server: TinyServer, ...frames: readonly (string | object)[]): void {
  for (const socket of server.sockets) {
    for (const frame of frames) {
      socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    }
  }
}

/** A status as small as can be. */
export function rawPost(id: string) {
  return { id, account: { id: "1", acct: "ada@there.test" }, content: `<p>${id}</p>` };
}

/** The frame that brings it. */
export function update(id: string, stream: unknown = ["user"]) {
  return { stream, event: "update", payload: JSON.stringify(rawPost(id)) };
}

/** The ids of the home statuses among the items. */
export function homes(items: readonly StreamItem[]): readonly string[] {
  return items.flatMap((item) => (item.kind === "home" ? [item.status.id] : []));
}

export function kinds(items: readonly StreamItem[]): readonly string[] {
  return items.map(({ kind }) => kind);
}
