import { randomBytes } from "node:crypto";
import { link, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { codeOf, FileError, toFileError } from "./file-error.js";
import { createProcesses, type Processes } from "./processes.js";

export interface LockOptions {
  /** Who wants the lock: our own process. */
  readonly pid: number;
  readonly processes?: Processes | undefined;
}

/** Another process holds the lock. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  readonly pid: number | undefined;

  constructor(file: string, pid: number | undefined) {
    super(
      pid === undefined
        ? `Another fedigroups is just starting with the same groups (${file}). Try again in a minute.`
        : `Process ${pid} already runs these groups, says ${file}. Stop it first, or give this one a groups folder of its own.`,
    );
    this.pid = pid;
  }
}

const ticketSchema = v.object({
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  startedAt: v.optional(v.string()),
  bootId: v.optional(v.string()),
  /** Makes each ticket unlike every other. */
  nonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/u)),
});

type Ticket = v.InferOutput<typeof ticketSchema>;

const lockName = ".fedigroups.lock";

/** A lock file is written at once where the disk has hard links; elsewhere it may be seen half-written. */
const halfWrittenMs = 10_000;
const maxTries = 50;

async function unlinkIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** @returns the ticket, `undefined` when there is no such file. */
async function readTicket(file: string): Promise<Ticket | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ticketSchema), text);
  if (parsed.success) return parsed.output;
  const { ino, mtimeMs } = await stat(file);
  if (Date.now() - mtimeMs < halfWrittenMs) throw new LockedError(file, undefined);
  // Rubbish that nobody is writing any more: the ticket of nobody.
  return {
    pid: 0,
    nonce: `${Math.trunc(ino + mtimeMs).toString(16)}`.padStart(16, "0").slice(-16),
  };
}

/** Makes `file` with the content of `source`, unless there is one; says whether it did. */
async function claim(source: string, file: string): Promise<boolean> {
  try {
    await link(source, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "ENOSYS", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
  }
  try {
    await writeFile(file, await readFile(source), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * One attempt. A dead holder's lock is not deleted and made anew, for two that find it dead at once
 * would each delete the other's. Instead the right to succeed the ticket `n` is a file that names
 * `n` and can be made only once; whoever makes it puts its own ticket in the lock's place. A
 * successor that died before it did so is succeeded in the same manner.
 */
async function tryOnce(
  lock: string,
  source: string,
  processes: Processes,
): Promise<"ours" | "again"> {
  if (await claim(source, lock)) return "ours";
  const first = await readTicket(lock);
  if (first === undefined) return "again";
  const chain: string[] = [];
  let holder = first;
  for (;;) {
    if (holder.pid > 0 && (await processes.isRunning(holder))) {
      throw new LockedError(lock, holder.pid);
    }
    const succession = `${lock}.${holder.nonce}`;
    chain.push(succession);
    if (await claim(source, succession)) {
      // Had the lock changed hands before we claimed, the claim would be worth nothing.
      if ((await readTicket(lock))?.nonce !== first.nonce) {
        await unlinkIfThere(succession);
        return "again";
      }
      await rename(source, lock);
      for (const file of chain) await unlinkIfThere(file);
      return "ours";
    }
    const next = await readTicket(succession);
    if (next === undefined) return "again";
    holder = next;
  }
}

/**
 * The process that runs the groups of a folder, if one does; nothing is written.
 * @throws FileError when the lock cannot be read
 */
export async function lockHolder(
  folder: string,
  processes: Processes = createProcesses(),
): Promise<number | undefined> {
  const lock = join(folder, lockName);
  try {
    const ticket = await readTicket(lock);
    const isHeld = ticket !== undefined && ticket.pid > 0 && (await processes.isRunning(ticket));
    return isHeld ? ticket.pid : undefined;
  } catch (error) {
    if (error instanceof LockedError) return undefined;
    throw toFileError(`Cannot read the lock file ${lock}`, error);
  }
}

/**
 * Makes this process the only one that runs the groups of a folder. The lock of a process that is
 * gone is taken over.
 * @returns a function that gives the lock back; calling it twice does no harm.
 * @throws LockedError when another process has it, FileError when the folder cannot be written.
 */
export async function acquireLock(
  folder: string,
  { pid, processes = createProcesses() }: LockOptions,
): Promise<() => Promise<void>> {
  const lock = join(folder, lockName);
  const nonce = randomBytes(8).toString("hex");
  const source = `${lock}.${nonce}.new`;
  const ticket: Ticket = { ...(await processes.identify(pid)), nonce };
  try {
    await writeFile(source, `${JSON.stringify(ticket)}\n`, { flag: "wx", mode: 0o600 });
    try {
      let outcome = await tryOnce(lock, source, processes);
      for (let tries = 1; outcome === "again" && tries < maxTries; tries += 1) {
        outcome = await tryOnce(lock, source, processes);
      }
      if (outcome === "again") throw new LockedError(lock, undefined);
    } finally {
      await unlinkIfThere(source);
    }
  } catch (error) {
    if (error instanceof LockedError || error instanceof FileError) throw error;
    throw toFileError(`Cannot make the lock file ${lock}`, error);
  }
  return async () => {
    if ((await readTicket(lock).catch(() => undefined))?.nonce === nonce) await unlinkIfThere(lock);
  };
}
