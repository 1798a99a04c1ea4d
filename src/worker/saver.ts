import type { GroupControl } from "../core/group.js";
import { messageOf } from "../errors.js";
import type { WorkerDeps } from "./deps.js";
import type { GroupMemory } from "./memory.js";

/** State is written this long after the first change, together with all changes since. */
const saveDelayMs = 5000;

/** Writes the group's files: at once where the order matters, gathered where it does not. */
export interface Saver {
  /** Something changed in the memory; it is written within {@link saveDelayMs}. */
  stateChanged(): void;
  /** Writes the memory now, if the disk takes it; else that is tried again and again later. */
  saveState(): Promise<void>;
  /**
   * Resolves when the memory as it is now is on disk, however long the disk does not take it: for what
   * must not begin before it is written down.
   * @throws the signal's reason
   */
  secureState(signal: AbortSignal): Promise<void>;
  /** The same for the control: no answer may tell of what a power cut could still undo. */
  secureControl(control: GroupControl, signal: AbortSignal): Promise<void>;
  /** Writes what is unwritten and stops; never rejects. */
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
  const stop = new AbortController();
  let version = 0;
  let savedVersion = 0;
  let unsavedControl: GroupControl | undefined;
  let timer: Promise<void> | undefined;
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

  async function writeAll(): Promise<void> {
    const control = unsavedControl;
    if (control !== undefined) {
      const isSaved = await attempt("control", () => store.writeControl(control));
      if (isSaved && unsavedControl === control) unsavedControl = undefined;
    }
    if (savedVersion < version) {
      const current = version;
      const isSaved = await attempt("state", () => store.writeState(memory.snapshot()));
      if (isSaved) savedVersion = Math.max(savedVersion, current);
    }
    if (isUnsaved() && waiting === 0 && !stop.signal.aborted) later();
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

  async function until(isSecure: () => boolean, signal: AbortSignal): Promise<void> {
    waiting++;
    try {
      for (;;) {
        await writeAll();
        if (isSecure()) return;
        await clock.sleep(saveDelayMs, signal);
      }
    } finally {
      waiting--;
      if (isUnsaved() && !stop.signal.aborted) later();
    }
  }

  return {
    stateChanged: () => {
      version++;
      later();
    },
    saveState: async () => {
      version++;
      await writeAll();
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
      stop.abort();
      await timer;
      await writeAll();
      if (!isUnsaved()) return;
      log.error(
        "Stopped, and could not write the group's files: what is not in them is read from the server again at the next start.",
      );
    },
  };
}
