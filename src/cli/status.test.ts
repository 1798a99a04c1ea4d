import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, type SandboxHost, startSandbox } from "../sandbox/index.js";
import { RecordingIo } from "../testing/recording-io.js";
import { until } from "../testing/until.js";
import { main } from "./main.js";
import { statusCommand } from "./status.js";

let sandbox: Sandbox;
let host: SandboxHost;
let folder: string;
let stop: AbortController;
let running: Promise<unknown>[];

beforeEach(async () => {
  sandbox = await startSandbox();
  host = sandbox.host("sandbox.test");
  for (const username of ["alice", "ducks", "geese"]) host.addUser({ username });
  folder = await mkdtemp(join(tmpdir(), "fedigroups-status-"));
  stop = new AbortController();
  running = [];
});
afterEach(async () => {
  stop.abort("test is over");
  await Promise.all(running);
  await sandbox.close();
  await rm(folder, { recursive: true });
});

async function place(username: string, where = folder): Promise<void> {
  const group = join(where, "groups", username);
  await mkdir(group, { recursive: true });
  const appdata = { base: host.baseUrl, token: host.user(username).token };
  const config = { acct: `${username}@sandbox.test`, appdata };
  await writeFile(join(group, "config.json5"), JSON.stringify(config), { mode: 0o600 });
}

async function startDaemon(cwd: string, ...usernames: readonly string[]): Promise<RecordingIo> {
  const io = new RecordingIo({ cwd });
  running.push(main([], io, stop.signal));
  for (const username of usernames) {
    await until(() => host.faults.streams.count(username) > 0, { what: `${username}'s stream` });
  }
  return io;
}

async function run(cwd: string, ...argv: readonly string[]) {
  const io = new RecordingIo({ cwd });
  const code = await main(argv, io, stop.signal);
  return { code, out: io.out, err: io.err };
}

const isLive = (cwd: string) =>
  until(async () => (await run(cwd, "status", "--json")).out.includes('"how": "stream"'));

describe("fedigroups status", () => {
  it("shows per group how it hears, what came, what was shared and why", async () => {
    await place("ducks");
    await place("geese");
    await startDaemon(folder, "ducks", "geese");
    await host.user("alice").post("Look at this duck @ducks");
    await until(async () => (await run(folder, "status")).out.includes("shares today 1"));
    const { code, out } = await run(folder, "status");
    expect(code).toBe(0);
    expect(out).toMatch(/^fedigroups \d+\.\d+\.\d+, up for .+: 2 of 2 groups live$/mu);
    expect(out).toMatch(/^ducks@sandbox\.test {2}connected for .+, by stream {2}\(mastodon 4\.6/mu);
    expect(out).toMatch(
      /last event .+ ago, caught up .+ ago \(0 missed\), shares today 1, queue 0$/mu,
    );
    expect(out).toContain("mention by alice@sandbox.test. Shared: the group was named in it.");
    expect(out).toMatch(/^geese@sandbox\.test .*\n {4}last event none/mu);
  });

  it("prints everything as JSON, without tokens and texts", async () => {
    await place("ducks");
    await startDaemon(folder, "ducks");
    await host.user("alice").post("Look at this duck @ducks");
    await until(async () => (await run(folder, "status")).out.includes("shares today 1"));
    const { code, out } = await run(folder, "status", "--json", "-c", ".");
    expect(code).toBe(0);
    const [group] = JSON.parse(out).groups;
    expect(group).toMatchObject({ acct: "ducks@sandbox.test", phase: "live", sharesToday: 1 });
    expect(group.budgets).toContainEqual(expect.objectContaining({ kind: "posts", count: 300 }));
    expect(out).not.toContain(host.user("ducks").token);
    expect(out).not.toContain("Look at");
  });

  it("says in one sentence that none runs", async () => {
    await place("ducks");
    const { code, err } = await run(folder, "status");
    expect(code).toBe(1);
    expect(err).toBe(`fedigroups: No fedigroups runs the groups in ${join(folder, "groups")}.\n`);
  });

  it("fails when a group stays down, and tells why", async () => {
    await place("ducks");
    await place("geese");
    const wrong = host.user("geese").token;
    const group = join(folder, "groups", "ducks", "config.json5");
    const appdata = { base: host.baseUrl, token: wrong };
    await writeFile(group, JSON.stringify({ acct: "ducks@sandbox.test", appdata }));
    await startDaemon(folder, "geese");
    const stopped = await until(async () => {
      const told = await run(folder, "status");
      return told.out.includes("STOPPED") ? told : undefined;
    });
    expect(stopped.code).toBe(1);
    expect(stopped.out).toContain("ducks@sandbox.test  STOPPED: The token belongs to geese@");
  });

  it("tells what is tried again while the server is away", async () => {
    await place("ducks");
    host.faults.failAlways({ path: /verify_credentials/ }, { kind: "respond", status: 503 });
    const io = new RecordingIo({ cwd: folder });
    running.push(main([], io, stop.signal));
    await until(async () => /waiting for its server/u.test((await run(folder, "status")).out));
    const { out } = await run(folder, "status");
    expect(out).toMatch(/Tries to start again in [\d.]+ s: GET 127\.0\.0\.1:\d+\/.*503/u);
  });

  it("shows again and again with --watch, in place at a terminal", async () => {
    await place("ducks");
    await startDaemon(folder, "ducks");
    const io = Object.assign(new RecordingIo({ cwd: folder }), { isTTY: true });
    const enough = new AbortController();
    const sleep = () => {
      if (io.out.split("groups live").length > 3) enough.abort();
      return Promise.resolve();
    };
    const options = { config: undefined, watch: true, clock: { now: Date.now, sleep } };
    expect(await statusCommand(options, io, enough.signal)).toBe(0);
    expect(io.out.split("\x1b[H\x1b[J").length).toBe(4);
  });
});

describe("the socket", () => {
  it("is in a folder of the user's own, and gone after the stop", async () => {
    await place("ducks");
    await startDaemon(folder, "ducks");
    const place0 = join(folder, "groups", ".fedigroups.run");
    expect((await stat(place0)).mode & 0o777).toBe(0o700);
    expect((await stat(join(place0, "socket"))).mode & 0o777).toBe(0o600);
    stop.abort();
    await Promise.all(running);
    expect(await readdir(join(folder, "groups"))).toEqual(["ducks"]);
  });

  it("takes the place of one that a crash left behind", async () => {
    await place("ducks");
    const left = join(folder, "groups", ".fedigroups.run");
    await mkdir(left, { mode: 0o755 });
    await writeFile(join(left, "socket"), "");
    expect((await run(folder, "status")).err).toContain("No fedigroups runs");
    await startDaemon(folder, "ducks");
    await isLive(folder);
    expect((await stat(left)).mode & 0o777).toBe(0o700);
  });

  it("works in a folder with a very long path", async () => {
    const deep = join(folder, "d".repeat(100), "e".repeat(100));
    await place("ducks", deep);
    await startDaemon(deep, "ducks");
    await isLive(deep);
  });

  it("is done without where it cannot be made", async () => {
    await place("ducks");
    await writeFile(join(folder, "groups", ".fedigroups.run"), "in the way");
    const io = await startDaemon(folder, "ducks");
    expect(io.out).toContain("There is no socket for fedigroups status and admin");
  });
});
