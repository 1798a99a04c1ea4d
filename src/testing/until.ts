import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls `check` until it gives something truthy, and returns that. A check that throws counts as
 * "not yet"; after `timeoutMs` (default 5 s) its error, or a plain one, is thrown.
 */
export async function until<T>(
  check: () => T | Promise<T>,
  options: { readonly timeoutMs?: number; readonly what?: string } = {},
): Promise<NonNullable<T>> {
  const { timeoutMs = 5_000, what = "The awaited fact" } = options;
  const deadline = performance.now() + timeoutMs;
  for (let round = 0; ; round++) {
    let failure: unknown;
    try {
      const found = await check();
      if (found) return found;
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`${what} did not come true within ${timeoutMs} ms.`, { cause: failure });
    }
    // The first rounds come at once, later ones leave the processor to what is awaited.
    await sleep(round < 20 ? 0 : 5);
  }
}
