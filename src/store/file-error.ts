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
  EACCES: "permission is denied; give the user who runs fedigroups the right to do that",
  EPERM: "permission is denied; give the user who runs fedigroups the right to do that",
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

/** Why a call of the file system failed, as the second half of a sentence. */
export function explain(error: unknown): string {
  const code = codeOf(error);
  const explanation = code === undefined ? undefined : explanations[code];
  if (explanation !== undefined) return `${explanation} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** A {@link FileError} that opens with what could not be done. */
export function toFileError(what: string, error: unknown): FileError {
  return new FileError(`${what}: ${explain(error)}.`, { code: codeOf(error), cause: error });
}
