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
  const firstOld = entries.findIndex((entry) => mark.at > 0 && entry.at <= mark.at);
  // With keys at hand an old time stamp alone proves nothing about entries of the same second
  // (GoToSocial's stamps are whole seconds), so it only ends the reading one second further down.
  const firstSurelyOld = mark.hasKeys
    ? entries.findIndex((entry) => mark.at > 0 && entry.at < mark.at - overlapMs)
    : firstOld;
  const end =
    lowestKnown >= 0 ? lowestKnown : firstSurelyOld >= 0 ? firstSurelyOld : entries.length;
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
