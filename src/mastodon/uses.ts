import type { EpochMs } from "../core/model.js";

/** One request that was let through. */
export interface Use {
  /**
   * When its answer came, for at the latest then the server has counted it; `undefined`: it is
   * under way.
   */
  at: EpochMs | undefined;
}

/** What the others have not used of their parts. */
export function promisedTo(
  accounts: Iterable<string>,
  asker: string,
  part: number,
  uses: ReadonlyMap<string, readonly Use[]> | undefined,
): number {
  let promised = 0;
  for (const other of accounts) {
    if (other !== asker) promised += Math.max(0, part - (uses?.get(other)?.length ?? 0));
  }
  return promised;
}

/** Forgets what has left the window. A clock that was set back may not make anybody wait for longer than one window. */
export function forget(uses: Map<string, Use[]>, windowMs: number, now: EpochMs): void {
  const isIn = ({ at }: Use) => at === undefined || (at > now - windowMs && at <= now);
  for (const [account, own] of uses) {
    // Nothing to forget is the rule, and needs no copy.
    if (own.length > 0 && own.every(isIn)) continue;
    const kept = own.filter(isIn);
    if (kept.length === 0) uses.delete(account);
    else if (kept.length < own.length) uses.set(account, kept);
  }
}

/** When each request counts from that is in the window, the oldest first. */
export function timesOf(
  uses: ReadonlyMap<string, readonly Use[]> | undefined,
  windowMs: number,
  now: EpochMs,
): readonly EpochMs[] {
  return [...(uses?.values() ?? [])]
    .flat()
    .map(({ at = now }) => at)
    .filter((at) => at > now - windowMs && at <= now)
    .sort((a, b) => a - b);
}

/** How many of these times are not before `since`. */
export function countSince(
  uses: ReadonlyMap<string, readonly Use[]> | undefined,
  windowMs: number,
  now: EpochMs,
  since: EpochMs,
): number {
  let count = 0;
  for (const own of uses?.values() ?? []) {
    for (const { at = now } of own) if (at > now - windowMs && at <= now && at >= since) count++;
  }
  return count;
}
