import type { GroupControl } from "../core/group.js";
import { messageOf } from "../errors.js";
import type { WorkerDeps } from "./deps.js";
import type { GroupMemory } from "./memory.js";

/** What is noted is written this long after the first change, together with all changes since. */
const saveDelayMs = 5000;

/**
 * Writes the group's files: at once where the order matters, gathered where it does not. Of the state only the changes are
 * written, until they are so many that the whole is.
 */
export interface Saver {
  /** Something changed in the memory; that outlives a power cut within {@link saveDelayMs}. */
  stateChanged(): void;
  /**
   * Writes down now what changed, if the disk takes it, so that it outlives this process; else that is tried again and
   * again later. A power cut it outlives as with {@link stateChanged}.
   */
  saveState(): Promise<void>;
  /**
   * Resolves when the memory as it is now outlives a power cut, however long the disk does not take it: for
   * what must not begin before it is written down.
   * @throws the signal's reason
   */
  secureState(signal: AbortSignal): Promise<void>;
  /** The same for the control: no answer may tell of what a power cut could still undo. */
  secureControl(control: GroupControl, signal: AbortSignal): Promise<void>;
  /** Writes the whole state and what else is unwritten, and stops; never rejects. */
  close(): Promise<void>;
}

type What = "control" | "state";

/** A failure is told once, with its reason, and once more when it is over. */
function createTeller({ log, witness }: Pick<WorkerDeps, "log" | "witness">) {
  const reasons = new Map<What, string>();
  return {
    failed: (what: What, err: unknown) => {
      const because = messageOf(err);
      const isNews = reasons.get(what) !== because;
      reasons.set(what, because);
      witness({ kind: "waits", for: "files", because, delayMs: saveDelayMs });
      // Every attempt fails alike: a full disk would otherwise fill the log, too.
      if (!isNews) return;
      const seconds = saveDelayMs / 1000;
      log.error(
        { err, file: what },
        `Cannot write the group's files; what has to be written down before it is done waits, and everything behind it. Trying again every ${seconds} s.`,
      );
    },
    wentWell: (what: What) => {
      if (!reasons.delete(what) || reasons.size > 0) return;
      log.info("The group's files can be written again.");
      witness({ kind: "goes-on", for: "files" });
    },
  };
}

/** One group's saver; only {@link Saver.close} ends it. */
export function createSaver(
  deps: Pick<WorkerDeps, "store" | "clock" | "log" | "witness">,
  memory: GroupMemory,
): Saver {
  const { store, clock, log } = deps;
  const teller = createTeller(deps);
  let isClosed = false;
  let version = 0;
  /** The version on disk, and that which outlives a power cut. */
  let notedVersion = 0;
  let savedVersion = 0;
  /** The changes alone would not do: some of them are not known, or could not be written. */
  let isWholeDue = false;
  /** There are so many changes on disk that it is time for the whole. */
  let isLong = false;
  let unsavedControl: GroupControl | undefined;
  let stopWaiting: (() => void) | undefined;
  /** How many try again by themselves, so that no timer is needed. */
  let waiting = 0;

  async function attempt(what: What, write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      teller.wentWell(what);
      return true;
    } catch (err) {
      teller.failed(what, err);
      return false;
    }
  }

  const isUnsaved = () => unsavedControl !== undefined || savedVersion < version;

  async function writeWhole(): Promise<void> {
    isWholeDue = true;
    memory.takeNotes();
    await store.writeState(memory.snapshot());
    isWholeDue = false;
    isLong = false;
  }

  async function writeState(isLasting: boolean): Promise<void> {
    const notes = memory.takeNotes();
    if (!isWholeDue && notes !== undefined) {
      // Until it is known that they are on disk.
      isWholeDue = true;
      const noted = await store.noteChanges(notes, { isLasting });
      isWholeDue = noted === "refused";
      isLong = noted === "long";
    }
    if (isWholeDue || notes === undefined) await writeWhole();
  }

  async function write(isLasting: boolean): Promise<void> {
    const control = unsavedControl;
    if (control !== undefined) {
      const isSaved = await attempt("control", () => store.writeControl(control));
      if (isSaved && unsavedControl === control) unsavedControl = undefined;
    }
    const current = version;
    if ((isLasting ? savedVersion : notedVersion) < current) {
      if (await attempt("state", () => writeState(isLasting))) {
        notedVersion = current;
        if (isLasting) savedVersion = current;
      }
    }
    if (isUnsaved() && waiting === 0) later();
  }

  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, or what changed would be written in another order than it changed. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = last.then(task);
    last = run.catch(() => undefined);
    return run;
  }
  const writeAll = (isLasting: boolean) => inTurn(() => write(isLasting));

  function later(): void {
    if (isClosed) return;
    stopWaiting ??= clock.after(saveDelayMs, () => {
      stopWaiting = undefined;
      inTurn(async () => {
        await write(true);
        if (isLong && !(await attempt("state", writeWhole))) later();
      }).catch(() => undefined);
    });
  }

  async function until(isSecure: () => boolean, signal: AbortSignal): Promise<void> {
    waiting++;
    try {
      for (;;) {
        await writeAll(true);
        if (isSecure()) return;
        await clock.sleep(saveDelayMs, signal);
      }
    } finally {
      waiting--;
      // Whoever is told to stop closes this; where there is nothing to close yet, a later run may have the files.
      if (!signal.aborted && isUnsaved()) later();
    }
  }

  return {
    stateChanged: () => {
      version++;
      later();
    },
    saveState: async () => {
      version++;
      await writeAll(false);
    },
    secureState: async (signal) => {
      const wanted = ++version;
      await until(() => savedVersion >= wanted, signal);
    },
    secureControl: async (control, signal) => {
      unsavedControl = control;
      await until(() => unsavedControl !== control, signal);
    },
    close: async () => {
      isClosed = true;
      stopWaiting?.();
      await inTurn(async () => {
        await write(true);
        // Whoever looks at the files of a group that is down finds all in the state.
        await attempt("state", writeWhole);
      });
      if (!isUnsaved()) return;
      log.error(
        "Stopped, and could not write the group's files: what is not in them is read from the server again at the next start.",
      );
    },
  };
}
