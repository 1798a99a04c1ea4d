import type { Context } from "hono";
import type { html } from "hono/html";
import { streamSSE } from "hono/streaming";
import type { Clock } from "../ports.js";

/** Escaped and ready to be sent. */
export type Html = ReturnType<typeof html>;

/** When the program has gone, the page comes back so often. */
const retryMs = 1000;

/** What is shown live. */
export interface LiveView {
  /** Another value whenever there is news. */
  readonly revision: () => string | number;
  /** The parts that change; `undefined` when they cannot be had now. */
  readonly render: () => Html | Promise<Html | undefined>;
}

/** How often there is a look for news, how often the parts are sent without any, and to how many at once. */
export interface LiveRhythm {
  readonly lookEveryMs: number;
  readonly atLeastEveryMs: number;
  readonly maxCount: number;
}

/** Sends browsers the changing parts of a page for as long as they listen. */
export class LiveStreams {
  readonly #clock: Clock;
  readonly #rhythm: LiveRhythm;
  #count = 0;

  constructor(clock: Clock, rhythm: LiveRhythm) {
    this.#clock = clock;
    this.#rhythm = rhythm;
  }

  /** Answers 503 when there are enough listeners. */
  serve(c: Context, { revision, render }: LiveView): Response {
    const { lookEveryMs, atLeastEveryMs, maxCount } = this.#rhythm;
    if (this.#count >= maxCount) {
      return c.text("Too many look already; reload the page instead.", 503);
    }
    this.#count++;
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      try {
        let told: string | number | undefined;
        let toldMs = 0;
        while (!gone.signal.aborted) {
          const nowMs = this.#clock.steadyMs();
          const current = revision();
          if (current !== told || nowMs - toldMs >= atLeastEveryMs) {
            const parts = await render();
            if (parts !== undefined) {
              told = current;
              toldMs = nowMs;
              await stream.writeSSE({ data: `${await parts}`, retry: retryMs });
            }
          }
          await this.#clock.sleep(lookEveryMs, gone.signal).catch(() => undefined);
        }
      } finally {
        this.#count--;
      }
    });
  }
}
