import { realpathSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Io } from "./io.js";

const name = "fedigroups";

/**
 * How this program is called on this machine: by its name where the PATH leads to it, else by node
 * and the whole path of the script.
 */
export function calledAs(script: string | undefined, searchPath: string | undefined): string {
  if (script === undefined) return name;
  const file = real(resolve(script));
  const isOnPath = (searchPath ?? "")
    .split(delimiter)
    .some((folder) => folder !== "" && real(join(folder, name)) === file);
  return isOnPath ? name : `node ${quoted(file)}`;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A command for the person to type: the program as it was started, with the same `-c`. */
export function commandLine(
  io: Pick<Io, "program">,
  config: string | undefined,
  ...more: readonly string[]
): string {
  const place = config === undefined ? [] : ["-c", config];
  return [io.program ?? name, ...[...place, ...more].map(quoted)].join(" ");
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\p{L}\p{N}@%+=:,./_-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
