import type { Clock } from "./ports.js";

/** Node fires at once above this, see https://nodejs.org/api/timers.html. */
const maxTimerMs = 2 ** 31 - 1;

function after(delayMs: number, act: () => void): () => void {
  const timer = setTimeout(act, Math.min(Math.max(delayMs, 0), maxTimerMs));
  return () => clearTimeout(timer);
}

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
        cancel();
        reject(signal.reason);
      };
      const cancel = after(delayMs, () => {
        signal.removeEventListener("abort", stop);
        resolve();
      });
      signal.addEventListener("abort", stop, { once: true });
    }),
  after,
};
