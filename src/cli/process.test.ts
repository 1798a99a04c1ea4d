import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, type SandboxHost, startSandbox } from "../sandbox/index.js";
import { ChildDaemon, type Output } from "../stage/child.js";
import { buildProgram, type ThrowawayBuild } from "../testing/build-program.js";
import { until } from "../testing/until.js";
import { readVersion } from "./version.js";

let program: ThrowawayBuild;
let folder: string;
let sandbox: Sandbox;
let host: SandboxHost;
let children: ChildDaemon[];

beforeAll(async () => {
  program = await buildProgram();
}, 60_000);
afterAll(() => program[Symbol.asyncDispose]());

beforeEach(async () => {
  sandbox = await startSandbox();
  host = sandbox.host("sandbox.test");
  for (const username of ["alice", "ducks"]) host.addUser({ username });
  folder = await mkdtemp(join(tmpdir(), "fedigroups-process-"));
  children = [];
});
afterEach(async () => {
  for (const child of children) await child[Symbol.asyncDispose]();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

interface Daemon {
  readonly child: ChildDaemon;
  /** What it wrote. */
  readonly written: Readonly<Record<Output, string>>;
}

function start(...argv: readonly string[]): Daemon {
  return startWith([], ...argv);
}

function startWith(nodeArgv: readonly string[], ...argv: readonly string[]): Daemon {
  const written = { stdout: "", stderr: "" };
  const onLine = (line: string, output: Output) => {
    written[output] += `${line}\n`;
  };
  const child = new ChildDaemon(program, { argv, folder, nodeArgv, onLine });
  children.push(child);
  return { child, written };
}

/** What its log says; every line of it is whole. */
function messagesOf({ written }: Daemon): readonly unknown[] {
  const lines = written.stdout.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).msg);
}

const stopped = { code: 0, signal: null };

async function startGroup(...nodeArgv: readonly string[]): Promise<Daemon> {
  await mkdir(join(folder, "groups", "ducks"), { recursive: true });
  const appdata = { base: host.baseUrl, token: host.user("ducks").token };
  const config = JSON.stringify({ acct: "ducks@sandbox.test", appdata });
  await writeFile(join(folder, "groups", "ducks", "config.json"), config, { mode: 0o600 });
  const daemon = startWith(nodeArgv);
  await until(() => host.faults.streams.count("ducks") > 0, { what: "The group's stream" });
  return daemon;
}

describe("the process", () => {
  it("reads its files again at SIGHUP and goes on", async () => {
    const { child, written } = await startGroup();
    await writeFile(join(folder, "groups.json5"), "{ poll_interval_s: 20 }");
    child.signal("SIGHUP");
    await until(() => written.stdout.includes("Read the files again."));
    expect(child.exit).toBeUndefined();
    await until(() => host.faults.streams.count("ducks") > 0, { what: "The group's stream" });
    expect(await child.stop()).toEqual(stopped);
  });

  it("shares and answers without loading fetch, which costs 20 ms and some megabytes", async () => {
    const list = join(folder, "loaded.txt");
    const tell = `import { writeFileSync } from "node:fs";
      process.on("exit", () => writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join()));`;
    const { child } = await startGroup(`--import=data:text/javascript,${encodeURIComponent(tell)}`);
    const alice = host.user("alice");
    const post = await alice.post("@ducks@sandbox.test look");
    await alice.post("@ducks@sandbox.test /ping", { visibility: "direct" });
    for (const path of [`/api/v1/statuses/${post.id}/reblog`, "/api/v1/statuses"]) {
      await until(() =>
        host.requests.some((one) => one.username === "ducks" && one.path === path && one.status),
      );
    }
    expect(await child.stop()).toEqual(stopped);
    const loaded = await readFile(list, "utf8");
    expect(loaded).toContain("NativeModule https");
    expect(loaded).not.toContain("undici");
    // That is where it would stand.
    expect(new Headers().get("x")).toBeNull();
    expect(String(Reflect.get(process, "moduleLoadList"))).toContain("undici");
  });

  it("prints its version and ends", async () => {
    const daemon = start("--version");
    expect(await daemon.child.ended()).toEqual(stopped);
    expect([daemon.written.stdout, daemon.written.stderr]).toEqual([`${readVersion()}\n`, ""]);
  });

  it.each([
    { argv: ["--nonsense"], exitCode: 2 },
    { argv: [], exitCode: 78 },
  ])("ends with $exitCode for $argv in an empty folder", async ({ argv, exitCode }) => {
    const daemon = start(...argv);
    expect(await daemon.child.ended()).toEqual({ code: exitCode, signal: null });
    expect(daemon.written.stderr).toMatch(/^fedigroups: /u);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends with 0 on %s", async (signal) => {
    const daemon = await startGroup();
    daemon.child.signal(signal);
    expect(await daemon.child.ended()).toEqual(stopped);
    expect(daemon.written.stderr).toBe("");
    expect(messagesOf(daemon).at(-1)).toBe("Stopped.");
  });

  it("ends at once on a second signal", async () => {
    const daemon = await startGroup();
    host.faults.failAlways({ path: /\/reblog$/u }, { kind: "hang", when: "before-effect" });
    await host.user("alice").post("Look at this duck @ducks");
    await until(() => host.requests.some(({ path }) => path.endsWith("/reblog")));
    daemon.child.signal("SIGTERM");
    daemon.child.signal("SIGINT");
    const startedAt = performance.now();
    const { code } = await daemon.child.ended();
    expect([130, 143]).toContain(code);
    // With one signal it would have given the request eight seconds.
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    expect(messagesOf(daemon).length).toBeGreaterThan(0);
  });

  it("refuses to run what another process runs, and takes over after a crash", async () => {
    const first = await startGroup();
    const second = start();
    expect(await second.child.ended()).toEqual({ code: 1, signal: null });
    expect(second.written.stderr).toContain(`Process ${first.child.pid} already runs these groups`);
    await first.child.kill();
    const third = await startGroup();
    third.child.signal("SIGTERM");
    expect(await third.child.ended()).toEqual(stopped);
  });

  it("shows no token to whoever lists the processes", async () => {
    const daemon = await startGroup();
    const title = await readFile(`/proc/${daemon.child.pid}/cmdline`, "utf8");
    expect(title.split("\0")[0]).toBe("fedigroups");
    expect(title).not.toContain(host.user("ducks").token);
  });

  it("does not mind when nobody reads its output to the end", async () => {
    const daemon = start("--help");
    daemon.child.stopReading();
    const { signal } = await daemon.child.ended();
    expect(signal).toBeNull();
    expect(daemon.written.stderr).toBe("");
  });
});
