import { toUrl } from "../core/url.js";
import { GatewayError } from "../errors.js";
import type { Stream, StreamItem } from "../ports.js";
import { excerpt, retryAfter, unreachable, upgradeFailure } from "./classify.js";
import { userAgent } from "./http.js";
import type { Session } from "./session.js";
import { StreamSocket } from "./stream-socket.js";

const maxFrameBytes = 16_000_000;
const handshakeTimeoutMs = 30_000;

/**
 * One socket; see the port. `ws` itself rather than masto's streaming client, for what was measured with
 * 7.12.0: that waits 1 s before it connects (each start and each reconnect), prints failures to the
 * console, keeps no status of a refused upgrade, and `close()` while connecting leaves a socket that
 * opens later and stays. For its reading of frames see `frames.ts`. Nothing is ever sent: the address
 * has subscribed already, a second time would double the events of some servers, and text frames from us
 * break others (GoToSocial, Iceshrimp.NET).
 *
 * @throws GatewayError when the socket cannot be opened; `permanent`: there is no stream here
 */
export async function connect(
  session: Session,
  { aliveTimeoutMs }: { readonly aliveTimeoutMs: number },
  take: (item: StreamItem) => void,
  signal: AbortSignal,
): Promise<Stream> {
  const { socket, opened } = await dial(session, take, signal);
  const hangUp = () => socket.hangUp();
  signal.addEventListener("abort", hangUp, { once: true });
  try {
    await opened();
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", hangUp);
  }
  socket.watch(aliveTimeoutMs);
  return { close: hangUp };
}

/** A new socket of the group's, on its way to be open. */
export interface Dialled {
  readonly socket: StreamSocket;
  /** To be awaited at once. @throws GatewayError when there is no socket for us */
  opened(): Promise<void>;
}

/** @throws GatewayError permanent, where there is no stream */
export async function dial(
  session: Session,
  take: (item: StreamItem) => void,
  signal: AbortSignal,
): Promise<Dialled> {
  signal.throwIfAborted();
  const url = addressOf(session);
  // GoToSocial counts upgrades, too.
  const answered = await session.http.admit?.({ method: "GET", url }, signal);
  try {
    signal.throwIfAborted();
    const socket = new StreamSocket(url, socketOptions(session), session, take);
    const opened = () =>
      open(socket, url, session, signal).finally(() => answered?.(socket.refusal?.headers));
    return { socket, opened };
  } catch (error) {
    // What was never sent would count as under way for good.
    answered?.();
    throw error;
  }
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
  // Nothing that goes to a server, and `ws` throws at it.
  url.hash = "";
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
