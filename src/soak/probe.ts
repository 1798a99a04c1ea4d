/**
 * Loaded into the daemon's process before the daemon (`node --expose-gc --import`): writes what the
 * process holds into a file, a line of JSON at a time. The daemon knows nothing of it.
 */
import { appendFileSync, readdirSync } from "node:fs";
import type { Sample } from "./samples.js";

const { FEDIGROUPS_SOAK_SAMPLES: file, FEDIGROUPS_SOAK_EVERY_MS: everyMs } = process.env;

function count(types: readonly string[], wanted: RegExp): number {
  return types.filter((type) => wanted.test(type)).length;
}

/** How many files and sockets are open; 0 where the system does not tell. */
function countHandles(): number {
  try {
    // One of them is the folder that is being read.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return 0;
  }
}

function sample(): Sample {
  // Twice: what a finalizer lets go of in the first is collected in the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const types = process.getActiveResourcesInfo();
  return {
    ...{ atMs: Date.now(), rss, heapUsed, external, handles: countHandles() },
    sockets: count(types, /^(?:TCP|TLS)/u),
    timers: count(types, /^Timeout$/u),
  };
}

/** A pause between two samples, however long they take: on a busy machine nothing else would be done. */
function sampleLater(path: string): void {
  setTimeout(() => {
    appendFileSync(path, `${JSON.stringify(sample())}\n`);
    sampleLater(path);
  }, Number(everyMs)).unref();
}

if (file !== undefined) sampleLater(file);
