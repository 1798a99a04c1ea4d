import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { keepAs, nodeFs, removeStaleTemps, type WriteFs, writeAtomically } from "./atomic-write.js";
import { FileError } from "./file-error.js";
import type { FileFormat } from "./format.js";
import { renderFile } from "./json-writer.js";
import {
  DamagedFile,
  type JsonDocument,
  locateJson,
  parseJson5,
  readJson5,
  stampOf,
} from "./json5-file.js";
import { checkLandmark } from "./landmark.js";
import { copyOf, loadWithCopy, setAside } from "./last-good.js";

/** How the files of a group are treated. */
export interface StoredFileOptions {
  /** Is told about unknown keys and whatever else was read differently from how it is written. */
  readonly report?: ((notice: string) => void) | undefined;
  /** Is told what was done about a damaged file. */
  readonly tellMended?: ((sentence: string) => void) | undefined;
  readonly fs?: WriteFs | undefined;
  /**
   * A file, without its ending, that shows that the folder is still the group's. While it is gone
   * nothing is written: the disk may be away, and what is made in its stead would be a group that has
   * forgotten everything.
   */
  readonly landmark?: string | undefined;
}

type Task = () => Promise<void>;
/** Runs one task at a time, in order; the promise is that of the task given. */
export type Lane = (task: Task) => Promise<void>;

/** See {@link Lane}. */
export function createLane(): Lane {
  let last: Promise<void> = Promise.resolve();
  return (task) => {
    const run = last.then(task, task);
    last = run;
    return run;
  };
}

/** One file of a group: what is on disk, and how to change it. */
export class StoredFile<T> {
  readonly #folder: string;
  readonly #format: FileFormat<T>;
  readonly #options: StoredFileOptions;
  readonly #inLane: Lane;
  /** The file as we read or wrote it last. */
  #document: JsonDocument | undefined;
  /** Our own keys as they are on disk; `undefined` when that is not known. */
  #saved: string | undefined;
  #isTidy = false;
  /** The real file is gone or damaged, and what we know is from its copy. */
  #isFromCopy = false;
  /** What waits to be written, newer values taking the place of older ones. */
  #next: { value: T; readonly done: Promise<void> } | undefined;

  constructor(
    folder: string,
    format: FileFormat<T>,
    wiring: { readonly options: StoredFileOptions; readonly inLane: Lane },
  ) {
    this.#folder = folder;
    this.#format = format;
    this.#options = wiring.options;
    this.#inLane = wiring.inLane;
  }

  /** True when what was read last came from the good copy. */
  get isFromCopy(): boolean {
    return this.#isFromCopy;
  }

  /** How long its text is. */
  get length(): number {
    return this.#document?.text.length ?? 0;
  }

  /** Is the file as we read or wrote it last? False when it was read from its copy. */
  async isUntouched(): Promise<boolean> {
    const document = this.#document;
    return document !== undefined && (await stampOf(document.file)) === document.stamp;
  }

  /** What the file says, or its good copy where it is damaged or gone; changes nothing on disk. */
  async read(): Promise<T | undefined> {
    const loaded = await loadWithCopy(this.#folder, this.#format);
    const { document, value, notices, damage } = loaded;
    this.#isFromCopy = damage !== undefined;
    this.#remember(document, value);
    for (const notice of damage === undefined ? notices : [damage, ...notices]) {
      this.#options.report?.(notice);
    }
    return value;
  }

  /**
   * Puts what was just read into order on disk: a damaged file is set aside and its copy takes its
   * place, a file without a good copy gets one, and what a killed write left is cleared away. What the disk refuses now is done with the next
   * write, which tells of it.
   */
  async mend(value: T): Promise<void> {
    try {
      if (this.#isFromCopy) return await this.write(value);
      await this.#inLane(async () => {
        if (this.#document !== undefined) await this.#tidy(this.#document.file);
        await this.#copy();
      });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
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

  #remember(document: JsonDocument | undefined, value: T | undefined): void {
    this.#document = document;
    const isKnown = value !== undefined && !this.#isFromCopy;
    this.#saved = isKnown ? digestOf(this.#format.toJson(value)) : undefined;
  }

  /** @throws ConfigError when the file has become something that we must not overwrite. */
  async #refresh(): Promise<void> {
    const file = await locateJson(this.#folder, this.#format.name);
    const stamp = file === undefined ? undefined : await stampOf(file);
    if (file === this.#document?.file && stamp === this.#document?.stamp) return;
    if (this.#isFromCopy && file === undefined) return;
    try {
      const document = file === undefined ? undefined : await readJson5(file);
      const value = document ? this.#format.parse(document).value : this.#format.whenMissing;
      this.#isFromCopy = false;
      this.#remember(document, value);
    } catch (error) {
      const isOldDamage = this.#isFromCopy && file !== undefined && error instanceof DamagedFile;
      if (!isOldDamage) throw error;
      const aside = await setAside(file, this.#fs.rename);
      this.#options.tellMended?.(
        `Put the good copy in the place of ${file}; the damaged file is kept as ${aside}.`,
      );
    }
  }

  get #fs(): WriteFs {
    return this.#options.fs ?? nodeFs;
  }

  async #save(value: T): Promise<void> {
    const json = this.#format.toJson(value);
    const saved = digestOf(json);
    if (saved === this.#saved) return;
    await checkLandmark(this.#folder, this.#options.landmark);
    await this.#refresh();
    if (saved === this.#saved) return;
    const file = this.#document?.file ?? join(this.#folder, `${this.#format.name}.json5`);
    const fs = this.#fs;
    await this.#tidy(file);
    const text = renderFile(json, this.#document);
    // Until all is done it is not known what a start would find: a next write must not be skipped.
    this.#saved = undefined;
    if (this.#format.copy === "the one before") await keepAs(copyOf(file), file, fs);
    await writeAtomically(file, text, { fs });
    const stamp = (await stampOf(file)) ?? "";
    this.#document = new WrittenDocument(file, text, stamp);
    this.#isFromCopy = false;
    await this.#copy();
    this.#saved = saved;
  }

  /** Clears away what a life before this one left, once. */
  async #tidy(file: string): Promise<void> {
    if (this.#isTidy) return;
    await removeStaleTemps(file);
    await removeStaleTemps(copyOf(file));
    this.#isTidy = true;
  }

  /** Makes the copy say what the file says, where it is to do that. */
  async #copy(): Promise<void> {
    if (this.#format.copy !== "the same" || this.#document === undefined) return;
    const { file, text } = this.#document;
    const copy = copyOf(file);
    const old = await readFile(copy, "utf8").catch(() => undefined);
    if (old !== text) await writeAtomically(copy, text, { fs: this.#fs });
  }
}

/** What we wrote ourselves. */
class WrittenDocument implements JsonDocument {
  readonly file: string;
  readonly text: string;
  readonly mode = 0;
  readonly stamp: string;

  constructor(file: string, text: string, stamp: string) {
    this.file = file;
    this.text = text;
    this.stamp = stamp;
  }

  /** Hardly ever looked at, and several times as large as the text. */
  get value(): unknown {
    return parseJson5(this.file, this.text);
  }
}

/** Tells whether something else is to be saved, in place of a text as long as the file. */
function digestOf(json: Readonly<Record<string, unknown>>): string {
  return createHash("sha256").update(JSON.stringify(json)).digest("base64");
}
