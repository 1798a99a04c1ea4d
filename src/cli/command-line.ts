import { realpathSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Io } from "./io.js";

const name = "fedigroups";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How a person calls this program on this machine: by its name where the PATH leads to it, else by
 * node and the whole path of the script; through sudo where it runs as a user nobody signs in as.
 */
export function calledAs(script: string | undefined, env: Environment): string {
  const { PATH: searchPath } = env;
  if (script === undefined) return name;
  const file = real(resolve(script));
  const isOnPath = (searchPath ?? "")
    .split(delimiter)
    .some((folder) => folder !== "" && real(join(folder, name)) === file);
  return `${becomeUser(env)}${isOnPath ? name : `node ${quoted(file)}`}`;
}

/** What has to stand before a command so that it runs as the user who runs this. */
function becomeUser({ SUDO_USER, NOTIFY_SOCKET, USER }: Environment): string {
  // Started by sudo, or by systemd as a service.
  if (USER === undefined || (SUDO_USER ?? NOTIFY_SOCKET) === undefined) return "";
  return USER === "root" ? "sudo " : `sudo -u ${quoted(USER)} `;
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
