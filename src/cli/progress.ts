import { systemClock } from "../clock.js";
import type { Clock } from "../ports.js";
import { type Io, say } from "./io.js";

/** Nobody minds waiting for so long; whoever waits longer is told for what, and then now and again. */
const firstMs = 1_000;
const againMs = 10_000;

/**
 * Awaits `work`, and tells a person at a terminal what is waited for when it lasts for more than a
 * second: plain lines on stderr, which do no harm in a file either.
 */
export async function whileWaiting<T>(
  io: Io,
  what: string,
  work: () => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  if (!io.isTTY && !io.isInputTTY) return work();
  const end = new AbortController();
  const told = tell(io, what, clock, end.signal);
  try {
    return await work();
  } finally {
    end.abort();
    await told;
  }
}

async function tell(io: Io, what: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const beganAt = clock.now();
  try {
    await clock.sleep(firstMs, signal);
    say(io.stderr, io.secrets, `${what} …`);
    for (;;) {
      await clock.sleep(againMs, signal);
      const seconds = Math.round((clock.now() - beganAt) / 1000);
      say(io.stderr, io.secrets, `${what} … (${seconds} s)`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
