import { doubling } from "../core/backoff.js";
import { GatewayError, messageOf } from "../errors.js";
import { followSignal } from "./follow-signal.js";
import type { Inbox } from "./inbox.js";
import { isStillSignedIn, type Session } from "./session.js";
import { openSocket, type Socket, type SocketEnd } from "./socket.js";

const reopenCapMs = 5 * 60_000;
const leastReopenMs = 100;
const stableMs = 60_000;
const maxRefusals = 3;
const noStreamRetryMs = 60 * 60_000;

/**
 * Keeps the inbox fed until the signal: by one socket, replaced before it is retired, and by
 * polling while there is none.
 *
 * @throws CannotRun
 */
export async function feed(session: Session, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const link: Link = { current: undefined };
  try {
    await Promise.all([
      keepSocket(session, inbox, link, signal),
      poll(session, inbox, link, signal),
      keepUp(session, inbox, signal),
    ]);
  } finally {
    link.current?.close();
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
    const next = openSocket(session, inbox, signal);
    const failure = await next.opened;
    signal.throwIfAborted();
    if (failure === undefined) {
      refusals = 0;
      link.current?.close();
      link.current = next;
      const openedAt = clock.now();
      witness({ kind: "stream-opened" });
      log.debug("Listening to the stream.");
      const end = await endOf(next, session, signal);
      signal.throwIfAborted();
      if (clock.now() - openedAt >= stableMs) attempt = 0;
      if (end === "retire") {
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
    const sleeping = clock.sleep(delayMs, signal);
    await (link.current === undefined ? sleeping : Promise.race([sleeping, link.current.ended]));
    if (link.current?.isEnded === true) link.current = undefined;
  }
}

/** How a socket in use ends, or that it has served its time. */
async function endOf(
  socket: Socket,
  { deps: { clock, settings, random } }: Session,
  signal: AbortSignal,
): Promise<SocketEnd | "retire"> {
  const isOver = followSignal(signal);
  // Groups that started together shall not all come back in the same second.
  const lifeMs = settings.socketRetireTimeMs * (0.9 + 0.2 * random());
  const retiring = clock.sleep(lifeMs, isOver.signal).then(
    () => "retire" as const,
    // Whoever woke us ended the socket, too.
    () => socket.ended,
  );
  try {
    return await Promise.race([socket.ended, retiring]);
  } finally {
    isOver.abort();
    isOver.release();
  }
}

/** Asks over and over while there is no socket. */
async function poll(
  session: Session,
  inbox: Inbox,
  link: Link,
  signal: AbortSignal,
): Promise<void> {
  const { deps, traits } = session;
  const { clock, settings } = deps;
  // Where there is a stream, its first socket brings the first catch-up along.
  if (traits.streamingUrl !== undefined) await clock.sleep(settings.pollIntervalMs, signal);
  for (;;) {
    // One that is to be replaced may die before its successor can be opened.
    const isAlone = link.current === undefined || link.current.isEnded;
    if (isAlone && clock.steadyMs() >= session.quietUntilMs) inbox.push({ kind: "catch-up" });
    await clock.sleep(settings.pollIntervalMs, signal);
  }
}

const upkeepMs = 24 * 60 * 60_000;

async function keepUp(
  { deps: { clock } }: Session,
  inbox: Inbox,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(upkeepMs, signal);
    inbox.push({ kind: "upkeep" });
  }
}
