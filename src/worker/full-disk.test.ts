/** A group whose disk takes nothing more, and what is told and done until it does again. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realTime } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { WriteFs } from "../store/atomic-write.js";
import { createFileStore } from "../store/file-store.js";
import { aControl, aMention, groupAddress, host } from "../testing/builders.js";
import { FaultyFs } from "../testing/faulty-fs.js";
import { GroupBench, ranBefore } from "../testing/group-bench.js";
import { until } from "../testing/until.js";

const run = promisify(execFile);
const root = await mkdtemp(join(tmpdir(), "fedigroups-full-"));
afterAll(() => rm(root, { recursive: true }));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
});

const control = aControl({ admins: ["ann@far.example"], members: ["ann@far.example"] });
const toGroup = (id: string, text: string) => aMention({ id, text: `@${groupAddress} ${text}` });
const open = (where: string, fs?: WriteFs) =>
  createFileStore(where, { localHost: host("host.example"), fs, landmark: "config" });

async function begin(where: string, fs?: WriteFs): Promise<GroupBench> {
  await writeFile(join(where, "config.json5"), "{}");
  await open(where).writeControl(control);
  await open(where).writeState(ranBefore);
  const bench = new GroupBench({ files: open(where, fs) });
  await bench.start();
  await until(() => bench.gateway.openSockets > 0);
  return bench;
}

const toldOfFiles = (bench: GroupBench) =>
  bench.logged.filter(({ msg }) => /^(?:cannot write )?the group's files/iu.test(String(msg)));

/** A share, a command that has to wait, what is behind it; then there is room again. */
async function play(
  bench: GroupBench,
  { where, reason, mend }: { where: string; reason: string; mend: () => Promise<unknown> },
) {
  const { gateway, clock } = bench;
  gateway.happen(toGroup("1", "A duck"));
  await until(() => gateway.boosts.length === 1);
  gateway.happen(toGroup("2", "/add #ducks /ban bad@bad.example"));
  gateway.happen(toGroup("3", "Another duck"));
  await until(() => toldOfFiles(bench).length === 1);
  for (let tries = 0; tries < 5; tries++) {
    const { length } = clock.delays;
    await clock.advance(5000);
    await until(() => clock.delays.length > length);
  }
  expect(toldOfFiles(bench)).toMatchObject([
    { level: 50, err: { message: expect.stringContaining(reason) } },
  ]);
  expect(gateway.posts).toEqual([]);
  expect(gateway.boosts).toEqual(["1"]);
  expect(bench.told().waits.map((wait) => wait.for)).toEqual(["files"]);

  await mend();
  await until(async () => {
    await clock.advance(5000);
    return gateway.boosts.length === 2;
  });
  expect(gateway.posts).toHaveLength(1);
  expect(toldOfFiles(bench)).toMatchObject([
    { level: 50 },
    { level: 30, msg: "The group's files can be written again." },
  ]);
  expect(bench.told().waits).toEqual([]);
  expect(await bench.stop()).toBe("shutdown");
  const { bannedUsers, groupTags } = await open(where).readControl();
  expect([[...bannedUsers], [...groupTags]]).toEqual([["bad@bad.example"], ["ducks"]]);
  const state = await open(where).readState();
  expect(state?.pending).toEqual([]);
  expect(state?.shared.map(({ status }) => status)).toEqual(["1", "3"]);
  expect((await readdir(where)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
}

describe("a group whose files cannot be written", () => {
  it("waits on a disk that is really full, and loses and doubles nothing", async (context) => {
    try {
      await run("mount", ["-t", "tmpfs", "-o", "size=64k", "fedigroups-test", folder]);
    } catch (error) {
      context.skip(`This user cannot mount a small disk here: ${String(error)}`);
    }
    try {
      const bench = await begin(folder);
      const filler = join(folder, "filler");
      await writeFile(filler, Buffer.alloc(1 << 20)).catch(() => undefined);
      await play(bench, { where: folder, reason: "the disk is full", mend: () => rm(filler) });
    } finally {
      await run("umount", [folder]);
    }
  });

  it("waits on a disk that is mounted read-only", async (context) => {
    try {
      await run("mount", ["-t", "tmpfs", "-o", "size=1m", "fedigroups-test", folder]);
    } catch (error) {
      context.skip(`This user cannot mount a small disk here: ${String(error)}`);
    }
    try {
      const bench = await begin(folder);
      await run("mount", ["-o", "remount,ro", folder]);
      const mend = () => run("mount", ["-o", "remount,rw", folder]);
      await play(bench, { where: folder, reason: "the file system is read-only", mend });
    } finally {
      await run("umount", [folder]);
    }
  });

  it.each([
    ["ENOSPC", "write", "the disk is full"],
    ["EDQUOT", "write", "the disk quota is used up"],
    ["EIO", "sync", "the disk reports an error"],
    ["EIO", "rename", "the disk reports an error"],
    ["EROFS", "open", "the file system is read-only"],
    ["EACCES", "open", "permission is denied"],
    ["EMFILE", "open", "too many files are open"],
  ] as const)("waits while it is answered %s to %s", async (code, failing, reason) => {
    let isBroken = false;
    const fs = new FaultyFs((_, step) => (isBroken && step === failing ? { code } : "done"));
    const bench = await begin(folder, fs);
    isBroken = true;
    const mend = async () => {
      isBroken = false;
    };
    await play(bench, { where: folder, reason, mend });
  });

  it("waits while its folder is away, and does not make another one", async () => {
    const bench = await begin(folder);
    const away = `${folder}-away`;
    await rename(folder, away);
    // An empty mount point is no folder of the group's.
    await mkdir(folder);
    await play(bench, {
      where: folder,
      reason: "has lost its config.json5, so nothing is written there",
      mend: async () => {
        expect(await readdir(folder)).toEqual([]);
        await rm(folder, { recursive: true });
        await rename(away, folder);
      },
    });
  });

  it("waits while somebody's slip of the pen is in the control, and writes nothing over it", async () => {
    const bench = await begin(folder);
    const file = join(folder, "control.json5");
    await writeFile(file, '{"admin_users": ["ann@far.example"] "member_users": []}');
    const good = '{"admin_users": ["ann@far.example"], "member_users": ["ann@far.example"]}';
    await play(bench, {
      where: folder,
      reason: "This is not valid JSON5",
      mend: () => writeFile(file, good),
    });
  });

  it("says so when it is stopped meanwhile, and does what waited at the next start", async () => {
    let isFull = false;
    const full = () => (isFull ? ({ code: "ENOSPC" } as const) : "done");
    const bench = await begin(folder, new FaultyFs(full));
    isFull = true;
    bench.gateway.happen(toGroup("1", "/add #ducks"));
    await until(() => toldOfFiles(bench).length === 1);
    expect(await bench.stop()).toBe("shutdown");
    expect(bench.messages()).toContainEqual(
      expect.stringContaining("Stopped, and could not write the group's files"),
    );
    expect(bench.gateway.posts).toEqual([]);
    await using next = new GroupBench({ files: open(folder), gateway: bench.gateway });
    await next.start();
    await until(async () => {
      await next.clock.advance(1000);
      return bench.gateway.posts.length > 0;
    });
    await next.stop();
    expect(bench.gateway.posts).toHaveLength(1);
    expect([...(await open(folder).readControl()).groupTags]).toEqual(["ducks"]);
  });

  it("writes nothing more once it was stopped at its first start: another run may have begun", async () => {
    let isFull = true;
    const fs = new FaultyFs(() => (isFull ? { code: "ENOSPC" } : "done"));
    await writeFile(join(folder, "config.json5"), "{}");
    const bench = new GroupBench({ files: open(folder, fs) });
    await bench.start();
    await until(() => toldOfFiles(bench).length === 1);
    expect(await bench.stop()).toBe("shutdown");
    isFull = false;
    const { length } = fs.steps;
    for (let tries = 0; tries < 5; tries++) {
      await bench.clock.advance(5000);
      await realTime(10);
    }
    expect(fs.steps.slice(length)).toEqual([]);
    expect(bench.clock.sleeping).toBe(0);
  });
});
