/** A file system for tests of writing: it counts its steps, and fails or dies at any of them. */
import {
  type FileHandle,
  link,
  open,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from "node:fs/promises";
import type { WriteFs, WriteHandle } from "../store/atomic-write.js";

/** What becomes of a step. */
export type Fate =
  | "done"
  /** Never begun, nor is anything after it: the process is gone. Nobody hears of it again. */
  | "dead"
  /** Fails with this code of the operating system; a write leaves half of its text behind. */
  | { readonly code: string };

/** One call that changes something, or makes a change last. */
export type Step =
  | "open"
  | "write"
  | "chown"
  | "chmod"
  | "sync"
  | "close"
  | "rename"
  | "unlink"
  | "link";

/** An error as the operating system gives it. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code });
}

/**
 * Real files, real calls, save that nothing is really synced: what that is worth is for
 * {@link FaultyFs.cutPower} to say. `fate` is asked before each step, with its number from 1.
 */
export class FaultyFs implements WriteFs {
  /** What was asked for, in order. */
  readonly steps: Step[] = [];
  /** Resolves when a step met its {@link Fate} "dead". */
  readonly died: Promise<void>;
  #die: () => void = () => undefined;
  readonly #fate: (number: number, step: Step) => Fate;
  readonly #open = new Set<FileHandle>();
  /** Files of which a power cut would take what stands behind so many bytes. */
  readonly #unsynced = new Map<string, number>();
  /** What a power cut could undo, newest last: names that were changed since their folder was synced. */
  #undo: (() => Promise<void>)[] = [];

  constructor(fate: (number: number, step: Step) => Fate = () => "done") {
    this.#fate = fate;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  /** Lives for so many steps, and not one more. */
  static killedAfter(stepCount: number): FaultyFs {
    return new FaultyFs((number) => (number > stepCount ? "dead" : "done"));
  }

  /** Fails in one step, and goes on. */
  static failingAt(step: number, code = "EIO"): FaultyFs {
    return new FaultyFs((number) => (number === step ? { code } : "done"));
  }

  async #step<T>(
    step: Step,
    act: () => Promise<T>,
    fail: () => Promise<unknown> = async () => undefined,
  ): Promise<T> {
    const fate = this.#fate(this.steps.push(step), step);
    if (fate === "done") return await act();
    if (fate === "dead") {
      this.#die();
      for (const handle of this.#open) void handle.close();
      this.#open.clear();
      return await new Promise<never>(() => undefined);
    }
    await fail();
    throw systemError(fate.code);
  }

  readonly open = (path: string, flags: string | number, mode?: number): Promise<WriteHandle> =>
    this.#step("open", async () => {
      const handle = await open(path, flags, mode);
      this.#open.add(handle);
      const close = async () => {
        this.#open.delete(handle);
        await handle.close();
      };
      const found = await handle.stat();
      const isFolder = found.isDirectory();
      if (!isFolder && !this.#unsynced.has(path)) this.#unsynced.set(path, found.size);
      const sync = async () => {
        if (isFolder) this.#undo = [];
        else this.#unsynced.delete(path);
      };
      return {
        stat: () => handle.stat(),
        writeFile: (text) =>
          this.#step(
            "write",
            () => handle.writeFile(text),
            () => handle.writeFile(text.slice(0, text.length / 2)),
          ),
        chown: (uid, gid) => this.#step("chown", () => handle.chown(uid, gid)),
        chmod: (bits) => this.#step("chmod", () => handle.chmod(bits)),
        sync: () => this.#step("sync", sync),
        datasync: () => this.#step("sync", sync),
        close: () => this.#step("close", close, close),
      };
    });

  readonly rename = (from: string, to: string): Promise<void> =>
    this.#step("rename", async () => {
      const replaced = await snapshot(to);
      await rename(from, to);
      this.#rename(from, to);
      this.#undo.push(async () => {
        await rename(to, from);
        this.#rename(to, from);
        await replaced?.();
      });
    });

  #rename(from: string, to: string): void {
    const length = this.#unsynced.get(from);
    this.#unsynced.delete(from);
    if (length === undefined) this.#unsynced.delete(to);
    else this.#unsynced.set(to, length);
  }

  readonly unlink = (path: string): Promise<void> =>
    this.#step("unlink", async () => {
      const gone = await snapshot(path);
      await unlink(path);
      if (gone !== undefined) this.#undo.push(gone);
    });

  readonly link = (from: string, to: string): Promise<void> =>
    this.#step("link", async () => {
      await link(from, to);
      this.#undo.push(() => rm(to));
    });

  /**
   * The power fails, after the process is dead. A disk may have kept the names and not the texts (as
   * ext4 did for years), or neither.
   */
  async cutPower(kept: "names" | "nothing"): Promise<void> {
    if (kept === "nothing") {
      for (const undo of this.#undo.toReversed()) await undo();
    }
    for (const [path, length] of this.#unsynced) {
      await truncate(path, length).catch(() => undefined);
    }
  }
}

/** Remembers a file; the function makes it anew. */
async function snapshot(path: string): Promise<(() => Promise<void>) | undefined> {
  try {
    const { mode } = await stat(path);
    const bytes = await readFile(path);
    return () => writeFile(path, bytes, { mode });
  } catch {
    return undefined;
  }
}
