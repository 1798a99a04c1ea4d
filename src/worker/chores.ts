import { doubling } from "../core/backoff.js";
import type { EpochMs } from "../core/model.js";
import { GatewayError } from "../errors.js";
import { catchUp } from "./catch-up.js";
import { handle } from "./handle.js";
import type { Chore, Inbox } from "./inbox.js";
import { performPutOff } from "./put-off.js";
import { isStillSignedIn, type Session } from "./session.js";
import { careForServer, learn } from "./upkeep.js";

const waits = doubling({ firstMs: 1000, capMs: 5 * 60_000 });
/** So often events wait behind a catch-up that fails, to keep their order; then they go first. */
const maxWaitsInPlace = 4;
/** Other chores that failed, and what was put off, wait for so long. */
const leastAgainMs = 1000;
const againMs = 15 * 60_000;
const notManaged = "Something did not go well at first.";

/** What the worker does beside handling events, and when it tries again what failed. */
export interface Chores {
  /** @throws CannotRun */
  do(chore: Chore): Promise<void>;
  /** Puts a chore into the inbox after a while. */
  later(chore: Chore): void;
  /** To be called after each event: what it put off is tried again later. */
  afterEvent(): void;
  stop(): void;
}

export function createChores(
  session: Session,
  inbox: Inbox,
  signals: { readonly stop: AbortSignal; readonly giveUp: AbortSignal },
): Chores {
  const { clock, random, log, witness } = session.deps;
  const sleeping = new AbortController();
  const { stop, giveUp } = signals;
  let failures = 0;
  const scheduled = new Map<Chore["kind"], EpochMs>();

  function pushAfter(delayMs: number, chore: Chore, because: string): void {
    // One of a kind, or every failure would start a chain of its own.
    const dueAt = clock.now() + delayMs;
    if ((scheduled.get(chore.kind) ?? Number.POSITIVE_INFINITY) <= dueAt) return;
    scheduled.set(chore.kind, dueAt);
    witness({ kind: "waits", for: chore.kind, because, delayMs });
    void clock.sleep(delayMs, sleeping.signal).then(
      () => {
        // Or one that was to come sooner has come.
        if (scheduled.get(chore.kind) !== dueAt) return;
        scheduled.delete(chore.kind);
        inbox.push(chore);
      },
      () => undefined,
    );
  }

  function afterEvent(): void {
    const hasPutOff = session.memory.pending.some(({ putOffAt }) => putOffAt !== undefined);
    if (!hasPutOff) return;
    const restMs = (session.memory.retryAt ?? Number.POSITIVE_INFINITY) - clock.now();
    const delayMs = Math.max(leastAgainMs, Math.min(restMs, againMs));
    pushAfter(delayMs, { kind: "put-off" }, "The server had no room for it.");
  }

  async function doUpkeep(): Promise<void> {
    session.traits = await learn(session.deps, stop, session.traits);
    session.t = session.deps.translate(session.traits.format);
    const isCaredFor = await careForServer(session, stop);
    if (session.traits.isGuess || !isCaredFor) {
      pushAfter(againMs, { kind: "upkeep" }, notManaged);
    }
  }

  async function doCatchUp(): Promise<void> {
    let count = 0;
    await catchUp(
      session,
      {
        handle: async (event) => {
          stop.throwIfAborted();
          count++;
          witness({ kind: "arrived", event, source: "catch-up" });
          await handle(event, session, giveUp);
          afterEvent();
        },
        waitingKeys: () => inbox.waitingKeys(),
      },
      stop,
    );
    failures = 0;
    // What had been done and forgotten was among it.
    session.memory.isDoubtful = false;
    witness({ kind: "caught-up", count });
  }

  async function doPutOff(): Promise<void> {
    await performPutOff(session, giveUp);
    afterEvent();
  }

  const does: Readonly<Record<Chore["kind"], () => Promise<void>>> = {
    "catch-up": doCatchUp,
    upkeep: doUpkeep,
    "put-off": doPutOff,
  };

  return {
    do: async (chore) => {
      try {
        await does[chore.kind]();
        if (!scheduled.has(chore.kind)) witness({ kind: "goes-on", for: chore.kind });
      } catch (error) {
        stop.throwIfAborted();
        if (!(error instanceof GatewayError)) throw error;
        if (error.failure === "auth") await isStillSignedIn(session.deps, stop);
        const delayMs =
          chore.kind === "catch-up"
            ? Math.round(error.retryAfterMs ?? waits(failures++, random))
            : againMs;
        log.warn(
          { chore: chore.kind, err: error, delayMs },
          "Could not ask the server; trying again later.",
        );
        if (chore.kind === "catch-up" && failures <= maxWaitsInPlace) {
          witness({ kind: "waits", for: "catch-up", because: error.message, delayMs });
          await clock.sleep(delayMs, stop);
          inbox.putBack(chore);
          return;
        }
        // One list that cannot be read must not keep a group from what still comes by the stream.
        if (chore.kind === "catch-up") session.quietUntilMs = clock.steadyMs() + delayMs;
        pushAfter(delayMs, chore, error.message);
      }
    },
    later: (chore) => pushAfter(againMs, chore, notManaged),
    afterEvent,
    stop: () => sleeping.abort(),
  };
}
