import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Clock } from "../ports.js";
import { type Sandbox, type SandboxHost, startSandbox } from "../sandbox/index.js";
import { RecordingIo } from "../testing/recording-io.js";
import { until } from "../testing/until.js";
import { main } from "./main.js";
import { runCommand } from "./run.js";
import { readVersion } from "./version.js";

let sandbox: Sandbox;
let host: SandboxHost;
let folder: string;
let stop: AbortController;
let running: Promise<unknown>[];

beforeEach(async () => {
  sandbox = await startSandbox();
  host = sandbox.host("sandbox.test");
  for (const username of ["alice", "ducks", "geese"]) host.addUser({ username });
  folder = await mkdtemp(join(tmpdir(), "fedigroups-run-"));
  stop = new AbortController();
  running = [];
});
afterEach(async () => {
  stop.abort("test is over");
  await Promise.all(running);
  await sandbox.close();
  await rm(folder, { recursive: true });
});

function start(...argv: readonly string[]) {
  const io = new RecordingIo({ cwd: folder });
  const done = main(argv, io, stop.signal);
  running.push(done);
  return { io, done };
}

async function place(name: string, file: string, content: unknown): Promise<void> {
  await mkdir(join(folder, "groups", name), { recursive: true });
  const text = typeof content === "string" ? content : JSON.stringify(content);
  await writeFile(join(folder, "groups", name, file), text, { mode: 0o600 });
}

function configOf(username: string, more: object = {}) {
  const appdata = { base: host.baseUrl, token: host.user(username).token };
  return { acct: `${username}@sandbox.test`, appdata, ...more };
}

const isLive = (username: string) =>
  until(() => host.faults.streams.count(username) > 0, { what: `The stream of ${username}` });

describe("fedigroups", () => {
  it("tells in an empty folder what to do", async () => {
    const { io, done } = start();
    expect(await done).toBe(78);
    expect(io.err).toContain("There is no group to run");
    expect(io.err).toContain("fedigroups -a");
    expect(await readdir(folder)).toEqual([]);
  });

  it("tells a path that leads nowhere", async () => {
    const { io, done } = start("-c", "nowhere");
    expect(await done).toBe(78);
    expect(io.err).toContain("correct the path after -c");
  });

  it("prints every problem of every file at once", async () => {
    const wrong = { acct: "a", enabled: "yes", appdata: { base: 1 }, locle: "cs" };
    await place("a@x.test", "config.json", wrong);
    await writeFile(join(folder, "groups.json5"), "{ colour: 1, poll_interval_s: -1 }");
    await place("b@x.test", "config.json", "{\n  acct: oops\n}");
    await place("c@x.test", "config.json5", configOf("ducks"));
    await place("c@x.test", "control.json", { member_only: 7 });
    const { io, done } = start();
    expect(await done).toBe(78);
    const lines = io.err.split("\n");
    for (const [file, what] of [
      ["a@x.test/config.json", "enabled"],
      ["a@x.test/config.json", "acct"],
      ["a@x.test/config.json", "appdata.base"],
      ["a@x.test/config.json", "appdata.token"],
      ["b@x.test/config.json", "line 2, column"],
      ["c@x.test/control.json", "member_only"],
      ["a@x.test/config.json", 'did you mean "locale"'],
      ["groups.json5", "poll_interval_s"],
      ["groups.json5", "colour"],
    ] as const) {
      expect(lines.filter((line) => line.includes(file) && line.includes(what))).toHaveLength(1);
    }
  });

  it("stops at a common file with problems", async () => {
    await place("ducks", "config.json5", configOf("ducks"));
    await writeFile(join(folder, "groups.json5"), "{ delay_after_post_s: -1, poll_interval_s: 0 }");
    const { io, done } = start();
    expect(await done).toBe(78);
    expect(io.err).toContain("delay_after_post_s");
    expect(io.err).toContain("poll_interval_s");
    expect(host.requests).toEqual([]);
  });

  it("tells that every group is switched off", async () => {
    await place("ducks", "config.json5", configOf("ducks", { enabled: false }));
    const { io, done } = start();
    expect(await done).toBe(78);
    expect(io.err).toContain("switched off");
  });

  it("runs the good groups beside a broken one, and stops when told", async () => {
    await place("ducks", "config.json5", configOf("ducks"));
    await place("geese", "config.json5", configOf("geese"));
    await place("swans", "config.json5", "{");
    const { io, done } = start("-c", ".");
    await Promise.all([isLive("ducks"), isLive("geese")]);
    expect(io.err).toMatch(/A group cannot run \(the others do\):\n {2}.*swans.*line 1/u);
    const first = JSON.parse(io.out.split("\n").find((line) => line.includes("Starting.")) ?? "");
    expect(first).toMatchObject({
      version: readVersion(),
      count: 2,
      groups: ["ducks@sandbox.test", "geese@sandbox.test"],
    });
    await host.user("alice").post("Look at this duck @ducks");
    await until(async () => (await host.user("alice").statusesOf("ducks@sandbox.test"))[0]?.reblog);
    stop.abort("SIGTERM");
    expect(await done).toBe(0);
    expect(await readdir(join(folder, "groups"))).toEqual(["ducks", "geese", "swans"]);
    expect(io.out + io.err).not.toContain(host.user("ducks").token);
  });

  it("logs what was read differently, and nothing below the level asked for", async () => {
    await place("ducks", "config.json5", configOf("ducks", { colour: "green" }));
    const { io, done } = start("-q");
    await isLive("ducks");
    stop.abort("SIGTERM");
    await done;
    const entries = io.out.trim().split("\n");
    expect(entries.map((entry) => JSON.parse(entry).level)).not.toContain("info");
    expect(io.out).toContain("colour");
  });

  it("refuses groups that are running already", async () => {
    await place("ducks", "config.json5", configOf("ducks"));
    start();
    await isLive("ducks");
    const second = start();
    expect(await second.done).toBe(1);
    expect(second.io.err).toContain(`Process ${process.pid} already runs these groups`);
  });

  it("fails when no token works any more, and says what to do", async () => {
    await place("ducks", "config.json5", configOf("ducks"));
    host.user("ducks").revokeTokens();
    const io = new RecordingIo({ cwd: folder });
    // The daemon looks twice, and would wait in between.
    const sleep: Clock["sleep"] = (_, signal) => systemClock.sleep(0, signal);
    const options = { config: undefined, level: "info", clock: { ...systemClock, sleep } } as const;
    expect(await runCommand(options, io, stop.signal)).toBe(1);
    expect(io.out).toContain("fedigroups -A ducks@sandbox.test");
    expect(io.out).toContain("No group is left that could run.");
  });
});
