import { rename, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ConfigError } from "../errors.js";
import { codeOf, explain, FileError } from "./file-error.js";
import type { FileFormat } from "./format.js";
import { DamagedFile, type JsonDocument, locateJson, readJson5 } from "./json5-file.js";

/** The good copy of a file stands beside it. */
export function copyOf(file: string): string {
  return `${file}.bak`;
}

/** What a file says, or, where it is gone or damaged, its good copy. */
export interface Loaded<T> {
  /** `undefined` when there is no file. Its `file` is the real one's path in any case. */
  readonly document: JsonDocument | undefined;
  readonly value: T | undefined;
  readonly notices: readonly string[];
  /** Why the copy had to be taken, as a sentence for the operator; `undefined` for a sound file. */
  readonly damage: string | undefined;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    const problem = `The file cannot be read: ${explain(error)}.`;
    throw new ConfigError([{ file, where: "", problem }]);
  }
}

async function findCopy(folder: string, name: string): Promise<string | undefined> {
  for (const ending of ["json5", "json"]) {
    const file = join(folder, `${name}.${ending}`);
    if (await isThere(copyOf(file))) return file;
  }
  return undefined;
}

/** The problems of a file, and where a good version of it is, if anywhere. */
async function withAdvice(error: ConfigError, file: string): Promise<ConfigError> {
  const copy = copyOf(file);
  if (!(await isThere(copy).catch(() => false))) return error;
  const advice = `The last version that was in order is ${copy}.`;
  return new ConfigError(
    error.problems.map((found, index) =>
      index === error.problems.length - 1
        ? { ...found, problem: `${found.problem} ${advice}` }
        : found,
    ),
  );
}

function tellDamage(file: string, error: DamagedFile | undefined): string {
  const copy = copyOf(file);
  const [problem] = error?.problems ?? [];
  return problem === undefined
    ? `${file} is gone, although ${copy} is there; going on with that copy. To start anew instead, delete both while the service is stopped.`
    : `${file} is damaged: ${[problem.where, problem.problem].filter(Boolean).join(": ")} Going on with its last good copy, ${copy}; look whether that is what you want.`;
}

/**
 * Reads one of a group's files. What is empty, cut off, no text or gone gives way to its good copy;
 * what somebody wrote wrong does not, since the copy would undo what they meant.
 * @throws ConfigError with every problem.
 */
export async function loadWithCopy<T>(folder: string, format: FileFormat<T>): Promise<Loaded<T>> {
  const file = await locateJson(folder, format.name);
  let damage: DamagedFile | undefined;
  if (file !== undefined) {
    try {
      const document = await readJson5(file);
      if (document !== undefined) return { document, ...format.parse(document), damage: undefined };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (!(error instanceof DamagedFile)) throw await withAdvice(error, file);
      damage = error;
    }
  }
  const lost = damage === undefined ? await findCopy(folder, format.name) : file;
  const copy = lost === undefined ? undefined : await readCopy(lost, format, damage);
  if (lost !== undefined && copy !== undefined) {
    const document = { ...copy.document, file: lost, stamp: "" };
    return { ...copy, document, damage: tellDamage(lost, damage) };
  }
  if (damage !== undefined) throw damage;
  return { document: undefined, value: format.whenMissing, notices: [], damage: undefined };
}

async function readCopy<T>(
  file: string,
  format: FileFormat<T>,
  damage: DamagedFile | undefined,
): Promise<
  | { readonly document: JsonDocument; readonly value: T; readonly notices: readonly string[] }
  | undefined
> {
  try {
    const document = await readJson5(copyOf(file));
    return document && { document, ...format.parse(document) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...(damage?.problems ?? []), ...error.problems]);
  }
}

const maxBroken = 1000;

/**
 * Moves a damaged file out of the way, for somebody to look at: nothing that was on the disk is
 * written over.
 * @returns its new path. @throws FileError
 */
export async function setAside(
  file: string,
  move: (from: string, to: string) => Promise<void> = rename,
): Promise<string> {
  for (let number = 1; number <= maxBroken; number++) {
    const aside = `${file}.broken${number === 1 ? "" : `-${number}`}`;
    if (await isThere(aside)) continue;
    await move(file, aside);
    return aside;
  }
  throw new FileError(`There are too many broken copies of ${basename(file)}; look at them.`, {});
}
