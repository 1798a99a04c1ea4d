import { doubling } from "../core/backoff.js";
import { GatewayError } from "../errors.js";
import { isStillSignedIn, type Session } from "./session.js";

const waits = doubling({ firstMs: 1000, capMs: 5 * 60_000 });
/** For a server that wants to be left alone and does not say for how long. */
const waitsWhenTooMany = doubling({ firstMs: 10_000, capMs: 5 * 60_000 });
/** After so many failures in a row the server is asked whether it is well at all. */
const failuresPerLook = 5;
/** How often it may have been well before the work in hand is given up. */
const maxLooks = 3;

/** Waits after a failure that may pass. @throws what is not worth waiting for */
export type Patience = (error: unknown, signal: AbortSignal) => Promise<void>;

/**
 * Patience with one piece of work. A server that is away is waited for without end, for the work
 * cannot be done by anybody else; a server that is well and still refuses wears it out.
 *
 * @param fields what the log calls the work
 */
export function createPatience(
  session: Session,
  fields: Readonly<Record<string, unknown>>,
): Patience {
  const { clock, random, log, witness } = session.deps;
  let waited = 0;
  let failures = 0;
  let looks = 0;
  return async (error, signal) => {
    signal.throwIfAborted();
    if (!(error instanceof GatewayError) || error.failure === "permanent") throw error;
    // A server that asks for time is neither away nor unwilling.
    const isAskingForTime = error.status === 429 || error.retryAfterMs !== undefined;
    if (!isAskingForTime) {
      failures++;
      if (error.failure === "auth" || failures % failuresPerLook === 0) {
        if (await isStillSignedIn(session.deps, signal)) looks++;
        if (looks >= maxLooks) throw error;
      }
    }
    const policy = error.status === 429 ? waitsWhenTooMany : waits;
    const delayMs = Math.round(error.retryAfterMs ?? policy(waited++, random));
    log.warn({ ...fields, err: error, delayMs }, "The server does not take it; trying again.");
    witness({ kind: "waits", for: "event", because: error.message, delayMs });
    await clock.sleep(delayMs, signal);
  };
}
