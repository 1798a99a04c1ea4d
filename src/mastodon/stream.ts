import type { mastodon } from "masto";
import { createActionProxy, WebSocketActionDispatcher } from "masto/adapters/action/index.js";
import { SerializerNativeImpl } from "masto/adapters/serializers/index.js";
import { WebSocketSubscriptionCounterImpl } from "masto/adapters/ws/index.js";
import type { GroupEvent } from "../core/model.js";
import { toUrl } from "../core/url.js";
import { GatewayError } from "../errors.js";
import type { Clock, StreamItem } from "../ports.js";
import { excerpt, retryAfter, senseless, unreachable, upgradeFailure } from "./classify.js";
import { userAgent } from "./http.js";
import { mapHome, mapNotification, type Viewer } from "./mapping.js";
import type { Session } from "./session.js";
import { StreamSocket } from "./stream-socket.js";

const maxFrameBytes = 16_000_000;
const handshakeTimeoutMs = 30_000;

/**
 * One socket, read by masto's streaming client; see the port.
 *
 * The socket is opened here and handed to masto, rather than through `createStreamingAPIClient` with
 * its `implementation` hook, for what was measured with 7.12.0: the hook waits 1 s before it
 * connects (each start and each reconnect), prints failures to the console, keeps no status of a
 * refused upgrade, and `close()` while connecting leaves a socket that opens later and stays. With a
 * connector of ours none of that code runs, and masto still subscribes, parses and filters.
 *
 * @throws GatewayError when the socket cannot be opened; `permanent`: there is no stream here
 */
export async function* connect(
  session: Session,
  { aliveTimeoutMs }: { readonly aliveTimeoutMs: number },
  signal: AbortSignal,
): AsyncGenerator<StreamItem, void, undefined> {
  const { socket, url, opened } = await dial(session, signal);
  const end = new AbortController();
  const hangUp = () => {
    end.abort();
    socket.terminate();
  };
  signal.addEventListener("abort", hangUp, { once: true });
  socket.once("close", () => end.abort());
  const events = eventsOf(socket);
  // masto listens before the socket is open, or frames that come with the upgrade would be lost.
  const first = events.next();
  first.catch(() => {});
  try {
    await opened();
    const watching = watch(socket, aliveTimeoutMs, session.clock, end.signal);
    watching.catch(() => {});
    yield { kind: "connected" };
    for (let next = first; ; next = events.next()) {
      signal.throwIfAborted();
      const { done, value } = await read(next, url);
      signal.throwIfAborted();
      if (done === true) break;
      const event = mapEvent(value, session.who);
      if (event !== undefined) yield event;
    }
    await socket.closed();
    const because = (await watching) ? "silent" : "server";
    yield { kind: "closed", because, code: socket.closeCode };
  } finally {
    signal.removeEventListener("abort", hangUp);
    hangUp();
    events.return?.().catch(() => {});
  }
}

/** A new socket of the group's, on its way to be open. */
export interface Dialled {
  readonly socket: StreamSocket;
  readonly url: URL;
  /** To be awaited at once. @throws GatewayError when there is no socket for us */
  opened(): Promise<void>;
}

/** @throws GatewayError permanent, where there is no stream */
export async function dial(session: Session, signal: AbortSignal): Promise<Dialled> {
  signal.throwIfAborted();
  const url = addressOf(session);
  // GoToSocial counts upgrades, too.
  const answered = await session.http.admit?.({ method: "GET", url }, signal);
  signal.throwIfAborted();
  const socket = new StreamSocket(url, socketOptions(session), session.clock);
  const opened = () =>
    open(socket, url, session, signal).finally(() => answered?.(socket.refusal?.headers));
  return { socket, url, opened };
}

/** The events of one socket, by masto. Ends when the socket closes. */
function eventsOf(socket: StreamSocket): AsyncIterator<mastodon.streaming.Event> {
  const connector = {
    acquire: () => Promise.resolve(socket),
    kill: () => socket.terminate(),
    // Once: masto's own connector would open the next one without a word.
    async *[Symbol.asyncIterator]() {
      yield socket;
    },
  };
  const dispatcher = new WebSocketActionDispatcher(
    connector,
    new WebSocketSubscriptionCounterImpl(),
    new SerializerNativeImpl(),
  );
  const client = createActionProxy<mastodon.streaming.Client>(dispatcher);
  return client.user.subscribe()[Symbol.asyncIterator]();
}

function mapEvent(
  { event, payload }: mastodon.streaming.Event,
  viewer: Viewer,
): GroupEvent | undefined {
  if (event === "update") return mapHome(payload, viewer);
  return event === "notification" ? mapNotification(payload, viewer) : undefined;
}

/** Hangs up when nothing came for so long, and makes the server answer before that. True: it did. */
async function watch(
  socket: StreamSocket,
  aliveTimeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const restMs = socket.lastSignAt + aliveTimeoutMs - clock.now();
    if (restMs <= 0) {
      socket.terminate();
      return true;
    }
    socket.ping();
    try {
      await clock.sleep(Math.min(restMs, aliveTimeoutMs / 3), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return false;
}

async function open(
  socket: StreamSocket,
  url: URL,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const what = `GET ${url.host}${url.pathname}`;
  try {
    await socket.opened();
  } catch (error) {
    signal.throwIfAborted();
    const { refusal } = socket;
    if (refusal === undefined) throw unreachable(what, error);
    if (refusal.status === 401 || refusal.status === 403) session.streamRefusedToken();
    const told = excerpt(refusal.headers.get("x-error-message") ?? "", session.token);
    throw new GatewayError(`${what}: no socket, ${refusal.status} ${told}`.trim(), {
      failure: upgradeFailure(refusal.status),
      status: refusal.status,
      retryAfterMs: retryAfter(refusal.status, refusal.headers, session.clock.now()),
      isOutcomeKnown: true,
    });
  }
}

async function read<T>(next: Promise<T>, url: URL): Promise<T> {
  try {
    return await next;
  } catch {
    // Nothing that adaptFrame lets through should come here; a new socket is the remedy.
    throw senseless(`GET ${url.host}${url.pathname}`, "a frame could not be read");
  }
}

function addressOf(session: Session): URL {
  const { token } = session;
  const url = toUrl(session.traits.streamingUrl ?? "");
  if (url === undefined) {
    throw new GatewayError("The server has no stream.", {
      failure: "permanent",
      isOutcomeKnown: true,
    });
  }
  const base = url.pathname.replace(/\/(?:api\/v1\/streaming\/?)?$/u, "");
  url.pathname = `${base}/api/v1/streaming`;
  // Pleroma 2.7 looks at nothing else.
  const auth = session.isTokenInStreamAddress ? { access_token: token } : undefined;
  url.search = `${new URLSearchParams({ stream: "user", ...auth })}`;
  return url;
}

function socketOptions({ token, http }: Session) {
  return {
    headers: { Authorization: `Bearer ${token}`, "User-Agent": userAgent(http) },
    handshakeTimeout: Math.min(http.timeoutMs ?? handshakeTimeoutMs, handshakeTimeoutMs),
    maxPayload: maxFrameBytes,
    followRedirects: false,
    perMessageDeflate: false,
  };
}
