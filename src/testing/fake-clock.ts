import type { Clock } from "../ports.js";

interface Sleeper {
  dueAt: number;
  readonly wake: () => void;
}

/** Time that stands still until told otherwise. */
export class FakeClock implements Clock {
  #now: number;
  #setBy = 0;
  readonly #sleepers = new Set<Sleeper>();
  /** Every delay that was asked for, in order. */
  readonly delays: number[] = [];

  constructor(now = Date.UTC(2026, 10, 21, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  steadyMs(): number {
    return this.#now - this.#setBy;
  }

  /** Sets the clock; whoever sleeps is woken no sooner and no later for it. */
  set(now: number): void {
    const byMs = now - this.#now;
    this.#now = now;
    this.#setBy += byMs;
    for (const sleeper of this.#sleepers) sleeper.dueAt += byMs;
  }

  /** How many wait; a test can prove with it that an abort leaves none behind. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        this.delays.push(delayMs);
        reject(signal.reason);
        return;
      }
      const stop = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.after(delayMs, () => {
        signal.removeEventListener("abort", stop);
        resolve();
      });
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  after(delayMs: number, act: () => void): () => void {
    this.delays.push(delayMs);
    const sleeper: Sleeper = {
      dueAt: this.#now + Math.max(0, delayMs),
      wake: () => {
        this.#sleepers.delete(sleeper);
        act();
      },
    };
    this.#sleepers.add(sleeper);
    return () => this.#sleepers.delete(sleeper);
  }

  /** Lets promises settle, then wakes every sleeper due within `ms`, in order, settling after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const next = [...this.#sleepers]
        .filter(({ dueAt }) => dueAt <= until)
        .sort((a, b) => a.dueAt - b.dueAt)[0];
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.dueAt);
      next.wake();
      await settle();
    }
    this.#now = until;
  }
}

/** Lets everything that waits for promises only run to its next stop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
