import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Clock } from "../ports.js";
import { DaemonBench, DaemonIo } from "../testing/daemon-bench.js";
import { until } from "../testing/until.js";
import { runCommand } from "./run.js";

/** How many sockets a group has opened since the daemon began. */
async function socketsOf(bench: DaemonBench, username: string): Promise<unknown> {
  const { groups } = JSON.parse((await bench.type("status", "--json")).out);
  const isOurs = ({ acct }: { acct: string }) => acct === `${username}@sandbox.test`;
  return groups.find(isOurs)?.totals.socketsOpened;
}

const isGone = (bench: DaemonBench, username: string) =>
  until(() => bench.host.faults.streams.count(username) === 0);

describe("SIGHUP", () => {
  it("starts a group that was added, and touches no other", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    await rename(join(bench.groupsFolder, "geese"), join(bench.folder, "away"));
    const io = await bench.start("ducks");
    await rename(join(bench.folder, "away"), join(bench.groupsFolder, "geese"));
    expect(await io.reload()).toMatchObject({
      ...{ started: ["geese@sandbox.test"], restarted: [], stopped: [], untouched: 1 },
    });
    await bench.isListening("geese");
    expect(bench.host.faults.streams.count("ducks")).toBe(1);
    expect(await socketsOf(bench, "ducks")).toBe(1);
  });

  it("stops a group that was switched off or taken away, and touches no other", async () => {
    await using bench = await DaemonBench.open("ducks", "geese", "swans");
    const io = await bench.start("ducks", "geese", "swans");
    await bench.place("geese", { config: { enabled: false } });
    await rm(join(bench.groupsFolder, "swans"), { recursive: true });
    expect(await io.reload()).toMatchObject({
      ...{ started: [], restarted: [], untouched: 1 },
      stopped: ["geese@sandbox.test", "swans@sandbox.test"],
    });
    await isGone(bench, "geese");
    await isGone(bench, "swans");
    expect(bench.host.faults.streams.count("ducks")).toBe(1);
    expect(await socketsOf(bench, "ducks")).toBe(1);
    expect((await bench.type("status")).out).not.toContain("geese");
  });

  it("starts a group anew whose configuration or texts changed", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    await bench.place("ducks", { control: { admin_users: ["alice@sandbox.test"] } });
    const io = await bench.start("ducks", "geese");
    await bench.write("groups/ducks/messages.json5", { ping_response: "Quack!" });
    expect(await io.reload()).toMatchObject({ restarted: ["ducks@sandbox.test"], untouched: 1 });
    await bench.isListening("ducks");
    const alice = bench.host.user("alice");
    await alice.post("@ducks /ping", { visibility: "direct" });
    const quack = async () => {
      const told = await alice.notifications();
      return told.some(({ status }) => status?.content.includes("Quack!"));
    };
    await until(quack);
    expect(await socketsOf(bench, "geese")).toBe(1);
  });

  it("starts all anew when a setting of all changed, and reads locales anew", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    const io = await bench.start("ducks", "geese");
    await bench.write("groups.json5", "{ poll_interval_s: 20 }");
    const all = ["ducks@sandbox.test", "geese@sandbox.test"];
    expect(await io.reload()).toMatchObject({ restarted: all });
    await bench.write("locales/en.json5", { ping_response: "Quack!" });
    expect(await io.reload()).toMatchObject({ restarted: all });
    expect(await io.reload()).toMatchObject({ restarted: [], started: [], untouched: 2 });
  });

  it.each([
    ["the common file", "groups.json5", "{ poll_interval_s: -1 }"],
    ["a locale", "locales/en.json5", "{"],
    ["the folder of groups", "groups.json5", '{ groups_dir: "elsewhere" }'],
  ])("keeps the old configuration when %s is bad, and says so", async (_, file, content) => {
    await using bench = await DaemonBench.open("ducks");
    const io = await bench.start("ducks");
    await bench.write(file, content);
    const msg = expect.stringContaining("everything goes on with the old ones");
    expect(await io.reload()).toMatchObject({ level: "error", msg });
    expect(bench.host.faults.streams.count("ducks")).toBe(1);
    await rm(join(bench.folder, file));
    expect(await io.reload()).toMatchObject({ untouched: 1, restarted: [] });
  });

  it("lets a group go on whose own file has become bad, and says so", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    const io = await bench.start("ducks", "geese");
    await bench.write("groups/ducks/config.json5", "{ acct: ");
    expect(await io.reload()).toMatchObject({ untouched: 2, stopped: [] });
    const told = io.entries().find(({ group, level }) => level === "error" && group !== undefined);
    const msg = expect.stringContaining("goes on with the old ones");
    expect(told).toMatchObject({ group: "ducks@sandbox.test", msg });
    await bench.host.user("alice").post("Look at this duck @ducks");
    await until(async () => (await bench.type("status")).out.includes("shares today 1"));
  });

  it("keeps all groups when every one is switched off", async () => {
    await using bench = await DaemonBench.open("ducks");
    const io = await bench.start("ducks");
    await bench.place("ducks", { config: { enabled: false } });
    expect(await io.reload()).toMatchObject({ level: "error", problems: expect.anything() });
    expect(bench.host.faults.streams.count("ducks")).toBe(1);
  });

  it("starts a group again that had stayed down, once it was signed in anew", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    const wrong = { base: bench.host.baseUrl, token: bench.host.user("geese").token };
    await bench.place("ducks", { config: { appdata: wrong } });
    const io = await bench.start("geese");
    await until(() => io.out.includes("so this group stays down"));
    await bench.place("ducks");
    expect(await io.reload()).toMatchObject({ untouched: 1 });
    await bench.isListening("ducks");
  });

  it("does not say of a group that is down that it goes on when its file has become bad", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    const wrong = { base: bench.host.baseUrl, token: bench.host.user("geese").token };
    await bench.place("ducks", { config: { appdata: wrong } });
    const io = await bench.start("geese");
    await until(() => io.out.includes("so this group stays down"));
    await bench.write("groups/ducks/config.json5", "{ acct: ");
    expect(await io.reload()).toMatchObject({ started: [], stopped: [] });
    expect(io.out).toContain("A group cannot run: its files need you.");
    expect(io.out).not.toContain("goes on with the old ones");
    await bench.place("ducks");
    expect(await io.reload()).toMatchObject({ started: ["ducks@sandbox.test"] });
  });

  it("goes on while an order is carried out by stopping a group that waits", async () => {
    await using bench = await DaemonBench.open("ducks");
    const io = new DaemonIo({ cwd: bench.folder });
    // The daemon gives a busy group five seconds to take an order, and eight to stop.
    const hurried = (ms: number) => ([5000, 8000].includes(ms) ? 0 : ms);
    const clock: Clock = {
      ...systemClock,
      sleep: (ms, signal) => systemClock.sleep(hurried(ms), signal),
      after: (ms, act) => systemClock.after(hurried(ms), act),
    };
    const options = { config: undefined, level: "info", clock } as const;
    const running = runCommand(options, io, bench.stop.signal);
    await bench.isListening("ducks");
    bench.host.faults.failAlways({ path: /reblog/ }, { kind: "respond", status: 503 });
    await bench.host.user("alice").post("Look at this duck @ducks");
    await until(() => io.out.includes("The server does not take it"));
    const order = bench.type("admin", "ducks@sandbox.test", "add", "alice");
    expect(await order).toMatchObject({ code: 0 });
    expect(await bench.read("groups/ducks/control.json5")).toMatchObject({
      admin_users: ["alice@sandbox.test"],
    });
    bench.host.faults.clear();
    await until(async () => (await bench.type("status")).out.includes("shares today 1"));
    bench.stop.abort();
    expect(await running).toBe(0);
  });
});
