import type { Acct } from "../core/model.js";
import type { Stopped, WorkerDeps } from "./worker.js";

/**
 * Runs all groups side by side until the signal, or until none is left. One that fails leaves the
 * others alone. Resolves with the reason of each.
 */
export declare function runGroups(
  groups: readonly WorkerDeps[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Acct, Stopped>>;
