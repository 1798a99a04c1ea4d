import type { Acct } from "../core/model.js";
import type { Stopped, WorkerDeps } from "../worker/deps.js";
import { Groups } from "../worker/groups.js";

/** Runs groups until none is left; resolves with the reason of each. */
export function runGroups(
  all: readonly WorkerDeps[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Acct, Stopped>> {
  const groups = new Groups(signal);
  for (const deps of all) groups.start(deps);
  return groups.ended();
}
