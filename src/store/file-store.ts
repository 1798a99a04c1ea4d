import { join } from "node:path";
import { emptyControl } from "../core/group.js";
import type { Host } from "../core/model.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import type { GroupStore } from "../ports.js";
import { removeStaleTemps, type WriteFs, writeAtomically } from "./atomic-write.js";
import { controlFormat } from "./control-format.js";
import type { FileFormat } from "./format.js";
import { renderFile } from "./json-writer.js";
import { type JsonDocument, locateJson, parseJson5, readJson5, stampOf } from "./json5-file.js";
import { stateFormat } from "./state-format.js";

export interface FileStoreOptions {
  /** The group's own server, for addresses without one. */
  readonly localHost: Host;
  /** Is told about unknown keys and whatever else was read differently from how it is written. */
  readonly report?: ((notice: string) => void) | undefined;
  readonly fs?: WriteFs | undefined;
}

type Task = () => Promise<void>;

/** Runs one task at a time, in order; the promise is that of the task given. */
function createLane(): (task: Task) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (task) => {
    const run = last.then(task, task);
    last = run;
    return run;
  };
}

/** One file of a group: what is on disk, and how to change it. */
class StoredFile<T> {
  readonly #folder: string;
  readonly #format: FileFormat<T>;
  readonly #options: FileStoreOptions;
  readonly #inLane: (task: Task) => Promise<void>;
  /** The file as we read or wrote it last. */
  #document: JsonDocument | undefined;
  /** Our own keys as they are on disk; `undefined` when that is not known. */
  #saved: string | undefined;
  #isTidy = false;
  /** What waits to be written, newer values taking the place of older ones. */
  #next: { value: T; readonly done: Promise<void> } | undefined;

  constructor(
    folder: string,
    format: FileFormat<T>,
    wiring: { readonly options: FileStoreOptions; readonly inLane: (task: Task) => Promise<void> },
  ) {
    this.#folder = folder;
    this.#format = format;
    this.#options = wiring.options;
    this.#inLane = wiring.inLane;
  }

  async read(): Promise<T | undefined> {
    const file = await locateJson(this.#folder, this.#format.name);
    const { value, notices } = this.#take(file === undefined ? undefined : await readJson5(file));
    for (const notice of notices) this.#options.report?.(notice);
    return value;
  }

  write(value: T): Promise<void> {
    if (this.#next !== undefined) {
      this.#next.value = value;
      return this.#next.done;
    }
    const done = this.#inLane(async () => {
      const latest = this.#next?.value ?? value;
      this.#next = undefined;
      await this.#save(latest);
    });
    this.#next = { value, done };
    return done;
  }

  /** Remembers what is on disk, once that has proved to be sound. */
  #take(document: JsonDocument | undefined) {
    const { value, notices } = document
      ? this.#format.parse(document)
      : { value: this.#format.whenMissing, notices: [] };
    this.#document = document;
    this.#saved = value === undefined ? undefined : JSON.stringify(this.#format.toJson(value));
    return { value, notices };
  }

  /** @throws ConfigError when the file has become something that we must not overwrite. */
  async #refresh(): Promise<void> {
    const file = await locateJson(this.#folder, this.#format.name);
    const stamp = file === undefined ? undefined : await stampOf(file);
    if (file === this.#document?.file && stamp === this.#document?.stamp) return;
    this.#take(file === undefined ? undefined : await readJson5(file));
  }

  async #save(value: T): Promise<void> {
    const json = this.#format.toJson(value);
    const saved = JSON.stringify(json);
    if (saved === this.#saved) return;
    await this.#refresh();
    if (saved === this.#saved) return;
    const file = this.#document?.file ?? join(this.#folder, `${this.#format.name}.json5`);
    if (!this.#isTidy) await removeStaleTemps(file);
    this.#isTidy = true;
    const text = renderFile(json, this.#document);
    await writeAtomically(file, text, { fs: this.#options.fs });
    const stamp = (await stampOf(file)) ?? "";
    this.#document = { file, text, value: parseJson5(file, text), mode: 0, stamp };
    this.#saved = saved;
  }
}

/**
 * The files of one group. Reading throws {@link ConfigError} for a file that cannot be used, and so
 * does writing, because such a file is never overwritten; writing throws FileError when the disk
 * says no. Values that wait for the disk are joined: the newest is written, once.
 */
export function createFileStore(folder: string, options: FileStoreOptions): GroupStore {
  const wiring = { options, inLane: createLane() };
  const control = new StoredFile(folder, controlFormat(options.localHost), wiring);
  const state = new StoredFile(folder, stateFormat, wiring);
  return {
    readControl: async () => (await control.read()) ?? emptyControl,
    writeControl: (value) => control.write(value),
    readState: () => state.read(),
    writeState: (value) => state.write(value),
  };
}

/**
 * Reads a group's control and state as the daemon will. Returns the problems instead of throwing
 * them.
 */
export async function checkGroupFiles(
  folder: string,
  options: FileStoreOptions,
): Promise<readonly ConfigProblem[]> {
  const store = createFileStore(folder, options);
  const problems: ConfigProblem[] = [];
  for (const read of [() => store.readControl(), () => store.readState()]) {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  return problems;
}
