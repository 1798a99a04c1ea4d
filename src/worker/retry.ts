import type { RetryPolicy } from "../core/backoff.js";
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
      await clock.sleep(error.retryAfterMs ?? options.policy(number, random), signal);
    }
  }
}
