import type { Clock } from "../ports.js";

/** How long after the other signal one that follows it is aborted. */
export interface Grace {
  readonly graceMs: number;
  readonly clock: Pick<Clock, "after">;
}

/**
 * A signal of its own that also follows another one.
 *
 * Not `AbortSignal.any`: a group's signal lives for months, and in Node 20 every signal made of it
 * leaves something behind on it (measured: 77 to 222 bytes each).
 */
export class Follower {
  readonly #controller = new AbortController();
  readonly #followed: AbortSignal;
  readonly #grace: Grace | undefined;
  #stopWaiting: (() => void) | undefined;

  /** @param grace default: none */
  constructor(followed: AbortSignal, grace?: Grace) {
    this.#followed = followed;
    this.#grace = grace;
    if (followed.aborted) this.handleEvent();
    else followed.addEventListener("abort", this, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller.abort();
  }

  /** Lets go of the signal followed; to be called once, when nobody listens any more. */
  release(): void {
    this.#followed.removeEventListener("abort", this);
    this.#stopWaiting?.();
  }

  /** The other was aborted. */
  handleEvent(): void {
    const abort = () => this.#controller.abort(this.#followed.reason);
    if (this.#grace === undefined) abort();
    else this.#stopWaiting = this.#grace.clock.after(this.#grace.graceMs, abort);
  }
}
