import type { Acct } from "../core/model.js";
import type { AdminOrder, OrderAnswer } from "../core/operator.js";
import { messageOf } from "../errors.js";
import type { Stopped, WorkerDeps } from "./deps.js";
import { runGroup } from "./worker.js";

/** After a bug the group is started again after these waits, the last one over and over. */
const restartDelaysMs: readonly number[] = [1, 5, 15, 30].map((minutes) => minutes * 60_000);

interface RunningGroup {
  readonly deps: WorkerDeps;
  readonly stop: AbortController;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

/** Groups that run side by side until the signal. One that fails leaves the others alone. */
export class Groups {
  readonly #signal: AbortSignal;
  readonly #running = new Map<Acct, RunningGroup>();
  readonly #ends = new Map<Acct, Stopped>();
  #exchanges = 0;
  #rest: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const stopAll = () => {
      for (const { stop } of this.#running.values()) stop.abort(signal.reason);
    };
    signal.addEventListener("abort", stopAll, { once: true });
  }

  isRunning(acct: Acct): boolean {
    return this.#running.has(acct);
  }

  /** Starts a group; must not be running. */
  start(deps: WorkerDeps): void {
    const { acct } = deps;
    const stop = new AbortController();
    if (this.#signal.aborted) stop.abort(this.#signal.reason);
    const ended = keepRunning(deps, stop.signal).then((reason) => {
      this.#running.delete(acct);
      this.#ends.set(acct, reason);
      this.#lookForRest();
    });
    this.#ends.delete(acct);
    this.#running.set(acct, { deps, stop, ended });
  }

  /** Stops a group as at the program's end, and waits until its files are written. */
  async stop(acct: Acct): Promise<void> {
    const group = this.#running.get(acct);
    group?.stop.abort("stop");
    await group?.ended;
    this.#ends.delete(acct);
  }

  /** Hands an order to the group's loop. `undefined`: it has none at present. */
  async place(acct: Acct, order: AdminOrder): Promise<OrderAnswer | undefined> {
    return await this.#running.get(acct)?.deps.desk.place(order);
  }

  /** While the work is under way, groups may stop without this being the end of all. */
  async exchange<T>(work: () => Promise<T>): Promise<T> {
    this.#exchanges++;
    try {
      return await work();
    } finally {
      this.#exchanges--;
      this.#lookForRest();
    }
  }

  /** Resolves when no group runs any more, with the reason of each. */
  async ended(): Promise<ReadonlyMap<Acct, Stopped>> {
    await new Promise<void>((resolve) => {
      this.#rest = resolve;
      this.#lookForRest();
    });
    return this.#ends;
  }

  #lookForRest(): void {
    if (this.#running.size === 0 && this.#exchanges === 0) this.#rest();
  }
}

async function keepRunning(deps: WorkerDeps, signal: AbortSignal): Promise<Stopped> {
  for (let crashes = 0; ; crashes++) {
    try {
      return await runGroup(deps, signal);
    } catch (error) {
      if (signal.aborted) return "shutdown";
      const delayMs = restartDelaysMs[Math.min(crashes, restartDelaysMs.length - 1)] ?? 60_000;
      deps.log.error(
        { err: error, delayMs },
        "A bug stopped this group; starting it again. Please report it.",
      );
      deps.witness({ kind: "waits", for: "restart", because: messageOf(error), delayMs });
      try {
        await deps.clock.sleep(delayMs, signal);
      } catch {
        return "shutdown";
      }
    }
  }
}
