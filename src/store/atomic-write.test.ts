import {
  chmod,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { removeStaleTemps, type WriteFs, writeAtomically } from "./atomic-write.js";
import { FileError } from "./file-error.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-write-"));
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
  file = join(folder, "state.json5");
});
afterAll(() => rm(root, { recursive: true }));

const systemError = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });
const handleSteps = new Set<string | symbol>(["writeFile", "chmod", "sync"]);

/**
 * The real file system until step `deadline`. There it fails; `killed` means that every step after
 * it fails too, as after a `kill -9` or a power cut. A write that fails leaves half of its text.
 */
function failingFs(deadline: number, killed: boolean, code = "EIO") {
  let steps = 0;
  const step = async (fail: () => Promise<unknown> = async () => undefined) => {
    steps += 1;
    if (steps === deadline) await fail();
    if (steps === deadline || (killed && steps > deadline)) throw systemError(code);
  };
  const wrap = (handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== "function") return member;
        return async (...args: readonly unknown[]) => {
          if (key === "close") {
            await target.close();
            await step();
            return;
          }
          if (handleSteps.has(key)) {
            await step(async () => {
              if (key === "writeFile") await target.writeFile(String(args[0]).slice(0, 3));
            });
          }
          return await Reflect.apply(member, target, args);
        };
      },
    });
  const fs: WriteFs = {
    open: async (path, flags, mode) => {
      await step();
      return wrap(await open(path, flags, mode));
    },
    rename: async (from, to) => {
      await step();
      await rename(from, to);
    },
    unlink: async (path) => {
      await step();
      await unlink(path);
    },
  };
  return { fs, steps: () => steps };
}

async function countSteps(): Promise<number> {
  const counting = failingFs(-1, false);
  await writeAtomically(file, "new text", { fs: counting.fs });
  return counting.steps();
}

describe("writeAtomically", () => {
  it("keeps the old text or has the new one, whichever step fails or is the last", async () => {
    const stepCount = await countSteps();
    expect(stepCount).toBeGreaterThanOrEqual(7);
    for (const killed of [false, true]) {
      for (let deadline = 1; deadline <= stepCount; deadline += 1) {
        await writeFile(file, "old text");
        const { fs } = failingFs(deadline, killed);
        await expect(writeAtomically(file, "new text", { fs })).rejects.toThrow(FileError);
        expect(["old text", "new text"]).toContain(await readFile(file, "utf8"));
        await removeStaleTemps(file);
        expect(await readdir(folder)).toEqual(["state.json5"]);
      }
    }
  });

  it("leaves nothing behind when a step fails and the program goes on", async () => {
    const stepCount = await countSteps();
    for (let deadline = 1; deadline <= stepCount - 2; deadline += 1) {
      const { fs } = failingFs(deadline, false, "ENOSPC");
      await expect(writeAtomically(file, "x", { fs })).rejects.toThrow("the disk is full");
      expect(await readdir(folder)).toEqual(["state.json5"]);
    }
  });

  it("is content where a folder cannot be synced", async () => {
    const stepCount = await countSteps();
    const { fs } = failingFs(stepCount, false, "EINVAL");
    await writeAtomically(file, "newer text", { fs });
    expect(await readFile(file, "utf8")).toBe("newer text");
  });

  it("makes private files and keeps the mode of old ones, whatever the umask", async () => {
    await writeAtomically(file, "1");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await chmod(file, 0o664);
    await writeAtomically(file, "2");
    expect((await stat(file)).mode & 0o777).toBe(0o664);
    await writeAtomically(file, "3", { mode: 0o600 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("replaces the file behind a symbolic link", async () => {
    await mkdir(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere", "real.json");
    await writeFile(target, "old");
    await symlink(target, file);
    await writeAtomically(file, "new");
    expect(await readFile(target, "utf8")).toBe("new");
    expect(await readFile(file, "utf8")).toBe("new");
  });

  it("says in a sentence what is wrong", async () => {
    await expect(writeAtomically(join(folder, "gone", "x.json5"), "")).rejects.toThrow(
      `Cannot write ${join(folder, "gone", "x.json5")}: it, or the folder it is in, does not exist (ENOENT).`,
    );
    for (const [code, sentence] of [
      ["EROFS", "the file system is read-only"],
      ["EACCES", "permission is denied"],
      ["ENOSPC", "the disk is full"],
    ] as const) {
      const { fs } = failingFs(1, false, code);
      await expect(writeAtomically(file, "", { fs })).rejects.toThrow(sentence);
    }
  });
});

describe("removeStaleTemps", () => {
  it("takes its own leavings only, and only old ones", async () => {
    const keep = [".other.json5.0123456789ab.tmp", ".state.json5.tmp", ".state.json5.notes.tmp"];
    for (const name of [...keep, ".state.json5.0123456789ab.tmp"]) {
      await writeFile(join(folder, name), "");
    }
    await removeStaleTemps(file, 60_000);
    expect(await readdir(folder)).toHaveLength(4);
    await removeStaleTemps(file);
    expect((await readdir(folder)).sort()).toEqual(keep.sort());
  });

  it("does not mind a folder that is gone", async () => {
    await removeStaleTemps(join(folder, "gone", "x"));
  });
});
