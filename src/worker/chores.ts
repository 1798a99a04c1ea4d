import { doubling } from "../core/backoff.js";
import { GatewayError } from "../errors.js";
import { catchUp } from "./catch-up.js";
import { handle } from "./handle.js";
import type { Inbox, InboxItem } from "./inbox.js";
import { confirmSignedIn, type Session } from "./session.js";
import { careForServer, learn } from "./upkeep.js";

type Chore = Extract<InboxItem, { readonly kind: "catch-up" | "upkeep" }>;

const waits = doubling({ firstMs: 1000, capMs: 5 * 60_000 });
/** So often events wait behind a catch-up that fails, to keep their order; then they go first. */
const maxWaitsInPlace = 4;
const upkeepAgainMs = 15 * 60_000;

/** What the worker does beside handling events, and when it tries again what failed. */
export interface Chores {
  /** @throws CannotRun */
  do(chore: Chore): Promise<void>;
  /** Puts a chore that failed back into the inbox after a while. */
  later(chore: Chore): void;
  stop(): void;
}

export function createChores(
  session: Session,
  inbox: Inbox,
  signals: { readonly stop: AbortSignal; readonly giveUp: AbortSignal },
): Chores {
  const { clock, random, log } = session.deps;
  const sleeping = new AbortController();
  const { stop, giveUp } = signals;
  let failures = 0;

  function pushAfter(delayMs: number, chore: Chore): void {
    void clock.sleep(delayMs, sleeping.signal).then(
      () => inbox.push(chore),
      () => undefined,
    );
  }

  async function doUpkeep(): Promise<void> {
    session.traits = await learn(session.deps, stop, session.traits);
    session.t = session.deps.translate(session.traits.format);
    if (!(await careForServer(session, stop))) pushAfter(upkeepAgainMs, { kind: "upkeep" });
  }

  async function doCatchUp(): Promise<void> {
    await catchUp(
      session,
      (event) => {
        stop.throwIfAborted();
        return handle(event, session, giveUp);
      },
      stop,
    );
    failures = 0;
  }

  return {
    do: async (chore) => {
      try {
        await (chore.kind === "upkeep" ? doUpkeep() : doCatchUp());
      } catch (error) {
        stop.throwIfAborted();
        if (!(error instanceof GatewayError)) throw error;
        if (error.failure === "auth")
          await confirmSignedIn(session.deps, stop).catch(onlyCannotRun);
        const delayMs =
          chore.kind === "upkeep"
            ? upkeepAgainMs
            : Math.round(error.retryAfterMs ?? waits(failures++, random));
        log.warn(
          { chore: chore.kind, err: error, delayMs },
          "Could not ask the server; trying again later.",
        );
        if (chore.kind === "catch-up" && failures <= maxWaitsInPlace) {
          await clock.sleep(delayMs, stop);
          inbox.putBack(chore);
          return;
        }
        // One list that cannot be read must not keep a group from what still comes by the stream.
        if (chore.kind === "catch-up") session.quietUntil = clock.now() + delayMs;
        pushAfter(delayMs, chore);
      }
    },
    later: (chore) => pushAfter(upkeepAgainMs, chore),
    stop: () => sleeping.abort(),
  };
}

/** What else goes wrong while asking about the token is no news of the token. */
function onlyCannotRun(error: unknown): void {
  if (!(error instanceof GatewayError)) throw error;
}
