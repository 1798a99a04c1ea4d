import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import JSON5 from "json5";
import { ConfigError, messageOf } from "../errors.js";
import { linkTarget } from "./atomic-write.js";
import { codeOf, explain } from "./file-error.js";

/** A file that was read and is valid JSON5. */
export interface JsonDocument {
  readonly file: string;
  /** As it stands on disk, without a byte order mark. */
  readonly text: string;
  readonly value: unknown;
  /** The permission bits, as in 0o600. */
  readonly mode: number;
  /** Changes whenever somebody writes the file. */
  readonly stamp: string;
}

/** Nothing of ours is larger. */
export const maxFileBytes = 32 * 1024 * 1024;
const maxDepth = 100;

/**
 * The file is not what anybody wrote: empty, cut off, or no text. Somebody's slip of the pen is no damage.
 */
export class DamagedFile extends ConfigError {}

function damaged(file: string, problem: string, where = ""): never {
  throw new DamagedFile([{ file, where, problem }]);
}

function refuse(file: string, where: string, problem: string): never {
  throw new ConfigError([{ file, where, problem }]);
}

/** Is there such a file? @throws ConfigError for a link to nowhere, which is not the same as no file. */
export async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") {
      const target = await linkTarget(file);
      if (target === undefined) return false;
      const problem = `This is a link to ${target}, which is not there; mount the disk it is on, or remove the link.`;
      return refuse(file, "", problem);
    }
    return refuse(file, "", `The file cannot be read: ${explain(error)}.`);
  }
}

/**
 * The path of `name.json5` or `name.json` in a folder, whichever there is.
 * @throws ConfigError when both are there.
 */
export async function locateJson(folder: string, name: string): Promise<string | undefined> {
  const json5 = join(folder, `${name}.json5`);
  const json = join(folder, `${name}.json`);
  const [hasJson5, hasJson] = [await exists(json5), await exists(json)];
  if (hasJson5 && hasJson) {
    refuse(json5, "", `There is also ${json}; keep one of the two and delete the other.`);
  }
  if (hasJson5) return json5;
  return hasJson ? json : undefined;
}

/** Something that tells two versions of a file apart; `undefined` when the file is not there. */
export async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${ino}-${size}-${mtimeNs}`;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    return refuse(file, "", `The file cannot be read: ${explain(error)}.`);
  }
}

async function readText(
  file: string,
): Promise<{ text: string; mode: number; stamp: string } | undefined> {
  try {
    const found = await stat(file, { bigint: true });
    // A pipe or a device would keep us waiting for ever.
    if (!found.isFile()) return refuse(file, "", "This is not a file; a file is needed here.");
    if (found.size > maxFileBytes) {
      return refuse(
        file,
        "",
        `The file is larger than ${maxFileBytes} bytes; it cannot be one of ours.`,
      );
    }
    await using handle = await open(file, "r");
    const bytes = await handle.readFile();
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const stamp = `${found.ino}-${found.size}-${found.mtimeNs}`;
    return { text, mode: Number(found.mode) & 0o777, stamp };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      return damaged(file, "The file is not text in UTF-8; restore it, or save it as UTF-8.");
    }
    return refuse(file, "", `The file cannot be read: ${explain(error)}.`);
  }
}

/** Walks level by level, so that no depth is too deep for it. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null ? Object.values(item) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

function hasNumber<Key extends string>(value: unknown, key: Key): value is Record<Key, number> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, key) === "number";
}

/** Does the place begin a line, after something that another may only follow behind a comma? */
function lacksComma(text: string, line: number, column: number): boolean {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/u);
  const start = lines[line - 1]?.slice(0, column - 1) ?? "";
  if (start.trim() !== "") return false;
  const before = lines.slice(0, line - 1).map((one) => one.replace(/\/\/.*$/u, "").trimEnd());
  return /[\p{L}\p{N}"'\]}]$/u.test(before.filter((one) => one !== "").at(-1) ?? "");
}

function parseText(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Then it may be JSON5.
  }
  try {
    return JSON5.parse(text);
  } catch (error) {
    const hasPlace = hasNumber(error, "lineNumber") && hasNumber(error, "columnNumber");
    const where = hasPlace ? `line ${error.lineNumber}, column ${error.columnNumber}` : "";
    const reason = messageOf(error);
    const what = reason
      .replace(/^JSON5: /u, "")
      .replace(/ at \d+:\d+$/u, "")
      .replace("'\\\"'", "'\"'");
    const isEnd = what.startsWith("invalid end of input");
    const hint = isEnd
      ? " (the file is cut off?)"
      : hasPlace && lacksComma(text, error.lineNumber, error.columnNumber)
        ? " (is a comma missing before it?)"
        : "";
    const problem = `This is not valid JSON5: ${what}${hint}; correct or restore the file.`;
    return isEnd ? damaged(file, problem, where) : refuse(file, where, problem);
  }
}

/**
 * Reads JSON5 text; plain JSON takes a faster road to the same value.
 * @throws ConfigError with line and column when it is neither, {@link DamagedFile} when it is no longer
 * what anybody wrote.
 */
export function parseJson5(file: string, text: string): unknown {
  if (text.trim() === "") damaged(file, "The file is empty; restore it.");
  // What a power cut leaves where a file's length was on the disk before its text.
  if (text.includes("\0")) {
    damaged(
      file,
      "The file holds zeros, so it is not text in UTF-8; restore it, or save it as UTF-8.",
    );
  }
  const value = parseText(file, text);
  return isTooDeep(value)
    ? refuse(file, "", `The file nests deeper than ${maxDepth} levels.`)
    : value;
}

/**
 * Reads one file as JSON5, whatever its name; `undefined` when it is not there.
 * @throws ConfigError when it cannot be read or does not parse.
 */
export async function readJson5(file: string): Promise<JsonDocument | undefined> {
  const found = await readText(file);
  if (found === undefined) return undefined;
  return { file, ...found, value: parseJson5(file, found.text) };
}
