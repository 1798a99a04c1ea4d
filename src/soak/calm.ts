import type { Clock } from "../ports.js";

const lookEveryMs = 200;
/** What was in hand takes as long to be let go. */
const lingerMs = 2_000;

/** Remembers when there was much to do. */
export class Calm {
  readonly #isBusy: () => boolean;
  readonly #clock: Clock;
  /** When it was last busy, at each look that found it so. */
  readonly #busyAt: number[] = [];

  constructor(isBusy: () => boolean, clock: Clock) {
    this.#isBusy = isBusy;
    this.#clock = clock;
  }

  /** Looks until the signal; never rejects. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#isBusy()) this.#busyAt.push(this.#clock.now());
      await this.#clock.sleep(lookEveryMs, signal).catch(() => undefined);
    }
  }

  /** Was there little to do at that time and just before? */
  isCalm(atMs: number): boolean {
    return !this.#busyAt.some((busyAt) => busyAt <= atMs + lookEveryMs && busyAt > atMs - lingerMs);
  }
}
