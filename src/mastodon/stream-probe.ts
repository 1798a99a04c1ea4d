import { GatewayError } from "../errors.js";
import type { Session } from "./session.js";
import { dial } from "./stream.js";

/** How a stream that was opened for a moment behaved. */
export type StreamSign =
  /** Something came: the answer to our ping, a ping of the server, an event. */
  | { readonly kind: "alive"; readonly afterMs: number }
  /** It opened, and nothing came in time. */
  | { readonly kind: "silent" }
  /** It opened and was closed by the server at once. */
  | { readonly kind: "closed"; readonly code: number };

/**
 * Opens a socket of its own beside the group's, asks for a sign of life and closes it. Nothing is
 * written on the server. That a socket lives does not prove that events come by it.
 *
 * @throws GatewayError when the socket cannot be opened; `permanent`: there is no stream here
 */
export async function probeStream(
  session: Session,
  options: { readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<StreamSign> {
  const wasInAddress = session.isTokenInStreamAddress;
  try {
    return await probeOnce(session, options, signal);
  } catch (error) {
    // The next try brings the token in another way, as the group's would.
    if (wasInAddress || !session.isTokenInStreamAddress) throw error;
    return probeOnce(session, options, signal);
  }
}

async function probeOnce(
  session: Session,
  { timeoutMs }: { readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<StreamSign> {
  const { socket, opened } = await dial(session, () => undefined, signal);
  const end = new AbortController();
  const hangUp = () => end.abort(signal.reason);
  signal.addEventListener("abort", hangUp, { once: true });
  // Listened for before the opening: what comes with the upgrade counts.
  const sign = new Promise<StreamSign>((resolve) => {
    const beganAt = session.clock.now();
    const alive = () => resolve({ kind: "alive", afterMs: session.clock.now() - beganAt });
    for (const event of ["ping", "pong", "message"] as const) socket.once(event, alive);
    socket.once("close", (code: number) => resolve({ kind: "closed", code }));
  });
  const patience = session.clock.sleep(timeoutMs, end.signal);
  const late = patience.then((): StreamSign => ({ kind: "silent" }));
  late.catch(() => {});
  try {
    await Promise.race([opened(), late.then(refuseSilence)]);
    socket.ping();
    return await Promise.race([sign, late]);
  } finally {
    signal.removeEventListener("abort", hangUp);
    end.abort();
    socket.terminate();
  }
}

function refuseSilence(): never {
  throw new GatewayError("The upgrade to a socket was not answered in time.", {
    failure: "transient",
    isOutcomeKnown: true,
  });
}
