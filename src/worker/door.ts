import type { Clock } from "../ports.js";

/** So many groups may come to their servers within one second, for whatever reason. */
export const groupsPerSecond = 20;

/**
 * Lets the groups of a program through in turn, so that a thousand of them do not come at the same
 * moment: when the program starts, when a server was restarted or comes back, or when their sockets
 * are replaced. One of it serves all groups; a few do not notice it.
 */
export class Door {
  readonly #clock: Clock;
  /** When the last ones go through, in steady time; that may be yet to come. */
  #turns: readonly number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is this group's turn, first come, first served. */
  async pass(signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.steadyMs();
    const before = this.#turns.at(-groupsPerSecond);
    const waitMs = before === undefined ? 0 : Math.max(0, before + 1000 - nowMs);
    this.#turns = [...this.#turns.slice(1 - groupsPerSecond), nowMs + waitMs];
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
  }
}
