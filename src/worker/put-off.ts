import { type Effect, overtakenBy, subjectOf } from "../core/effects.js";
import { standingOf } from "../core/group.js";
import { rankOf, ranks } from "../core/rank.js";
import type { PendingWork } from "../core/state.js";
import { GatewayError } from "../errors.js";
import { newTask, perform } from "./perform.js";
import type { Session } from "./session.js";

/** A longer wait than this holds up what else there is to do, orders of admins above all. */
const longWaitMs = 2000;
/** What admins ordered is worth a longer one: it goes first. */
const longerWaitMs = 60_000;
const keepTryingMs = 24 * 60 * 60_000;
const maxPutOff = 500;

/** How long to wait, for a failure that only tells to come back later than this effect may hold others up. */
export function longWaitOf(
  error: unknown,
  effect: Effect,
  { control }: Session,
): number | undefined {
  if (!(error instanceof GatewayError) || error.failure !== "transient") return undefined;
  const isOrder = rankOf(effect, control) === "moderation";
  // What the server itself refused stays in hand for a while: its next post needs another key, say.
  const isRefused = error.status !== undefined;
  const leastMs = isOrder || isRefused ? longerWaitMs : longWaitMs;
  return (error.retryAfterMs ?? 0) >= leastMs ? error.retryAfterMs : undefined;
}

/** Do shares wait for room already? Then the next one waits behind them, so that they keep their order. */
export function areSharesPutOff({ memory }: Session): boolean {
  if (memory.retryAt === undefined) return false;
  return memory.pending.some(
    ({ effects, putOffAt }) => putOffAt !== undefined && effects[0]?.kind === "reblog",
  );
}

/**
 * Writes an effect down to be tried again later, so that it does not keep the group from its other
 * work. False: too much waits already.
 */
export function putOff(effect: Effect, session: Session, waitMs?: number): boolean {
  const { memory, deps, saver } = session;
  const count = memory.pending.filter(({ putOffAt }) => putOffAt !== undefined).length;
  if (count >= maxPutOff) return false;
  memory.begin({
    key: keyOf(subjectOf(effect)),
    changes: [],
    effects: [effect],
    putOffAt: deps.clock.now(),
  });
  if (waitMs !== undefined) memory.comeBackAt(deps.clock.now() + waitMs);
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
 * Tries everything again that was put off, each once, what matters more first; what still does not
 * go waits on, for a day. Of a kind that the server has no room for, no more is tried this time.
 *
 * @throws GatewayError `auth`; CannotRun
 */
export async function performPutOff(session: Session, signal: AbortSignal): Promise<void> {
  const { memory, saver, deps } = session;
  memory.startOver();
  const full = new Set<Effect["kind"] | undefined>();
  const rankIn = ({ effects: [effect] }: PendingWork) =>
    effect === undefined ? 0 : ranks.indexOf(rankOf(effect, session.control));
  const all = memory.pending.filter(({ putOffAt }) => putOffAt !== undefined);
  for (const { key, effects, putOffAt = 0 } of all.toSorted((a, b) => rankIn(a) - rankIn(b))) {
    const [effect] = effects;
    if (full.has(effect?.kind)) continue;
    try {
      if (!isUnwanted(effect, session)) {
        await perform(newTask(effects, { isResumed: true }), session, signal);
        deps.log.info({ key }, "Did what had been put off.");
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError) || error.failure !== "transient") throw error;
      if (error.retryAfterMs !== undefined) {
        full.add(effect?.kind);
        memory.comeBackAt(deps.clock.now() + error.retryAfterMs);
      }
      // A share is lost to nothing but a server that takes it no more.
      if (effect?.kind === "reblog" || deps.clock.now() - putOffAt < keepTryingMs) continue;
      deps.log.error({ key, err: error }, "Could not do for a day what was put off; dropped it.");
    }
    memory.drop(key);
    saver.stateChanged();
  }
}

/** Whoever was banned meanwhile is not shared any more. */
function isUnwanted(effect: Effect | undefined, { control }: Session): boolean {
  return effect?.kind === "reblog" && standingOf(control, effect.sharedBy) === "banned";
}
