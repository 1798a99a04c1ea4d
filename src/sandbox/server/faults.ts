import type { Fault, Faults, RequestMatch, StreamFaults } from "../surface.js";

interface Rule {
  readonly match: RequestMatch;
  readonly fault: Fault;
  /** How many requests it still befalls. */
  left: number;
}

/** What the rules look at. */
export interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly username: string | undefined;
}

/** The faults a test asked for, and the requests they hold up. */
export class FaultBook implements Faults {
  readonly streams: StreamFaults & { reset(): void };
  #rules: Rule[] = [];
  readonly #held = new Set<(mayGoOn: boolean) => void>();

  constructor(streams: StreamFaults & { reset(): void }) {
    this.streams = streams;
  }

  failNext(match: RequestMatch, fault: Fault, count = 1): void {
    this.#rules.push({ match, fault, left: count });
  }

  failAlways(match: RequestMatch, fault: Fault): () => void {
    const rule: Rule = { match, fault, left: Number.POSITIVE_INFINITY };
    this.#rules.push(rule);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
    };
  }

  clear(): void {
    this.#rules = [];
    this.#release(true);
    this.streams.reset();
  }

  /** The host stops: what is held up never takes its course. */
  abandon(): void {
    this.#release(false);
  }

  /** The fault that befalls this request: a counted one before a standing one, the oldest first. */
  next(subject: FaultSubject): Fault | undefined {
    const fitting = this.#rules.filter((rule) => isMatch(rule.match, subject));
    const rule = fitting.find((one) => Number.isFinite(one.left)) ?? fitting[0];
    if (rule === undefined) return undefined;
    rule.left--;
    if (rule.left <= 0) this.#rules = this.#rules.filter((other) => other !== rule);
    return rule.fault;
  }

  /**
   * Resolves after `delayMs`, or when the faults are cleared; without a time only then. False: the
   * host has stopped.
   */
  hold(delayMs?: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = delayMs === undefined ? undefined : setTimeout(() => letGo(true), delayMs);
      const letGo = (mayGoOn: boolean) => {
        clearTimeout(timer);
        this.#held.delete(letGo);
        resolve(mayGoOn);
      };
      this.#held.add(letGo);
    });
  }

  #release(mayGoOn: boolean): void {
    for (const letGo of this.#held) letGo(mayGoOn);
  }
}

function isMatch(match: RequestMatch, subject: FaultSubject): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === subject.method) &&
    // `search` minds neither the g flag nor where the last match ended.
    (match.path === undefined || subject.path.search(match.path) >= 0) &&
    (match.username === undefined || match.username === subject.username)
  );
}
