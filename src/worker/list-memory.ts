import type { Mark } from "../core/missed.js";
import type { EpochMs } from "../core/model.js";
import { Recent } from "../core/recent.js";

const capacity = 500;

/**
 * How far one of the server's lists was handled.
 *
 * Missed entries are told from handled ones by their place above what is known. So as long as there
 * is a gap (the list could not be read), what is handled from the stream is known, but marks no
 * place: it stands above the gap.
 */
export class ListMemory {
  readonly #seen: Recent;
  readonly #now: () => EpochMs;
  #at: EpochMs;
  #gap: { readonly at: EpochMs; readonly above: Recent } | undefined;

  constructor(now: () => EpochMs, seen: readonly string[] = [], at: EpochMs = 0) {
    this.#seen = new Recent(capacity, seen);
    this.#now = now;
    this.#at = Math.min(at, now());
  }

  has(key: string): boolean {
    return this.#seen.has(key);
  }

  note(key: string, at: EpochMs): void {
    this.#seen.add(key);
    // A post that is dated in the future would make all that comes after it old.
    this.#at = Math.max(this.#at, Math.min(at, this.#now()));
    this.#gap?.above.add(key);
  }

  /** The list could not be read. */
  openGap(): void {
    this.#gap ??= { at: this.#at, above: new Recent(capacity) };
  }

  /** The list was read, and what it held is handled. */
  closeGap(): void {
    this.#gap = undefined;
  }

  get mark(): Mark {
    const above = this.#gap?.above;
    return {
      isKnown: (key) => this.#seen.has(key),
      isPlace: (key) => this.#seen.has(key) && above?.has(key) !== true,
      hasKeys: this.#seen.size > (above?.size ?? 0),
      at: this.at,
    };
  }

  /** Time of the newest entry below which nothing is missing. */
  get at(): EpochMs {
    return this.#gap?.at ?? this.#at;
  }

  /** What to remember over a restart: not what stands above a gap, or the gap would be forgotten. */
  get seen(): readonly string[] {
    const above = this.#gap?.above;
    return this.#seen.toArray().filter((key) => above?.has(key) !== true);
  }
}
