import { doubling, type RetryPolicy } from "../core/backoff.js";
import { GatewayError } from "../errors.js";
import type { Clock } from "../ports.js";

export interface RetryDeps {
  readonly clock: Clock;
  readonly random: () => number;
}

/** What a repeated call knows of the attempt before. */
export interface Attempt {
  /** 0 for the first. */
  readonly number: number;
  readonly lastError: GatewayError | undefined;
}

/** For a server that asks to be left alone and does not say for how long. */
const tooManyPolicy = doubling({ firstMs: 10_000, capMs: 5 * 60_000 });

/**
 * The only retry. Repeats transient failures up to `attempts` times; a wait that the server asks
 * for is obeyed to the letter, others follow the policy.
 *
 * @throws GatewayError the last failure, or one that is not transient
 */
export async function retry<T>(
  call: (attempt: Attempt) => Promise<T>,
  options: { readonly policy: RetryPolicy; readonly attempts: number },
  { clock, random }: RetryDeps,
  signal: AbortSignal,
): Promise<T> {
  let lastError: GatewayError | undefined;
  for (let number = 0; ; number++) {
    try {
      return await call({ number, lastError });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError) || error.failure !== "transient") throw error;
      if (number + 1 >= options.attempts) throw error;
      lastError = error;
      const policy = error.status === 429 ? tooManyPolicy : options.policy;
      await clock.sleep(error.retryAfterMs ?? policy(number, random), signal);
    }
  }
}
