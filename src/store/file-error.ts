import { readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { messageOf } from "../errors.js";

/** The disk, or the rights on it, said no. The message says what to do. */
export class FileError extends Error {
  override readonly name = "FileError";
  /** The code of the operating system, such as `ENOSPC`. */
  readonly code: string | undefined;

  constructor(
    message: string,
    options: { readonly code?: string | undefined; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/** The operating system's code of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

const explanations: Readonly<Record<string, string>> = {
  EROFS: "the file system is read-only; mount it writable",
  ENOSPC: "the disk is full; make room",
  EDQUOT: "the disk quota is used up; make room",
  ENOENT: "it, or the folder it is in, does not exist",
  ENOTDIR: "a part of the path is a file where a folder is needed",
  EISDIR: "it is a folder where a file is needed",
  ELOOP: "its symbolic links go round in a circle",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open; raise the limit (ulimit -n)",
  ENFILE: "too many files are open on this machine",
  EIO: "the disk reports an error",
};

const deniedCodes: ReadonlySet<string | undefined> = new Set(["EACCES", "EPERM"]);

/** The name of a user of this machine, or the number where there is no name. */
export function userName(uid: number): string {
  try {
    const users = readFileSync("/etc/passwd", "utf8").split("\n");
    return users.find((line) => line.split(":")[2] === String(uid))?.split(":")[0] ?? `${uid}`;
  } catch {
    return `${uid}`;
  }
}

/** Whose the path is, or the folder nearest to it that we may look at. */
function ownerOf(path: string): { readonly path: string; readonly uid: number } | undefined {
  try {
    return { path, uid: statSync(path).uid };
  } catch {
    const folder = dirname(path);
    return folder === path ? undefined : ownerOf(folder);
  }
}

function explainDenied(error: unknown): string {
  const hasPath = error instanceof Error && "path" in error && typeof error.path === "string";
  const owner = hasPath ? ownerOf(String(error.path)) : undefined;
  const { uid, username } = userInfo();
  const remedy = "give the user who runs fedigroups the right to do that";
  if (owner === undefined) return `permission is denied to ${username}; ${remedy}`;
  const whose = `${owner.path} belongs to ${userName(owner.uid)}`;
  return owner.uid === uid
    ? `permission is denied, although ${whose}, who runs this; ${remedy}`
    : `permission is denied: ${whose}, and this is run by ${username}; run it as the owner (sudo -u ${userName(owner.uid)}), or ${remedy}`;
}

/** Why a call of the file system failed, as the second half of a sentence. */
export function explain(error: unknown): string {
  const code = codeOf(error);
  if (deniedCodes.has(code)) return `${explainDenied(error)} (${code})`;
  const explanation = code === undefined ? undefined : explanations[code];
  if (explanation !== undefined) return `${explanation} (${code})`;
  return messageOf(error);
}

/** A {@link FileError} that opens with what could not be done. */
export function toFileError(what: string, error: unknown): FileError {
  return new FileError(`${what}: ${explain(error)}.`, { code: codeOf(error), cause: error });
}
