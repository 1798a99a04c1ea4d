/** The wait before attempt `attempt` (0 for the first repeat), in milliseconds. */
export type RetryPolicy = (attempt: number, random: () => number) => number;

/**
 * Doubling waits from `firstMs` up to `capMs`, each spread over ±50 % so that groups which failed
 * together do not come back together.
 */
export function doubling(options: {
  readonly firstMs: number;
  readonly capMs: number;
}): RetryPolicy {
  return (attempt, random) => {
    const planned = Math.min(options.capMs, options.firstMs * 2 ** Math.min(attempt, 40));
    return Math.min(options.capMs, planned * (0.5 + random()));
  };
}
