import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { FaultyFs } from "../testing/faulty-fs.js";
import { removeStaleTemps, writeAtomically } from "./atomic-write.js";
import { FileError } from "./file-error.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-write-"));
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
  file = join(folder, "state.json5");
});
afterAll(() => rm(root, { recursive: true }));

async function countSteps(): Promise<number> {
  const counting = new FaultyFs();
  await writeAtomically(file, "new text", { fs: counting });
  return counting.steps.length;
}

describe("writeAtomically", () => {
  it("keeps the old text or has the new one, whichever step fails or is the last", async () => {
    const stepCount = await countSteps();
    expect(stepCount).toBeGreaterThanOrEqual(7);
    for (let step = 1; step <= stepCount; step += 1) {
      await writeFile(file, "old text");
      const failing = writeAtomically(file, "new text", { fs: FaultyFs.failingAt(step) });
      await expect(failing).rejects.toThrow(FileError);
      expect(["old text", "new text"]).toContain(await readFile(file, "utf8"));
      expect(await readdir(folder)).toEqual(["state.json5"]);

      await writeFile(file, "old text");
      const fs = FaultyFs.killedAfter(step - 1);
      await Promise.race([writeAtomically(file, "new text", { fs }), fs.died]);
      expect(["old text", "new text"]).toContain(await readFile(file, "utf8"));
      await removeStaleTemps(file);
      expect(await readdir(folder)).toEqual(["state.json5"]);
    }
  });

  it("leaves nothing behind when a step fails and the program goes on", async () => {
    const stepCount = await countSteps();
    for (let step = 1; step <= stepCount - 3; step += 1) {
      const fs = FaultyFs.failingAt(step, "ENOSPC");
      await expect(writeAtomically(file, "x", { fs })).rejects.toThrow("the disk is full");
      expect(await readdir(folder)).toEqual(["state.json5"]);
    }
  });

  it("is content where a folder cannot be synced", async () => {
    const fs = FaultyFs.failingAt((await countSteps()) - 1, "EINVAL");
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

  it("puts no file where a link points to a disk that is away", async () => {
    await symlink(join(folder, "away", "real.json"), file);
    await expect(writeAtomically(file, "new")).rejects.toThrow(
      `it is a link to ${join(folder, "away", "real.json")}, which is not there`,
    );
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect(await readdir(folder)).toEqual(["state.json5"]);
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
      const fs = FaultyFs.failingAt(1, code);
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
