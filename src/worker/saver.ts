import type { GroupControl } from "../core/group.js";
import type { WorkerDeps } from "./deps.js";
import type { GroupMemory } from "./memory.js";

/** State is written this long after the first change, together with all changes since. */
export const saveDelayMs = 5000;

/** Writes the group's files: at once where the order matters, gathered where it does not. */
export interface Saver {
  /** Something changed in the memory; it is written within {@link saveDelayMs}. */
  stateChanged(): void;
  /** Resolves when the memory is on disk; a failure is logged and tried again with the next save. */
  saveState(): Promise<void>;
  saveControl(control: GroupControl): Promise<void>;
  /** Writes what is unwritten and stops; never rejects. */
  close(): Promise<void>;
}

/** @param signal aborted by {@link Saver.close}'s caller only through close itself */
export function createSaver(
  { store, clock, log }: Pick<WorkerDeps, "store" | "clock" | "log">,
  memory: GroupMemory,
): Saver {
  const stop = new AbortController();
  let isStateDirty = false;
  let unsavedControl: GroupControl | undefined;
  let timer: Promise<void> | undefined;
  let isFailing = false;

  async function attempt(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      if (isFailing) log.info("The group's files can be written again.");
      isFailing = false;
      return true;
    } catch (err) {
      // Once per transition: a full disk would otherwise fill the log, too.
      if (!isFailing) {
        log.error(
          { err },
          "Could not write the group's files; going on in memory. Make room or mend the permissions.",
        );
      }
      isFailing = true;
      return false;
    }
  }

  async function writeAll(): Promise<void> {
    const control = unsavedControl;
    if (control !== undefined) {
      const isSaved = await attempt(() => store.writeControl(control));
      if (isSaved && unsavedControl === control) unsavedControl = undefined;
    }
    if (isStateDirty) {
      isStateDirty = false;
      const isSaved = await attempt(() => store.writeState(memory.snapshot()));
      if (!isSaved) isStateDirty = true;
    }
    if ((isStateDirty || unsavedControl !== undefined) && !stop.signal.aborted) later();
  }

  function later(): void {
    timer ??= clock
      .sleep(saveDelayMs, stop.signal)
      .then(() => {
        timer = undefined;
        return writeAll();
      })
      .catch(() => undefined);
  }

  return {
    stateChanged: () => {
      isStateDirty = true;
      later();
    },
    saveState: async () => {
      isStateDirty = true;
      await writeAll();
    },
    saveControl: async (control) => {
      unsavedControl = control;
      await writeAll();
    },
    close: async () => {
      stop.abort();
      await timer;
      await writeAll();
    },
  };
}
