import type { Mark } from "../core/missed.js";
import type { EpochMs } from "../core/model.js";
import { Recent } from "../core/recent.js";

const capacity = 500;

/**
 * How far one of the server's lists was handled.
 *
 * Missed entries are told from handled ones by their place above what is known. But a stream may have
 * been silent before it spoke again, so what it brings is known and marks no place, until the list
 * itself has been read down to an older place: only then nothing is missing below it.
 */
export class ListMemory {
  readonly #seen: Recent;
  readonly #now: () => EpochMs;
  #newestAt: EpochMs;
  /** As of the last time that the list was read. */
  #at: EpochMs;
  /** What was handled since then. */
  #unplaced: Recent;

  constructor(
    now: () => EpochMs,
    before: {
      readonly seen?: readonly string[] | undefined;
      readonly unplaced?: readonly string[] | undefined;
      readonly at?: EpochMs | undefined;
    } = {},
  ) {
    this.#seen = new Recent(capacity, before.seen);
    this.#unplaced = new Recent(capacity, before.unplaced);
    this.#now = now;
    this.#at = Math.min(before.at ?? 0, now());
    this.#newestAt = this.#at;
  }

  has(key: string): boolean {
    return this.#seen.has(key);
  }

  note(key: string, at: EpochMs): void {
    if (!this.#seen.has(key)) this.#unplaced.add(key);
    this.#seen.add(key);
    // A post that is dated in the future would make all that comes after it old.
    this.#newestAt = Math.max(this.#newestAt, Math.min(at, this.#now()));
  }

  /** The list was read far enough, and what it held is handled. True: that is worth writing down. */
  noteRead(): boolean {
    const isNews = this.#unplaced.size > 0;
    this.#at = this.#newestAt;
    this.#unplaced = new Recent(capacity);
    return isNews;
  }

  get mark(): Mark {
    return {
      isKnown: (key) => this.#seen.has(key),
      isPlace: (key) => this.#seen.has(key) && !this.#unplaced.has(key),
      hasKeys: this.#seen.size > this.#unplaced.size,
      at: this.#at,
    };
  }

  /** Time of the newest entry below which nothing is missing. */
  get at(): EpochMs {
    return this.#at;
  }

  get seen(): readonly string[] {
    return this.#seen.toArray();
  }

  /** Those of them that mark no place. Forgotten in a crash, they would hide what is missing below. */
  get unplaced(): readonly string[] {
    return this.#unplaced.toArray();
  }
}
