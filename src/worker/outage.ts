import type { Rank } from "../core/rank.js";
import { GatewayError, messageOf } from "../errors.js";
import type { MastodonGateway } from "../ports.js";
import type { WorkerDeps } from "./deps.js";

/** So many failures in a row, whatever was asked, and the server counts as away. */
const failuresToNotice = 3;
const firstMs = 2000;
const longestMs = 5 * 60_000;

type Parts = Pick<WorkerDeps, "gateway" | "clock" | "random" | "log" | "witness" | "door">;

/**
 * Knows whether a group's server is away. While it is, nothing is asked but one question at a time,
 * at growing distances, in the end at most once in five minutes; whatever else the group wants to
 * ask waits for the answer, and goes on the moment there is one.
 */
class Outage {
  readonly #parts: Parts;
  #failures = 0;
  #probing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Asks by way of `call`, once the server is there. */
  async ask<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.present(signal);
    try {
      const answer = await call();
      this.answered();
      return answer;
    } catch (error) {
      this.failed(error, signal);
      throw error;
    }
  }

  /** Resolves when the server is not known to be away. */
  async present(signal: AbortSignal): Promise<void> {
    while (this.#failures >= failuresToNotice) await orAborted(this.#probeOnce(signal), signal);
  }

  /** Whoever notices first asks for all. When they are told to stop, the next one does. */
  #probeOnce(signal: AbortSignal): Promise<void> {
    this.#probing ??= this.#probe(signal)
      .catch(() => undefined)
      .finally(() => {
        this.#probing = undefined;
      });
    return this.#probing;
  }

  answered(): void {
    this.#failures = 0;
  }

  failed(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    if (looksAway(error)) {
      this.#failures++;
      // Now, so that it is known to be back by the time that whoever failed comes again.
      if (this.#failures >= failuresToNotice) void this.#probeOnce(signal);
    } else if (error instanceof GatewayError && error.status !== undefined) this.answered();
  }

  /** Ends when the server has answered, whatever it said. */
  async #probe(signal: AbortSignal): Promise<void> {
    const { gateway, clock, random, log, witness, door } = this.#parts;
    log.warn("The server cannot be reached; asking it now and then until it answers.");
    let because = "The server cannot be reached.";
    for (let attempt = 0; ; attempt++) {
      const planned = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20));
      // Never sooner than planned: five minutes are a promise.
      const delayMs = Math.round(planned * (1 + random() / 5));
      witness({ kind: "waits", for: "server", because, delayMs });
      await clock.sleep(delayMs, signal);
      await door.pass(signal);
      try {
        await gateway.whoAmI(signal);
        break;
      } catch (error) {
        signal.throwIfAborted();
        if (!looksAway(error)) break;
        because = messageOf(error);
        log.debug({ err: error, attempt }, "The server is still away.");
      }
    }
    this.answered();
    witness({ kind: "goes-on", for: "server" });
    log.info("The server answers again.");
  }
}

/** Nobody answered, or only somebody in front of the server. One that asks for time is there. */
function looksAway(error: unknown): boolean {
  if (!(error instanceof GatewayError) || error.failure !== "transient") return false;
  const { status, retryAfterMs } = error;
  return retryAfterMs === undefined && status !== 429;
}

/** The promise is shared, so it goes on for the others when one of those who wait is told to stop. */
async function orAborted(shared: Promise<void>, signal: AbortSignal): Promise<void> {
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    await Promise.race([shared, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
}

/** The same gateway, that knows when the server is away and then asks hardly anything. */
export function guarded(parts: Parts): MastodonGateway {
  return new Proxy(parts.gateway, new Guard(new Outage(parts)));
}

/** Puts an outage before every method that asks the server, which are those that take a signal last. */
class Guard implements ProxyHandler<MastodonGateway> {
  readonly #outage: Outage;

  constructor(outage: Outage) {
    this.#outage = outage;
  }

  get(inner: MastodonGateway, name: keyof MastodonGateway): unknown {
    if (name === "ranked") return (rank: Rank) => new Proxy(inner.ranked(rank), this);
    return (...args: readonly unknown[]): unknown => {
      const call = () => Reflect.apply(inner[name], inner, args);
      const signal = args.at(-1);
      return signal instanceof AbortSignal ? this.#outage.ask(call, signal) : call();
    };
  }
}
