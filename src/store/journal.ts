import { constants } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { StateNote } from "../core/remembered.js";
import { ConfigError } from "../errors.js";
import type { Noted } from "../ports.js";
import { nodeFs, removeStaleTemps, type WriteFs, writeAtomically } from "./atomic-write.js";
import { codeOf, explain, FileError } from "./file-error.js";
import { type JournalLine, type JournalText, parseJournal, renderLine } from "./journal-format.js";
import { exists, maxFileBytes } from "./json5-file.js";
import { checkLandmark } from "./landmark.js";
import { copyOf, setAside } from "./last-good.js";
import type { Lane, StoredFileOptions } from "./stored-file.js";

const appending = constants.O_WRONLY | constants.O_APPEND;
/** A shorter journal is not worth writing the state for. */
const leastLimitBytes = 64 * 1024;

/** The state file, as far as its journal must know it. */
export interface Journalled {
  /** Its size, about. */
  readonly length: number;
  /** Is it on disk as we read or wrote it last? */
  isUntouched(): Promise<boolean>;
}

/** What the journal says that a state does not say yet. */
export interface ReadJournal {
  readonly notes: readonly StateNote[];
  /** Something is missing in it, so that more may have been done than it says. */
  readonly hasGaps: boolean;
}

/** What tells a file from another one, or from itself with more in it. */
interface Place {
  readonly ino: number;
  readonly size: number;
}

const nothing: JournalText & { readonly place: Place | undefined } = {
  ...{ lines: [], seq: 0, damagedLine: undefined, isTorn: false, place: undefined },
};

async function readFrom(file: string, since: number): Promise<typeof nothing> {
  const refuse = (problem: string) => new ConfigError([{ file, where: "", problem }]);
  try {
    if (!(await exists(file))) return nothing;
    const { ino, size, isFile } = await lookAt(file);
    // A pipe or a device would keep us waiting for ever.
    if (!isFile) throw refuse("This is not a file; a file is needed here.");
    if (size > maxFileBytes) throw refuse(`The file is larger than ${maxFileBytes} bytes.`);
    const bytes = await readFile(file);
    return { ...parseJournal(bytes, since), place: { ino, size: bytes.length } };
  } catch (error) {
    // The daemon may put it away while another program looks on.
    if (codeOf(error) === "ENOENT") return nothing;
    if (error instanceof ConfigError) throw error;
    throw refuse(`The file cannot be read: ${explain(error)}.`);
  }
}

async function lookAt(file: string): Promise<Place & { readonly isFile: boolean }> {
  const found = await stat(file);
  return { ino: found.ino, size: found.size, isFile: found.isFile() };
}

