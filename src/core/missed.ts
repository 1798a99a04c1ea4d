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
 * Finds out which entries of a list were missed, as the list is read backwards (newest first, in the
 * server's order), and whether it was read back far enough. Each page costs what is in it, however
 * many came before.
 *
 * Position decides, not the order of ids (they are opaque) nor time (a late delivery is older than
 * what was handled): everything above the lowest known entry that is not known itself was missed.
 * What lies below it is from before. Only where no entry is known is the time stamp asked.
 */
export class Missed<T extends Listed> {
  readonly #mark: Mark;
  readonly #entries: T[] = [];
  readonly #found: T[] = [];
  /** GoToSocial repeats entries of the home timeline while it has few of them. */
  readonly #seen = new Set<string>();
  /** Where the lowest entry stands that marks a place, and the lowest that is new enough. */
  #place = -1;
  #newEnough = -1;
  /** Above this everything was looked at. It only goes down the list. */
  #end = 0;

  constructor(mark: Mark) {
    this.#mark = mark;
  }

  /** The next page. */
  read(page: readonly T[]): void {
    for (const entry of page) {
      const index = this.#entries.push(entry) - 1;
      if (this.#mark.isPlace(entry.key)) this.#place = index;
      if (isNewEnough(entry, this.#mark)) this.#newEnough = index;
    }
    const end = this.#place >= 0 ? this.#place : this.#newEnough + 1;
    for (const entry of this.#entries.slice(this.#end, end)) {
      if (this.#seen.has(entry.key)) continue;
      this.#seen.add(entry.key);
      this.#found.push(entry);
    }
    this.#end = end;
  }

  /** Is what follows on further pages from before? */
  get isComplete(): boolean {
    return this.#end < this.#entries.length;
  }

  /** How many were found, with those that are known. */
  get mostCount(): number {
    return this.#found.length;
  }

  /** What was missed, by what is known now. */
  entries(): readonly T[] {
    return this.#found.filter(({ key }) => !this.#mark.isKnown(key));
  }
}

/**
 * Times are no order (late deliveries, clocks that are wrong), so the lowest entry that is new enough
 * counts. With keys at hand an equal second proves nothing (GoToSocial's times are whole seconds) and
 * the reading goes on a little further down.
 */
function isNewEnough({ at }: Listed, mark: Mark): boolean {
  return mark.at <= 0 || (mark.hasKeys ? at >= mark.at - overlapMs : at > mark.at);
}

const overlapMs = 1000;
