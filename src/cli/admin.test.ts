import { describe, expect, it } from "vitest";
import { DaemonBench } from "../testing/daemon-bench.js";
import { until } from "../testing/until.js";

const control = "groups/ducks/control.json5";

const isClosed = (bench: DaemonBench) =>
  until(async () => {
    const { member_only: memberOnly } = await bench.read(control);
    return memberOnly;
  });

describe("fedigroups admin", () => {
  it("names an admin through the running daemon, whose next decision knows it", async () => {
    await using bench = await DaemonBench.open("ducks");
    const io = await bench.start("ducks");
    const { code, out } = await bench.type("admin", "ducks@sandbox.test", "add", "@Alice");
    expect({ code, out }).toEqual({
      code: 0,
      out: "alice@sandbox.test is an admin of ducks@sandbox.test now.\n",
    });
    expect(io.out).toContain("Changed the admins, as the operator ordered.");
    expect(await bench.read(control)).toMatchObject({
      admin_users: ["alice@sandbox.test"],
      member_users: ["alice@sandbox.test"],
    });
    await bench.host.user("alice").post("@ducks /closegroup", { visibility: "direct" });
    await isClosed(bench);
    await bench.end();
    expect(await bench.read(control)).toMatchObject({ admin_users: ["alice@sandbox.test"] });
  });

  it("works on the file where no daemon runs, and keeps what else is in it", async () => {
    await using bench = await DaemonBench.open("ducks");
    await bench.write(control, '{\n  // mine\n  admin_users: ["bob@x.test"], colour: "green" }');
    expect(await bench.type("admin", "ducks@sandbox.test", "add", "carol@far.test")).toMatchObject({
      code: 0,
      out: "carol@far.test is an admin of ducks@sandbox.test now.\n",
    });
    expect(await bench.read(control)).toMatchObject({
      admin_users: ["bob@x.test", "carol@far.test"],
      colour: "green",
    });
    const removed = await bench.type("admin", "ducks@sandbox.test", "remove", "bob@x.test");
    expect(removed).toMatchObject({ code: 0 });
    expect(await bench.read(control)).toMatchObject({ admin_users: ["carol@far.test"] });
  });

  it("helps a group that is waiting for its server, and lets it wait on", async () => {
    await using bench = await DaemonBench.open("ducks");
    bench.host.faults.failAlways({ path: /verify/ }, { kind: "respond", status: 503 });
    const io = await bench.start();
    await until(() => io.out.includes("cannot start yet"));
    expect(await bench.type("admin", "ducks@sandbox.test", "add", "alice")).toMatchObject({
      code: 0,
    });
    expect(await bench.read(control)).toMatchObject({ admin_users: ["alice@sandbox.test"] });
    bench.host.faults.clear();
    await bench.isListening("ducks");
    await bench.host.user("alice").post("@ducks /closegroup", { visibility: "direct" });
    await isClosed(bench);
  });

  it("helps a group that stays down beside one that runs", async () => {
    await using bench = await DaemonBench.open("ducks", "geese");
    await bench.place("geese", { config: { enabled: false } });
    await bench.start("ducks");
    expect(await bench.type("admin", "geese@sandbox.test", "add", "alice")).toMatchObject({
      code: 0,
    });
    expect(await bench.read("groups/geese/control.json5")).toMatchObject({
      admin_users: ["alice@sandbox.test"],
    });
    expect(bench.host.faults.streams.count("geese")).toBe(0);
  });

  it.each([[true], [false]])("refuses in a sentence; a daemon runs: %s", async (isRunning) => {
    await using bench = await DaemonBench.open("ducks");
    await bench.write(control, { admin_users: ["bob@x.test"] });
    if (isRunning) await bench.start("ducks");
    const refused = async (group: string, action: string, handle: string) => {
      const { code, err } = await bench.type("admin", group, action, handle);
      return `${code} ${err.trim().split("\n")[0]}`;
    };
    const ducks = "ducks@sandbox.test";
    expect(await refused(ducks, "remove", "bob@x.test")).toBe(
      "1 fedigroups: bob@x.test is the last admin of ducks@sandbox.test; add another one first.",
    );
    expect(await refused(ducks, "add", "ducks")).toContain("1 fedigroups: ducks@sandbox.test is");
    expect(await refused(ducks, "add", "no body")).toContain('2 fedigroups: "no body" is no addr');
    expect(await refused("ducks", "add", "alice")).toContain('2 fedigroups: "ducks" is no address');
    expect(await refused("swans@x.test", "add", "alice")).toContain("There is no group swans@");
    expect(await refused(ducks, "op", "alice")).toMatch(/^2 /u);
    expect(await bench.read(control)).toEqual({ admin_users: ["bob@x.test"] });
  });
});
