import { emptyControl, type GroupControl } from "../core/group.js";
import type { Host } from "../core/model.js";
import { replay } from "../core/remembered.js";
import type { GroupState } from "../core/state.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import type { GroupStore } from "../ports.js";
import { controlFormat } from "./control-format.js";
import { FileError } from "./file-error.js";
import { Journal } from "./journal.js";
import { stateFormat } from "./state-format.js";
import { createLane, StoredFile, type StoredFileOptions } from "./stored-file.js";

export interface FileStoreOptions extends StoredFileOptions {
  /** The group's own server, for addresses without one. */
  readonly localHost: Host;
}

function filesOf(folder: string, options: FileStoreOptions) {
  const wiring = { options, inLane: createLane() };
  const control = new StoredFile(folder, controlFormat(options.localHost), wiring);
  const state = new StoredFile(folder, stateFormat, wiring);
  return { control, state, journal: new Journal(folder, state, wiring) };
}

/** The state file and, on top of it, its journal. Changes nothing on disk. @throws ConfigError */
async function readState({
  state,
  journal,
}: Pick<ReturnType<typeof filesOf>, "state" | "journal">): Promise<GroupState | undefined> {
  const saved = await state.read();
  const { isFromCopy } = state;
  const { notes, hasGaps } = await journal.read(saved?.journalSeq ?? 0, !isFromCopy);
  if (saved === undefined) return undefined;
  const value = notes.length === 0 ? saved.state : replay(saved.state, notes);
  return isFromCopy || hasGaps ? { ...value, isFromCopy: true } : value;
}

/**
 * The files of one group. Reading throws {@link ConfigError} for a file that cannot be used, and so
 * does writing, because such a file is never overwritten; writing throws FileError when the disk
 * says no. Values that wait for the disk are joined: the newest is written, once.
 *
 * A file that is damaged or gone is read from its good copy, which then takes its place; the damaged
 * one is kept as `<file>.broken`.
 */
export function createFileStore(folder: string, options: FileStoreOptions): GroupStore {
  const files = filesOf(folder, options);
  const { control, state, journal } = files;
  const writeState = async (value: GroupState) => {
    await journal.beforeState();
    await state.write({ state: value, journalSeq: journal.seq });
    await journal.afterState();
  };
  return {
    readControl: async () => {
      const value: GroupControl = (await control.read()) ?? emptyControl;
      await control.mend(value);
      return value;
    },
    writeControl: (value) => control.write(value),
    readState: async () => {
      const value = await readState(files);
      if (value === undefined) return undefined;
      await journal.tidy();
      await state.mend({ state: value, journalSeq: journal.seq });
      if (journal.isDamaged) await orLater(() => writeState(value));
      return value;
    },
    writeState,
    noteChanges: (notes, { isLasting }) => journal.append(notes, isLasting),
  };
}

/** What the disk refuses now is done with the next write, which tells of it. */
async function orLater(mend: () => Promise<void>): Promise<void> {
  try {
    await mend();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

/**
 * What a group's control says, for a program that looks on while another one runs the group: nothing on
 * disk is changed. @throws ConfigError
 */
export async function peekControl(
  folder: string,
  options: FileStoreOptions,
): Promise<GroupControl> {
  return (await filesOf(folder, options).control.read()) ?? emptyControl;
}

/** What a group's state says, in the same manner; `undefined` for one that never ran. @throws ConfigError */
export async function peekState(
  folder: string,
  options: FileStoreOptions,
): Promise<GroupState | undefined> {
  return readState(filesOf(folder, options));
}

/**
 * Reads a group's control and state as the daemon will, and changes nothing. Returns the problems instead of throwing
 * them.
 */
export async function checkGroupFiles(
  folder: string,
  options: FileStoreOptions,
): Promise<readonly ConfigProblem[]> {
  const files = filesOf(folder, options);
  const problems: ConfigProblem[] = [];
  for (const read of [() => files.control.read(), () => readState(files)]) {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  return problems;
}
