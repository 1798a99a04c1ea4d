import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, type SandboxHost, startSandbox } from "../sandbox/index.js";
import { until } from "../testing/until.js";
import { readVersion } from "./version.js";

const project = fileURLToPath(new URL("../../", import.meta.url));
let install: string;
let folder: string;
let sandbox: Sandbox;
let host: SandboxHost;
let children: Daemon[];

/** The program is built where nothing else can see it, so that `dist/` may be anything meanwhile. */
beforeAll(async () => {
  install = await mkdtemp(join(tmpdir(), "fedigroups-install-"));
  for (const name of ["node_modules", "package.json", "locales"]) {
    await symlink(join(project, name), join(install, name));
  }
  const tsc = join(project, "node_modules", "typescript", "bin", "tsc");
  const options = ["-p", join(project, "src"), "--noCheck", "--outDir", join(install, "dist")];
  await promisify(execFile)(process.execPath, [tsc, ...options]);
}, 60_000);
afterAll(() => rm(install, { recursive: true }));

beforeEach(async () => {
  sandbox = await startSandbox();
  host = sandbox.host("sandbox.test");
  for (const username of ["alice", "ducks"]) host.addUser({ username });
  folder = await mkdtemp(join(tmpdir(), "fedigroups-process-"));
  children = [];
});
afterEach(async () => {
  for (const { child } of children) child.kill("SIGKILL");
  await sandbox.close();
  await rm(folder, { recursive: true });
});

class Daemon {
  readonly child;
  out = "";
  err = "";

  constructor(argv: readonly string[]) {
    this.child = spawn(process.execPath, [join(install, "dist", "main.js"), ...argv], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout.on("data", (chunk) => {
      this.out += String(chunk);
    });
    this.child.stderr.on("data", (chunk) => {
      this.err += String(chunk);
    });
  }

  /** `[exit code, signal]` */
  async end(): Promise<readonly unknown[]> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return [exitCode, signalCode];
    return await once(this.child, "close");
  }
}

function start(...argv: readonly string[]): Daemon {
  const daemon = new Daemon(argv);
  children.push(daemon);
  return daemon;
}

async function startGroup(): Promise<Daemon> {
  await mkdir(join(folder, "groups", "ducks"), { recursive: true });
  const appdata = { base: host.baseUrl, token: host.user("ducks").token };
  const config = JSON.stringify({ acct: "ducks@sandbox.test", appdata });
  await writeFile(join(folder, "groups", "ducks", "config.json"), config, { mode: 0o600 });
  const daemon = start();
  await until(() => host.faults.streams.count("ducks") > 0, { what: "The group's stream" });
  return daemon;
}

describe("the process", () => {
  it("prints its version and ends", async () => {
    const daemon = start("--version");
    expect(await daemon.end()).toEqual([0, null]);
    expect([daemon.out, daemon.err]).toEqual([`${readVersion()}\n`, ""]);
  });

  it.each([
    { argv: ["--nonsense"], exitCode: 2 },
    { argv: [], exitCode: 78 },
  ])("ends with $exitCode for $argv in an empty folder", async ({ argv, exitCode }) => {
    const daemon = start(...argv);
    expect(await daemon.end()).toEqual([exitCode, null]);
    expect(daemon.err).toMatch(/^fedigroups: /u);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends with 0 on %s", async (signal) => {
    const daemon = await startGroup();
    daemon.child.kill(signal);
    expect(await daemon.end()).toEqual([0, null]);
    expect(daemon.err).toBe("");
  });

  it("ends at once on a second signal", async () => {
    const daemon = await startGroup();
    host.faults.failAlways({ path: /\/reblog$/u }, { kind: "hang", when: "before-effect" });
    await host.user("alice").post("Look at this duck @ducks");
    await until(() => host.requests.some(({ path }) => path.endsWith("/reblog")));
    daemon.child.kill("SIGTERM");
    daemon.child.kill("SIGINT");
    const startedAt = performance.now();
    const [exitCode] = await daemon.end();
    expect([130, 143]).toContain(exitCode);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it("refuses to run what another process runs, and takes over after a crash", async () => {
    const first = await startGroup();
    const second = start();
    expect(await second.end()).toEqual([1, null]);
    expect(second.err).toContain(`Process ${first.child.pid} already runs these groups`);
    first.child.kill("SIGKILL");
    await first.end();
    const third = await startGroup();
    third.child.kill("SIGTERM");
    expect(await third.end()).toEqual([0, null]);
  });

  it("shows no token to whoever lists the processes", async () => {
    const daemon = await startGroup();
    const title = await readFile(`/proc/${daemon.child.pid}/cmdline`, "utf8");
    expect(title.split("\0")[0]).toBe("fedigroups");
    expect(title).not.toContain(host.user("ducks").token);
  });

  it("does not mind when nobody reads its output to the end", async () => {
    const daemon = start("--help");
    daemon.child.stdout.destroy();
    const [, signal] = await daemon.end();
    expect(signal).toBeNull();
    expect(daemon.err).toBe("");
  });
});
