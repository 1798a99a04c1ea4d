import type { EpochMs } from "./model.js";

/** One entry of a list that is read backwards. */
export interface Listed {
  /** What the entry is remembered by. */
  readonly key: string;
  readonly at: EpochMs;
}

/** How far the list was handled before. */
export interface Mark {
  isKnown(key: string): boolean;
  /** Is it known, and was everything below it handled? */
  isPlace(key: string): boolean;
  /** False for a group that has only a time stamp, as the files of the Rust program do. */
  readonly hasKeys: boolean;
  /** Time of the newest entry handled, 0 for none. */
  readonly at: EpochMs;
}

/**
 * Which entries of a list (newest first, pages joined in the server's order) were missed, and
 * whether the list was read back far enough.
 *
 * Position decides, not the order of ids (they are opaque) nor time (a late delivery is older than
 * what was handled): everything above the lowest known entry that is not known itself was missed.
 * What lies below it is from before. Only where no entry is known is the time stamp asked.
 */
export function selectMissed<T extends Listed>(
  entries: readonly T[],
  mark: Mark,
): { readonly missed: readonly T[]; readonly isComplete: boolean } {
  const lowestKnown = entries.findLastIndex((entry) => mark.isPlace(entry.key));
  // Times are no order (late deliveries, clocks that are wrong), so the lowest entry that is new
  // enough counts. With keys at hand an equal second proves nothing (GoToSocial's times are whole
  // seconds) and the reading goes on a little further down.
  const isNewEnough = ({ at }: T): boolean =>
    mark.at <= 0 || (mark.hasKeys ? at >= mark.at - overlapMs : at > mark.at);
  const end = lowestKnown >= 0 ? lowestKnown : entries.findLastIndex(isNewEnough) + 1;
  const seen = new Set<string>();
  const missed = entries.slice(0, end).filter(({ key }) => {
    // GoToSocial repeats entries of the home timeline while it has few of them.
    if (mark.isKnown(key) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { missed, isComplete: end < entries.length };
}

const overlapMs = 1000;
