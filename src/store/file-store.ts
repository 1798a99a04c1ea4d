import { emptyControl, type GroupControl } from "../core/group.js";
import type { Host } from "../core/model.js";
import type { GroupState } from "../core/state.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import type { GroupStore } from "../ports.js";
import { controlFormat } from "./control-format.js";
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
  return { control, state };
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
  const { control, state } = filesOf(folder, options);
  return {
    readControl: async () => {
      const value: GroupControl = (await control.read()) ?? emptyControl;
      await control.mend(value);
      return value;
    },
    writeControl: (value) => control.write(value),
    readState: async () => {
      const value: GroupState | undefined = await state.read();
      if (value === undefined) return undefined;
      const { isFromCopy } = state;
      await state.mend(value);
      return isFromCopy ? { ...value, isFromCopy } : value;
    },
    writeState: (value) => state.write(value),
  };
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
  return filesOf(folder, options).state.read();
}

/**
 * Reads a group's control and state as the daemon will, and changes nothing. Returns the problems instead of throwing
 * them.
 */
export async function checkGroupFiles(
  folder: string,
  options: FileStoreOptions,
): Promise<readonly ConfigProblem[]> {
  const { control, state } = filesOf(folder, options);
  const problems: ConfigProblem[] = [];
  for (const read of [() => control.read(), () => state.read()]) {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  return problems;
}
