import type { Histogram } from "./snapshot.js";

/** More kinds than this can only be made up by somebody; those are not counted. */
const maxKeys = 200;

/** Counts by a short list of words. */
export class Counter<Key extends readonly string[]> {
  /** Made with the first count: most groups never count most things. */
  #counts: Map<string, { readonly key: Key; count: number }> | undefined;

  add(key: Key): void {
    this.#counts ??= new Map();
    const name = key.join("\n");
    const entry = this.#counts.get(name);
    if (entry !== undefined) entry.count++;
    else if (this.#counts.size < maxKeys) this.#counts.set(name, { key, count: 1 });
  }

  /** Every key that was counted, the first first. */
  list<T>(make: (key: Key, count: number) => T): readonly T[] {
    return [...(this.#counts?.values() ?? [])].map(({ key, count }) => make(key, count));
  }
}

const boundsMs = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000];

/** Sorts durations into buckets. */
export class LatencyCounter {
  /** Buckets in which nothing fell may be missing. */
  readonly #counts: number[] = [];
  #sumMs = 0;

  add(tookMs: number): void {
    // A clock that was set back measures nothing.
    const ms = Math.max(tookMs, 0);
    const index = boundsMs.findIndex((bound) => ms <= bound);
    const bucket = index < 0 ? boundsMs.length : index;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumMs += ms;
  }

  histogram(): Histogram {
    const length = boundsMs.length + 1;
    const counts = Array.from({ length }, (_, bucket) => this.#counts[bucket] ?? 0);
    return { boundsMs, counts, sumMs: this.#sumMs };
  }
}
