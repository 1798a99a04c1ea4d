import type { ApiAnswer } from "../seam.js";

const memoryMs = 60 * 60_000;

/** Remembers what came of a request, so that the same one again has the same answer and no effect. */
export class Idempotency {
  readonly #done = new Map<string, { readonly answer: ApiAnswer; readonly atMs: number }>();
  readonly #underway = new Map<string, Promise<ApiAnswer>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Acts unless that key succeeded within the hour; waits for one that is under way. */
  async once(key: string, act: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    for (let other = this.#underway.get(key); other; other = this.#underway.get(key)) {
      await other.catch(() => undefined);
    }
    const done = this.#done.get(key);
    if (done !== undefined && this.#now() - done.atMs < memoryMs) return done.answer;
    const running = act();
    this.#underway.set(key, running);
    try {
      const answer = await running;
      if (answer.status >= 200 && answer.status < 300) {
        this.#done.set(key, { answer, atMs: this.#now() });
      }
      return answer;
    } finally {
      this.#underway.delete(key);
    }
  }
}
