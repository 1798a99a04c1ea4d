import { mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { DaemonBench } from "../testing/daemon-bench.js";
import { RecordingIo } from "../testing/recording-io.js";
import { until } from "../testing/until.js";
import { statusCommand } from "./status.js";

/** What `status` prints once that matches. */
const tells = (bench: DaemonBench, what: RegExp) =>
  until(async () => {
    const told = await bench.type("status");
    return what.test(told.out) ? told : undefined;
  });

describe("fedigroups status", () => {
  it("shows per group how it hears, what came, what was shared and why", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    await bench.start("ducks", "geese");
    await bench.host.user("alice").post("Look at this duck @ducks");
    const { code, out } = await tells(bench, /shares today 1, queue 0/u);
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
    await using bench = await DaemonBench.open("ducks");
    await bench.start("ducks");
    await bench.host.user("alice").post("Look at this duck @ducks");
    await tells(bench, /shares today 1/u);
    const { code, out } = await bench.type("status", "--json", "-c", ".");
    expect(code).toBe(0);
    const [group] = JSON.parse(out).groups;
    expect(group).toMatchObject({ acct: "ducks@sandbox.test", phase: "live", sharesToday: 1 });
    expect(group.budgets).toContainEqual(expect.objectContaining({ kind: "posts", count: 300 }));
    expect(out).not.toContain(bench.host.user("ducks").token);
    expect(out).not.toContain("Look at");
  });

  it("says in one sentence that none runs", async () => {
    await using bench = await DaemonBench.open("ducks");
    const { code, err } = await bench.type("status");
    expect(code).toBe(1);
    expect(err).toBe(`fedigroups: No fedigroups runs the groups in ${bench.groupsFolder}.\n`);
  });

  it("fails when a group stays down, and tells why", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    const appdata = { base: bench.host.baseUrl, token: bench.host.user("geese").token };
    await bench.place("ducks", { config: { appdata } });
    await bench.start("geese");
    const stopped = await tells(bench, /STOPPED/u);
    expect(stopped.code).toBe(1);
    expect(stopped.out).toContain("ducks@sandbox.test  STOPPED: The token belongs to geese@");
  });

  it("tells what is tried again while the server is away", async () => {
    await using bench = await DaemonBench.open("ducks");
    const away = { kind: "respond", status: 503 } as const;
    bench.host.faults.failAlways({ path: /verify_credentials/ }, away);
    await bench.start();
    const { out } = await tells(bench, /waiting for its server/u);
    expect(out).toMatch(/Tries to start again in [\d.]+ s: GET 127\.0\.0\.1:\d+\/.*503/u);
  });

  it("shows again and again with --watch, in place at a terminal", async () => {
    await using bench = await DaemonBench.open("ducks");
    await bench.start("ducks");
    const io = Object.assign(new RecordingIo({ cwd: bench.folder }), { isTTY: true });
    const enough = new AbortController();
    const sleep = () => {
      if (io.out.split("groups live").length > 3) enough.abort();
      return Promise.resolve();
    };
    const options = { config: undefined, watch: true, clock: { ...systemClock, sleep } };
    expect(await statusCommand(options, io, enough.signal)).toBe(0);
    expect(io.out.split("\x1b[H\x1b[J").length).toBe(4);
  });
});

describe("the socket", () => {
  it("is in a folder of the user's own, and gone after the stop", async () => {
    await using bench = await DaemonBench.open("ducks");
    await bench.start("ducks");
    const place = join(bench.groupsFolder, ".fedigroups.run");
    expect((await stat(place)).mode & 0o777).toBe(0o700);
    expect((await stat(join(place, "socket"))).mode & 0o777).toBe(0o600);
    await bench.end();
    expect(await readdir(bench.groupsFolder)).toEqual(["ducks"]);
  });

  it("takes the place of one that a crash left behind", async () => {
    await using bench = await DaemonBench.open("ducks");
    const left = join(bench.groupsFolder, ".fedigroups.run");
    await mkdir(left, { mode: 0o755 });
    await writeFile(join(left, "socket"), "");
    expect((await bench.type("status")).err).toContain("No fedigroups runs");
    await bench.start("ducks");
    await tells(bench, /by stream/u);
    expect((await stat(left)).mode & 0o777).toBe(0o700);
  });

  it("works in a folder with a very long path", async () => {
    await using bench = await DaemonBench.open("ducks");
    const deep = join("d".repeat(100), "e".repeat(100));
    await mkdir(join(bench.folder, "d".repeat(100)));
    await rename(bench.groupsFolder, join(bench.folder, deep));
    await bench.write("groups.json5", { groups_dir: deep });
    await bench.start("ducks");
    await tells(bench, /by stream/u);
  });

  it("is done without where it cannot be made", async () => {
    await using bench = await DaemonBench.open("ducks");
    await writeFile(join(bench.groupsFolder, ".fedigroups.run"), "in the way");
    const io = await bench.start("ducks");
    expect(io.out).toContain("There is no socket for fedigroups status and admin");
  });
});
