import { type Effect, overtakenBy, subjectOf } from "../core/effects.js";
import { GatewayError } from "../errors.js";
import { newTask, perform } from "./perform.js";
import type { Session } from "./session.js";

/** A longer wait than this holds up what else there is to do. */
const longWaitMs = 60_000;
const keepTryingMs = 24 * 60 * 60_000;
const maxPutOff = 500;

/** True for a failure that only tells to come back much later. */
export function isLongWait(error: unknown): error is GatewayError {
  return (
    error instanceof GatewayError &&
    error.failure === "transient" &&
    error.retryAfterMs !== undefined &&
    error.retryAfterMs >= longWaitMs
  );
}

/**
 * Writes an effect down to be tried again later, so that it does not keep the group from its other
 * work. False: too much waits already.
 */
export function putOff(effect: Effect, session: Session): boolean {
  const { memory, deps, saver } = session;
  const count = memory.pending.filter(({ putOffAt }) => putOffAt !== undefined).length;
  if (count >= maxPutOff) return false;
  memory.begin({
    key: keyOf(subjectOf(effect)),
    changes: [],
    effects: [effect],
    putOffAt: deps.clock.now(),
  });
  saver.stateChanged();
  deps.witness({ kind: "effect", effect, outcome: "put-off" });
  return true;
}

/** Forgets what was put off and is overtaken by what was decided since: who is banned is not followed. */
export function dropOvertaken(effects: readonly Effect[], { memory }: Session): void {
  for (const effect of effects) {
    for (const subject of overtakenBy(effect)) memory.drop(keyOf(subject));
  }
}

function keyOf(subject: string): string {
  return `put off: ${subject}`;
}

/**
 * Tries everything again that was put off, each once; what still does not go waits on, for a day.
 *
 * @throws GatewayError `auth`; CannotRun
 */
export async function performPutOff(session: Session, signal: AbortSignal): Promise<void> {
  const { memory, saver, deps } = session;
  for (const { key, effects, putOffAt } of memory.pending) {
    if (putOffAt === undefined) continue;
    try {
      await perform(newTask(effects, { isResumed: true }), session, signal);
      deps.log.info({ key }, "Did what had been put off.");
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError) || error.failure !== "transient") throw error;
      if (deps.clock.now() - putOffAt < keepTryingMs) continue;
      deps.log.error({ key, err: error }, "Could not do for a day what was put off; dropped it.");
    }
    memory.drop(key);
    saver.stateChanged();
  }
}
