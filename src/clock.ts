import type { Clock } from "./ports.js";

/** Node fires at once above this, see https://nodejs.org/api/timers.html. */
const maxTimerMs = 2 ** 31 - 1;

/** The real clock; the only user of `setTimeout`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  steadyMs: () => performance.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener("abort", stop);
          resolve();
        },
        Math.min(Math.max(delayMs, 0), maxTimerMs),
      );
      signal.addEventListener("abort", stop, { once: true });
    }),
};
