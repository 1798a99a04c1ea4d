import type { Acct } from "../core/model.js";
import { messageOf } from "../errors.js";
import type { Stopped, WorkerDeps } from "./deps.js";
import { runGroup } from "./worker.js";

/** After a bug the group is started again after these waits, the last one over and over. */
const restartDelaysMs: readonly number[] = [1, 5, 15, 30].map((minutes) => minutes * 60_000);

/**
 * Runs all groups side by side until the signal, or until none is left. One that fails leaves the
 * others alone. Resolves with the reason of each.
 */
export async function runGroups(
  groups: readonly WorkerDeps[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Acct, Stopped>> {
  const ends = await Promise.all(
    groups.map(async (deps) => {
      // Of its own: with the listeners of all groups on one signal Node warns of a leak.
      const ownSignal = AbortSignal.any([signal]);
      return [deps.acct, await keepRunning(deps, ownSignal)] as const;
    }),
  );
  return new Map(ends);
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
