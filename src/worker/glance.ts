import type { Glance } from "../core/facts.js";
import type { EpochMs } from "../core/model.js";
import type { Session } from "./session.js";

/** What a live group looks like now; costs nothing while nobody asks. */
export function glanceAt({ deps, memory }: Session, since: EpochMs): Glance {
  return {
    shareCount: memory.sharesSince(since),
    putOff: memory.pending.flatMap(({ effects, putOffAt }) =>
      putOffAt === undefined ? [] : effects.map(({ kind }) => ({ effect: kind, since: putOffAt })),
    ),
    budgets: deps.gateway.budgets(),
  };
}
