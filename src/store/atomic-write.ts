import { randomBytes } from "node:crypto";
import {
  link,
  lstat,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  stat,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, FileError, toFileError } from "./file-error.js";

/** An open file, as far as writing needs it. */
export interface WriteHandle {
  writeFile(text: string): Promise<void>;
  stat(): Promise<{ readonly uid: number; readonly gid: number }>;
  chown(uid: number, gid: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  sync(): Promise<void>;
  /** The text and its length are on the disk; for a file whose name is there already. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** The calls that change a file system; a test hands in one that fails. */
export interface WriteFs {
  readonly open: (path: string, flags: string | number, mode?: number) => Promise<WriteHandle>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly unlink: (path: string) => Promise<void>;
  readonly link: (from: string, to: string) => Promise<void>;
}

export interface WriteOptions {
  /** The permission bits. Default: those of the old file, 0600 for a new one. */
  readonly mode?: number | undefined;
  /** Whose a new file shall be, where we may decide that. Default: the old file's owner, else the folder's. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  readonly fs?: WriteFs | undefined;
}

/** The real file system. */
export const nodeFs: WriteFs = { open, rename, unlink, link };
const newFileMode = 0o600;
/** Some file systems cannot sync a folder; what was written is then as safe as it gets. */
const unsupported = new Set(["EINVAL", "ENOTSUP", "EPERM", "EACCES", "EISDIR", "EBADF"]);
/** What a disk says that has no hard links, or none to a file on another disk or of another user. */
const noSecondNames = new Set(["EPERM", "ENOTSUP", "ENOSYS", "EMLINK", "EXDEV", "EACCES"]);

/** A name beside a file that only its own writing uses, see {@link removeStaleTemps}. */
function tempName(file: string): string {
  const { prefix, suffix } = tempPattern(file);
  return join(dirname(file), `${prefix}${randomBytes(6).toString("hex")}${suffix}`);
}

function tempPattern(file: string): { prefix: string; suffix: string } {
  return { prefix: `.${basename(file)}.`, suffix: ".tmp" };
}

/**
 * Where the symbolic link `file` points, if it is one. Its target may be missing: then the disk it is
 * on is not mounted, rather than that there is no such file.
 */
export async function linkTarget(file: string): Promise<string | undefined> {
  try {
    return (await lstat(file)).isSymbolicLink() ? await readlink(file) : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Behind a symbolic link the file it points to is replaced, not the link. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    const target = await linkTarget(file);
    if (target === undefined) return file;
    throw new FileError(
      `Cannot write ${file}: it is a link to ${target}, which is not there; is a disk not mounted?`,
      { code: "ENOENT", cause: error },
    );
  }
}

async function statIfThere(file: string) {
  try {
    return await stat(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function syncFolder(folder: string, fs: WriteFs): Promise<void> {
  try {
    const handle = await fs.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!unsupported.has(codeOf(error) ?? "")) throw error;
  }
}

async function keepOwner(handle: WriteHandle, owner: WriteOptions["owner"]): Promise<void> {
  if (owner === undefined) return;
  const now = await handle.stat();
  if (now.uid === owner.uid && now.gid === owner.gid) return;
  try {
    await handle.chown(owner.uid, owner.gid);
  } catch {
    // Only root may give files away.
  }
}

async function replace(file: string, text: string, options: WriteOptions): Promise<void> {
  const fs = options.fs ?? nodeFs;
  const old = await statIfThere(file);
  const mode = options.mode ?? (old === undefined ? newFileMode : old.mode & 0o777);
  const temp = tempName(file);
  const handle = await fs.open(temp, "wx", newFileMode);
  try {
    try {
      await handle.writeFile(text);
      await keepOwner(handle, old ?? options.owner ?? (await stat(dirname(file))));
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temp, file);
  } catch (error) {
    await fs.unlink(temp).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(file), fs);
}

/**
 * Replaces a file as a whole: whoever reads it, even after a power cut, finds the old text or the
 * new one.
 * @throws FileError when that fails; the old file is then still there, unless only the last step,
 * making the new name last, went wrong.
 */
export async function writeAtomically(
  file: string,
  text: string,
  options: WriteOptions = {},
): Promise<void> {
  try {
    await replace(await targetOf(file), text, options);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw toFileError(`Cannot write ${file}`, error);
  }
}

/**
 * Makes `copy` a second name of what `file` is now: nothing is written, and replacing `file` leaves it
 * as it is. Does nothing where there is no file, or where the disk has no such names.
 * @throws FileError when there is no room even for that.
 */
export async function keepAs(copy: string, file: string, fs: WriteFs = nodeFs): Promise<void> {
  const temp = tempName(copy);
  try {
    const [now, kept] = [await statIfThere(file), await statIfThere(copy)];
    // Renaming one name of a file to another name of it does nothing, and would leave both.
    if (now === undefined || (kept?.ino === now.ino && kept.dev === now.dev)) return;
    await fs.link(await realpath(file), temp);
  } catch (error) {
    if (noSecondNames.has(codeOf(error) ?? "")) return;
    throw toFileError(`Cannot keep a copy of ${file}`, error);
  }
  try {
    await fs.rename(temp, copy);
  } catch (error) {
    await fs.unlink(temp).catch(() => undefined);
    throw toFileError(`Cannot keep a copy of ${file}`, error);
  }
}

/**
 * Deletes what writes of this file left behind when they were killed. Does nothing where that is
 * not possible: such files are harmless.
 */
export async function removeStaleTemps(file: string, olderThanMs = 0): Promise<void> {
  try {
    const target = await targetOf(file);
    const { prefix, suffix } = tempPattern(target);
    for (const name of await readdir(dirname(target))) {
      const random = name.slice(prefix.length, -suffix.length);
      if (name !== `${prefix}${random}${suffix}` || !/^[0-9a-f]{12}$/u.test(random)) continue;
      const temp = join(dirname(target), name);
      const isOld = olderThanMs === 0 || (await stat(temp)).mtimeMs < Date.now() - olderThanMs;
      if (isOld) await unlink(temp);
    }
  } catch {
    // See above.
  }
}
