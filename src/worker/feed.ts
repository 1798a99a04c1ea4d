import { doubling } from "../core/backoff.js";
import { GatewayError, messageOf } from "../errors.js";
import type { Clock } from "../ports.js";
import type { Inbox } from "./inbox.js";
import { isStillSignedIn, type Session } from "./session.js";
import { Socket, type SocketEnd } from "./socket.js";

const reopenCapMs = 5 * 60_000;
const leastReopenMs = 100;
const stableMs = 60_000;
const maxRefusals = 3;
const noStreamRetryMs = 60 * 60_000;
const upkeepMs = 24 * 60 * 60_000;

/**
 * Keeps the inbox fed until the signal: by one socket, replaced before it is retired, and by
 * polling while there is none.
 *
 * @throws CannotRun
 */
export async function feed(session: Session, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const { clock, settings } = session.deps;
  const link: Link = { current: undefined };
  const poll = () => {
    // One that is to be replaced may die before its successor can be opened.
    const isAlone = link.current === undefined || link.current.isEnded;
    if (isAlone && clock.steadyMs() >= session.quietUntilMs) inbox.push({ kind: "catch-up" });
  };
  // Where there is a stream, its first socket brings the first catch-up along.
  if (session.traits.streamingUrl === undefined) poll();
  const stopPolling = every(settings.pollIntervalMs, poll, clock);
  const stopUpkeep = every(upkeepMs, () => inbox.push({ kind: "upkeep" }), clock);
  const hangUp = () => link.current?.close();
  signal.addEventListener("abort", hangUp, { once: true });
  try {
    await keepSocket(session, inbox, link, signal);
  } finally {
    signal.removeEventListener("abort", hangUp);
    stopPolling();
    stopUpkeep();
    hangUp();
  }
}

/** The socket in use. */
interface Link {
  current: Socket | undefined;
}

async function keepSocket(
  session: Session,
  inbox: Inbox,
  link: Link,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, settings, log, witness } = session.deps;
  // Twice nothing is nothing: a delay of 0 would hammer a server that accepts and drops.
  const policy = (delayMs: number) =>
    doubling({ firstMs: Math.max(delayMs, leastReopenMs), capMs: reopenCapMs });
  const afterClose = policy(settings.delayReopenClosedMs);
  const afterError = policy(settings.delayReopenErrorMs);
  let attempt = 0;
  let refusals = 0;
  for (;;) {
    if (session.traits.streamingUrl === undefined) {
      await clock.sleep(noStreamRetryMs, signal);
      continue;
    }
    await session.deps.door.pass(signal);
    let failure: unknown;
    try {
      const next = await Socket.open(session, inbox, signal);
      link.current?.close();
      link.current = next;
    } catch (error) {
      failure = error;
    }
    signal.throwIfAborted();
    if (failure === undefined && link.current !== undefined) {
      refusals = 0;
      const openedAt = clock.now();
      witness({ kind: "stream-opened" });
      log.debug("Listening to the stream.");
      // Groups that started together shall not all come back in the same second.
      const lifeMs = settings.socketRetireTimeMs * (0.9 + 0.2 * random());
      const end = await endWithin(lifeMs, link.current, clock);
      signal.throwIfAborted();
      if (clock.now() - openedAt >= stableMs) attempt = 0;
      if (end === undefined) {
        log.debug("Replacing the stream's socket, which has served its time.");
        continue;
      }
      link.current = undefined;
      const delayMs = (end.because === "error" ? afterError : afterClose)(attempt++, random);
      log[end.because === "silent" ? "warn" : "info"](
        { because: end.because, code: end.code, err: end.error, delayMs: Math.round(delayMs) },
        "The stream ended; opening it again.",
      );
      witness({ kind: "stream-closed", because: end.because });
      const because =
        end.error === undefined ? `The stream ended (${end.because}).` : messageOf(end.error);
      witness({ kind: "waits", for: "stream", because, delayMs });
      await clock.sleep(delayMs, signal);
      continue;
    }
    if (failure instanceof GatewayError && (failure.status === 401 || failure.status === 403)) {
      await isStillSignedIn(session.deps, signal);
    }
    const isRefusal = failure instanceof GatewayError && failure.failure === "permanent";
    refusals = isRefusal ? refusals + 1 : 0;
    if (refusals >= maxRefusals) {
      // snac advertises a stream that nobody serves.
      log.info({ err: failure }, "The server has no stream; polling instead.");
      witness({ kind: "goes-on", for: "stream" });
      refusals = 0;
      await clock.sleep(noStreamRetryMs, signal);
      continue;
    }
    const delayMs = afterError(attempt++, random);
    log.warn(
      { err: failure, delayMs: Math.round(delayMs) },
      "Could not open the stream; trying again.",
    );
    witness({ kind: "waits", for: "stream", because: messageOf(failure), delayMs });
    if (link.current === undefined) await clock.sleep(delayMs, signal);
    else if (await endWithin(delayMs, link.current, clock)) link.current = undefined;
    signal.throwIfAborted();
  }
}

/** How a socket in use ends; `undefined`: it lives on after so long. */
function endWithin(ms: number, socket: Socket, clock: Clock): Promise<SocketEnd | undefined> {
  return new Promise((resolve) => {
    const stopWaiting = clock.after(ms, () => resolve(undefined));
    socket.onEnd((end) => {
      stopWaiting();
      resolve(end);
    });
  });
}

/** Calls back again and again, until the function that it gives is called. */
function every(ms: number, act: () => void, clock: Clock): () => void {
  let stop = clock.after(ms, again);
  function again(): void {
    stop = clock.after(ms, again);
    act();
  }
  return () => stop();
}
