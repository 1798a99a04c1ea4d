import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "vite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FileError } from "./file-error.js";
import { acquireLock, LockedError } from "./lock.js";
import { createProcesses, type Processes, type ProcessIdentity } from "./processes.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-lock-"));
let folder: string;
const lockName = ".fedigroups.lock";

beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
});
afterAll(() => rm(root, { recursive: true }));

/** Processes that run until they are told not to. */
function fakeProcesses(dead: Set<number>): Processes {
  return {
    identify: async (pid) => ({ pid, startedAt: `${pid}`, bootId: "boot" }),
    isRunning: async ({ pid }: ProcessIdentity) => !dead.has(pid),
  };
}

describe("acquireLock", () => {
  it("lets one in, and the next when that one has gone", async () => {
    const processes = fakeProcesses(new Set());
    const release = await acquireLock(folder, { pid: 1, processes });
    const refusal = await acquireLock(folder, { pid: 2, processes }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(LockedError);
    expect(refusal).toMatchObject({
      pid: 1,
      message: expect.stringContaining("Process 1 already runs"),
    });
    await release();
    await release();
    expect(await readdir(folder)).toEqual([]);
    await acquireLock(folder, { pid: 2, processes });
    expect(await readdir(folder)).toEqual([lockName]);
  });

  it("takes over from the dead, and the dead cannot give back what is no longer theirs", async () => {
    const dead = new Set<number>();
    const processes = fakeProcesses(dead);
    const release = await acquireLock(folder, { pid: 1, processes });
    dead.add(1);
    await acquireLock(folder, { pid: 2, processes });
    await release();
    await expect(acquireLock(folder, { pid: 3, processes })).rejects.toThrow("Process 2");
    expect(await readdir(folder)).toEqual([lockName]);
  });

  it("lets exactly one of many take over, again and again", async () => {
    const dead = new Set<number>();
    const processes = fakeProcesses(dead);
    let pid = 0;
    for (let round = 0; round < 30; round += 1) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, async () => {
          pid += 1;
          const own = pid;
          await acquireLock(folder, { pid: own, processes });
          return own;
        }),
      );
      const winners = outcomes.flatMap((outcome) =>
        outcome.status === "fulfilled" ? [outcome.value] : [],
      );
      expect(winners).toHaveLength(1);
      for (const winner of winners) dead.add(winner);
    }
    expect(await readdir(folder)).toEqual([lockName]);
  });

  it("succeeds a successor that was killed halfway", async () => {
    const ticket = (pid: number, nonce: string) => JSON.stringify({ pid, startedAt: "1", nonce });
    await writeFile(join(folder, lockName), ticket(1, "a".repeat(16)));
    await writeFile(join(folder, `${lockName}.${"a".repeat(16)}`), ticket(2, "b".repeat(16)));
    const dead = new Set([1]);
    await expect(acquireLock(folder, { pid: 3, processes: fakeProcesses(dead) })).rejects.toThrow(
      "Process 2",
    );
    dead.add(2);
    await acquireLock(folder, { pid: 3, processes: fakeProcesses(dead) });
    expect(await readdir(folder)).toEqual([lockName]);
    expect(await readFile(join(folder, lockName), "utf8")).toContain('"pid":3');
  });

  it.each(["", "7", '{"pid": -1}', '{"pid"'])(
    "takes over an old lock file with %j",
    async (text) => {
      const file = join(folder, lockName);
      await writeFile(file, text);
      const processes = fakeProcesses(new Set());
      await expect(acquireLock(folder, { pid: 1, processes })).rejects.toThrow("just starting");
      await utimes(file, 1, 1);
      await acquireLock(folder, { pid: 1, processes });
      expect(await readFile(file, "utf8")).toContain('"pid":1');
    },
  );

  it("says what is wrong with the folder", async () => {
    await expect(acquireLock(join(folder, "none"), { pid: 1 })).rejects.toThrow(FileError);
    await writeFile(join(folder, "file"), "");
    await expect(acquireLock(join(folder, "file"), { pid: 1 })).rejects.toThrow(
      "a part of the path is a file",
    );
  });
});

describe("createProcesses", () => {
  const alive = () => true;
  const stat = (name: string, state: string, startedAt: number) =>
    `42 (${name}) ${state} ${"0 ".repeat(18)}${startedAt} 0 0`;

  async function fakeProc(text: string) {
    const proc = await mkdtemp(join(folder, "proc"));
    await mkdir(join(proc, "42"));
    await writeFile(join(proc, "42", "stat"), text);
    return proc;
  }

  it("tells a pid that was given out again", async () => {
    const processes = createProcesses(await fakeProc(stat("node) R 1 (", "S", 777)), alive);
    expect(await processes.identify(42)).toMatchObject({ pid: 42, startedAt: "777" });
    expect(await processes.isRunning({ pid: 42, startedAt: "777" })).toBe(true);
    expect(await processes.isRunning({ pid: 42, startedAt: "778" })).toBe(false);
  });

  it("takes a zombie for dead", async () => {
    const processes = createProcesses(await fakeProc(stat("node", "Z", 777)), alive);
    expect(await processes.isRunning({ pid: 42, startedAt: "777" })).toBe(false);
  });

  it("works where there is no /proc", async () => {
    const processes = createProcesses(join(folder, "none"), (pid) => pid === 42);
    expect(await processes.identify(42)).toEqual({ pid: 42 });
    expect(await processes.isRunning({ pid: 42 })).toBe(true);
    expect(await processes.isRunning({ pid: 43 })).toBe(false);
  });

  it("takes everything from before a restart of the machine for dead", async () => {
    const proc = await fakeProc(stat("node", "S", 777));
    await mkdir(join(proc, "sys", "kernel", "random"), { recursive: true });
    await writeFile(join(proc, "sys", "kernel", "random", "boot_id"), "today\n");
    const processes = createProcesses(proc, alive);
    expect(await processes.isRunning({ pid: 42, startedAt: "777", bootId: "today" })).toBe(true);
    expect(await processes.isRunning({ pid: 42, startedAt: "777", bootId: "before" })).toBe(false);
  });

  it("knows this process, and that nobody has an impossible number", async () => {
    const processes = createProcesses();
    expect(await processes.isRunning(await processes.identify(process.pid))).toBe(true);
    expect(await processes.isRunning({ pid: 2 ** 30 })).toBe(false);
  });
});

describe("real processes", () => {
  let script: string;

  beforeAll(async () => {
    const outDir = join(root, "built");
    await build({
      configFile: false,
      logLevel: "silent",
      ssr: { noExternal: true },
      build: { ssr: join(import.meta.dirname, "lock.ts"), outDir, emptyOutDir: false },
    });
    script = join(root, "hold.mjs");
    await writeFile(
      script,
      `import { acquireLock } from "./built/lock.js";
      try {
        await acquireLock(process.argv[2], { pid: process.pid });
        console.log("held");
        setInterval(() => {}, 1000);
      } catch (error) {
        console.log(error.name);
      }`,
    );
  });

  async function start(): Promise<{ child: ChildProcess; said: string }> {
    const child = spawn(process.execPath, [script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const said of createInterface({ input: child.stdout })) return { child, said };
    throw new Error("The process said nothing.");
  }

  it("lets one of several in, and one more after kill -9", async () => {
    for (let round = 0; round < 2; round += 1) {
      const all = await Promise.all(Array.from({ length: 4 }, start));
      expect(all.map(({ said }) => said).sort()).toEqual([
        "LockedError",
        "LockedError",
        "LockedError",
        "held",
      ]);
      for (const { child, said } of all) {
        if (said !== "held") continue;
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
      }
    }
  });
});
