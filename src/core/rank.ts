import type { Effect } from "./effects.js";
import { type GroupControl, standingOf } from "./group.js";

/**
 * How much a request matters where the server has no room for all. `moderation`: what admins order
 * and what is taken back. `share`: boosts, and reading what came in. `courtesy`: answers to others,
 * and following back.
 */
export type Rank = "moderation" | "share" | "courtesy";

/** First come, first served, but these first. */
export const ranks: readonly Rank[] = ["moderation", "share", "courtesy"];

/** An effect's rank. It goes by the effect alone, so that what was put off needs no note of it. */
export function rankOf(effect: Effect, control: GroupControl): Rank {
  switch (effect.kind) {
    case "unreblog":
    case "delete":
    case "unfollow":
      return "moderation";
    case "reblog":
      return "share";
    case "follow":
    case "accept-follow":
      return "courtesy";
    case "post": {
      const { to, purpose } = effect.draft;
      const isForAdmin = to !== undefined && standingOf(control, to.acct) === "admin";
      return purpose === "announcement" || isForAdmin ? "moderation" : "courtesy";
    }
  }
}

/** In shorter windows there is room again before anybody minds. */
const leastReservedWindowMs = 60_000;
/** Fewer are not worth sharing out. */
const leastReservedCount = 10;
const shareOf: Readonly<Record<Rank, number>> = { moderation: 1, share: 0.9, courtesy: 0.8 };

/**
 * How many of the `count` requests that fit into a window this rank may bring it to: the last tenth
 * is for moderation alone, and courtesy ends at eight tenths.
 */
export function usableBy(
  rank: Rank,
  { count, windowMs }: { readonly count: number; readonly windowMs: number },
): number {
  if (windowMs < leastReservedWindowMs || count < leastReservedCount) return count;
  return Math.floor(count * shareOf[rank]);
}
