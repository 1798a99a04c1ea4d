import type { ApiAnswer } from "../seam.js";
import type { IdempotencyRules } from "./behaviour.js";

/** Remembers what came of a request, so that the same one again has the same answer and no effect. */
export class Idempotency {
  readonly #done = new Map<string, { readonly answer: ApiAnswer; readonly atMs: number }>();
  readonly #underway = new Map<string, Promise<ApiAnswer>>();
  readonly #now: () => number;
  readonly #rules: IdempotencyRules;

  constructor(now: () => number, rules: IdempotencyRules) {
    this.#now = now;
    this.#rules = rules;
  }

  /** Acts unless that key's answer is remembered; waits for one that is under way. */
  async once(key: string, act: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    for (let other = this.#underway.get(key); other; other = this.#underway.get(key)) {
      await other.catch(() => undefined);
    }
    const done = this.#done.get(key);
    if (done !== undefined && this.#now() - done.atMs < this.#rules.memoryMs) {
      return this.#rules.replay(done.answer);
    }
    this.#forgetOld();
    const running = act();
    this.#underway.set(key, running);
    try {
      const answer = await running;
      if (this.#rules.remembers(answer)) this.#done.set(key, { answer, atMs: this.#now() });
      return answer;
    } finally {
      this.#underway.delete(key);
    }
  }

  #forgetOld(): void {
    const since = this.#now() - this.#rules.memoryMs;
    // The oldest stand first, for a key is remembered once.
    for (const [key, { atMs }] of this.#done) {
      if (atMs > since) break;
      this.#done.delete(key);
    }
  }
}
