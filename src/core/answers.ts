import { type GroupControl, standingOf } from "./group.js";
import type { Account, EpochMs } from "./model.js";

/** So many answers at once, and after that one in so long a time. */
export interface Pace {
  readonly burst: number;
  readonly intervalMs: number;
}

const minuteMs = 60_000;
const ofBots: Pace = { burst: 1, intervalMs: 60 * minuteMs };
const ofPeople: Pace = { burst: 60, intervalMs: minuteMs };
const ofAdmins: Pace = { burst: 600, intervalMs: minuteMs / 10 };

/** How often somebody is answered: two programs that answer each other would never stop. */
export function paceOf(author: Account, control: GroupControl): Pace {
  if (author.isBot) return ofBots;
  return standingOf(control, author.acct) === "admin" ? ofAdmins : ofPeople;
}

/**
 * Is there an answer left for them?
 *
 * @param until what {@link afterAnswer} gave last, `undefined` for whoever was not answered lately
 */
export function mayBeAnswered(until: EpochMs | undefined, pace: Pace, now: EpochMs): boolean {
  const ahead = (until ?? now) - now;
  // Further ahead than answers can bring it only where the clock was set back.
  return ahead <= (pace.burst - 1) * pace.intervalMs || ahead > pace.burst * pace.intervalMs;
}

/** Until when the answers given so far last, after one more: one number, however many they were. */
export function afterAnswer(until: EpochMs | undefined, pace: Pace, now: EpochMs): EpochMs {
  const isCurrent = until !== undefined && until - now <= pace.burst * pace.intervalMs;
  return Math.max(isCurrent ? until : now, now) + pace.intervalMs;
}
