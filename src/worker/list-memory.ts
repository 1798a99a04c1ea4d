import type { Mark } from "../core/missed.js";
import type { EpochMs } from "../core/model.js";
import type { ListName, ListRecord, StateNote } from "../core/remembered.js";

/**
 * How far one of the server's lists was handled.
 *
 * Missed entries are told from handled ones by their place above what is known. But a stream may have
 * been silent before it spoke again, so what it brings is known and marks no place, until the list
 * itself has been read down to an older place: only then nothing is missing below it.
 */
export class ListMemory {
  readonly #list: ListName;
  readonly #record: ListRecord;
  readonly #change: (note: StateNote) => void;
  readonly #now: () => EpochMs;
  #newestAt: EpochMs;
  /** The time that was read is of a clock that was ahead, and what is written still says it. */
  #isAhead: boolean;

  /** Every change goes through `change`, which makes it. */
  constructor(
    list: ListName,
    record: ListRecord,
    change: (note: StateNote) => void,
    now: () => EpochMs,
  ) {
    this.#list = list;
    this.#record = record;
    this.#change = change;
    this.#now = now;
    this.#isAhead = record.at > now();
    if (this.#isAhead) record.at = now();
    this.#newestAt = record.at;
  }

  has(key: string): boolean {
    return this.#record.seen.has(key);
  }

  note(key: string, at: EpochMs): void {
    this.#change({ kind: "seen", list: this.#list, key });
    // A post that is dated in the future would make all that comes after it old.
    this.#newestAt = Math.max(this.#newestAt, Math.min(at, this.#now()));
  }

  /** The list was read far enough, and what it held is handled. True: that is worth writing down. */
  noteRead(): boolean {
    const isNews = this.#isAhead || this.#record.unplaced.size > 0;
    this.#isAhead = false;
    if (isNews || this.#record.at !== this.#newestAt) {
      this.#change({ kind: "read", list: this.#list, at: this.#newestAt });
    }
    return isNews;
  }

  get mark(): Mark {
    const { seen, unplaced, at } = this.#record;
    return {
      isKnown: (key) => seen.has(key),
      isPlace: (key) => seen.has(key) && !unplaced.has(key),
      hasKeys: seen.size > unplaced.size,
      at,
    };
  }
}