async function placeOf(file: string): Promise<Place | undefined> {
  try {
    return await lookAt(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * What changed in a group's state since the state file was written: `journal.jsonl` beside it, to which a
 * line is added for every change that is to be on disk. Lines are numbered, and the state says up to which
 * number it holds them; so it does not matter whether a death comes before or after they are put away.
 * They are kept as `journal.jsonl.bak`, since the state's copy is older than the state.
 */
export class Journal {
  readonly #folder: string;
  readonly #file: string;
  readonly #options: StoredFileOptions;
  readonly #inLane: Lane;
  readonly #state: Journalled;
  /** Of the newest line; 0 while the state is not to know of any. */
  #seq = 0;
  /** Set once it was read. */
  #known: Promise<unknown> | undefined;
  /** The file as we left it; `undefined` for none. */
  #place: Place | undefined;
  /** The state on disk is one that lines can be added to, and the file's end is the end of a line. */
  #isUsable = false;
  #isSynced = true;
  #isDamaged = false;
  /** Somebody put another file in its place. */
  #isForeign = false;

  constructor(
    folder: string,
    state: Journalled,
    wiring: { readonly options: StoredFileOptions; readonly inLane: Lane },
  ) {
    this.#folder = folder;
    this.#file = join(folder, "journal.jsonl");
    this.#state = state;
    this.#options = wiring.options;
    this.#inLane = wiring.inLane;
  }

  /** The number up to which a state that is written now holds the lines. */
  get seq(): number {
    return this.#seq;
  }

  /** There are lines in it that cannot be read. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  get #fs(): WriteFs {
    return this.#options.fs ?? nodeFs;
  }

  /**
   * What was noted after the line `since`; changes nothing on disk. A state without a number, 0, was written by a program that
   * knows no journal, or is a new one: lines that are there belong to another time.
   * @throws ConfigError when a file cannot be read; lines that cannot are told, and left out.
   */
  read(since: number, isSound: boolean): Promise<ReadJournal> {
    const reading = this.#read(since, isSound);
    this.#known = reading;
    return reading;
  }

  async #read(since: number, isSound: boolean): Promise<ReadJournal> {
    // In this order: the daemon may turn the one into the other meanwhile.
    const now = await readFrom(this.#file, since);
    const before = await readFrom(copyOf(this.#file), since);
    this.#seq = Math.max(this.#seq, since, now.seq, before.seq);
    this.#place = now.place;
    this.#isDamaged = now.damagedLine !== undefined;
    this.#isSynced = false;
    this.#isUsable = isSound && since > 0 && !now.isTorn && !this.#isDamaged;
    if (since === 0) return { notes: [], hasGaps: false };
    if (now.damagedLine !== undefined) {
      this.#tell(`line ${now.damagedLine} of ${this.#file} cannot be read`);
    }
    const lines = inOrder([...before.lines, ...now.lines]);
    const hasGaps = lines.some(({ seq }, index) => seq !== since + 1 + index);
    if (hasGaps) this.#tell(`${this.#file} does not go on where the state ends`);
    const notes = lines.flatMap((line) => line.notes);
    return { notes, hasGaps: hasGaps || this.#isDamaged };
  }

  #tell(damage: string): void {
    this.#options.report?.(
      `A part of what the group did is not known: ${damage}. Going on with what is there; what is to be done is looked for on the server first.`,
    );
  }

  /**
   * Adds a line. `isLasting`: it outlives a power cut, as do all lines before it; otherwise only this process. Nothing is thrown:
   * where it cannot be done, the state is to be written, which tells why that cannot be done either.
   */
  async append(notes: readonly StateNote[], isLasting: boolean): Promise<Noted> {
    let noted: Noted = "refused";
    await this.#inLane(async () => {
      noted = await this.#append(notes, isLasting);
    });
    return noted;
  }

  async #append(notes: readonly StateNote[], isLasting: boolean): Promise<Noted> {
    await this.#toBeKnown();
    // From now on the state is to say that there is a journal.
    if (this.#seq === 0) this.#seq = 1;
    if (!this.#isUsable) return "refused";
    const line = notes.length === 0 ? "" : renderLine({ seq: this.#seq + 1, notes });
    if (line === "" && (!isLasting || this.#isSynced)) return "noted";
    // Until all is done it is not known what the file ends with.
    this.#isUsable = false;
    try {
      const isWritten =
        this.#place === undefined
          ? await this.#begin(line)
          : await this.#goOn(this.#place, line, isLasting);
      if (!isWritten) return "refused";
    } catch (error) {
      if (!isOfTheDisk(error)) throw error;
      return "refused";
    }
    this.#isUsable = true;
    const limit = Math.max(leastLimitBytes, this.#state.length);
    return (this.#place?.size ?? 0) > limit ? "long" : "noted";
  }

  /** Whoever writes without having read begins a new state; what is there is not to be part of it. */
  async #toBeKnown(): Promise<void> {
    await (this.#known ?? this.read(0, true));
  }

  /** @throws FileError. False: somebody else has been at the files. */
  async #isOurs(place: Place | undefined): Promise<boolean> {
    const [found, isUntouched] = await Promise.all([
      placeOf(this.#file),
      this.#state.isUntouched(),
      checkLandmark(this.#folder, this.#options.landmark),
    ]);
    this.#isForeign = found !== undefined && found.ino !== place?.ino;
    return isUntouched && found?.ino === place?.ino && found?.size === place?.size;
  }

  async #begin(line: string): Promise<boolean> {
    if (line === "") return true;
    if (!(await this.#isOurs(undefined))) return false;
    this.#seq++;
    await writeAtomically(this.#file, line, { fs: this.#fs });
    this.#place = await placeOf(this.#file);
    this.#isSynced = true;
    return true;
  }

  async #goOn(place: Place, line: string, isLasting: boolean): Promise<boolean> {
    const [opened, looked] = await Promise.allSettled([
      this.#fs.open(this.#file, appending),
      this.#isOurs(place),
    ]);
    if (opened.status === "rejected") throw opened.reason;
    const handle = opened.value;
    try {
      if (looked.status === "rejected") throw looked.reason;
      if (!looked.value) return false;
      if (line !== "") {
        this.#seq++;
        this.#isSynced = false;
        await handle.writeFile(line);
        this.#place = { ...place, size: place.size + Buffer.byteLength(line) };
      }
      if (isLasting) {
        await handle.datasync();
        this.#isSynced = true;
      }
      return true;
    } finally {
      await handle.close();
    }
  }

  /**
   * To be called before the whole state is written, with the number {@link seq}: no line is added until it is.
   */
  async beforeState(): Promise<void> {
    this.#isUsable = false;
    await this.#toBeKnown();
  }

  /** To be called when the state is on disk: its lines are put away, or aside when some are damaged. */
  afterState(): Promise<void> {
    return this.#inLane(async () => {
      try {
        await this.#putAway();
        this.#isUsable = this.#seq > 0;
      } catch (error) {
        // The state holds it all: it is tried again with the next one, which is soon, for no line is added.
        if (!isOfTheDisk(error)) throw error;
      }
    });
  }

  async #putAway(): Promise<void> {
    if ((await placeOf(this.#file)) !== undefined) {
      const { rename } = this.#fs;
      if (this.#isDamaged || this.#isForeign) {
        const aside = await setAside(this.#file, rename);
        const what = this.#isDamaged
          ? "without its unreadable lines"
          : "since somebody replaced it";
        this.#options.tellMended?.(
          `Wrote the state anew, beside ${this.#file}, ${what}; that file is kept as ${aside}.`,
        );
      } else await rename(this.#file, copyOf(this.#file));
    }
    this.#place = undefined;
    this.#isDamaged = false;
    this.#isForeign = false;
    this.#isSynced = true;
  }

  /** Clears away what a killed write left. */
  async tidy(): Promise<void> {
    await removeStaleTemps(this.#file);
  }
}

/** Anything else is a bug. */
function isOfTheDisk(error: unknown): boolean {
  return error instanceof FileError || error instanceof ConfigError || codeOf(error) !== undefined;
}

function inOrder(lines: readonly JournalLine[]): readonly JournalLine[] {
  const bySeq = new Map(lines.map((line) => [line.seq, line]));
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
}
