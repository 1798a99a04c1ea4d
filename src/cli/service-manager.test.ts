import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { aMention, groupAddress } from "../testing/builders.js";
import { DaemonBench } from "../testing/daemon-bench.js";
import { settle } from "../testing/fake-clock.js";
import { broken } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";
import { NotifySocket, whyNoNotifySocket } from "../testing/notify-socket.js";
import { until } from "../testing/until.js";
import { tellServiceManager } from "./service-manager.js";

const minute = 60_000;
const { PATH: searchPath = "" } = process.env;

/** A worker on a fake clock, and what the service manager hears of it. */
async function listen(bench: GroupBench, watchdogMs?: number) {
  const heard: string[] = [];
  const stop = new AbortController();
  const send = async (...fields: readonly string[]) => void heard.push(...fields);
  const { board, clock } = bench;
  await bench.start();
  const told = tellServiceManager({ board, clock, send, watchdogMs }, stop.signal);
  await settle();
  const end = async () => {
    stop.abort();
    await told;
  };
  return { heard, end };
}

const feeds = (heard: readonly string[]) => heard.filter((one) => one === "WATCHDOG=1").length;

describe("the service manager", () => {
  it("hears that the groups are up, how they are, and that the program stops", async () => {
    await using bench = new GroupBench();
    const { heard, end } = await listen(bench);
    await bench.clock.advance(10 * minute);
    await end();
    expect(heard).toEqual(["READY=1", "STATUS=1 of 1 groups live", "STOPPING=1"]);
  });

  it("does not wait for a server that is away, and hears of it", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", broken("The pond is frozen."), { count: 3 });
    const { heard, end } = await listen(bench);
    await bench.clock.advance(2000);
    expect(heard[0]).toBe("READY=1");
    expect(heard[1]).toBe(`STATUS=0 of 1 groups live; ${groupAddress}: waiting for its server`);
    await bench.clock.advance(2 * minute);
    expect(heard.at(-1)).toBe("STATUS=1 of 1 groups live");
    await end();
  });

  it("hears often enough that the loops turn, also when nothing happens", async () => {
    await using bench = new GroupBench();
    const { heard, end } = await listen(bench, 5 * minute);
    await bench.clock.advance(60 * minute);
    expect(feeds(heard)).toBeGreaterThanOrEqual(35);
    expect(feeds(heard)).toBeLessThanOrEqual(37);
    await end();
  });

  it.each([
    ["put forward", 400 * 24 * 60 * minute],
    ["set back", -3 * 60 * minute],
  ])("hears on that the loops turn when the machine's clock is %s", async (_, byMs) => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", broken("The pond is frozen."), { count: 10 });
    const { heard, end } = await listen(bench, 5 * minute);
    await bench.clock.advance(6 * minute);
    const before = feeds(heard);
    bench.clock.set(bench.clock.now() + byMs);
    await bench.clock.advance(5 * minute);
    expect(feeds(heard) - before).toBeGreaterThanOrEqual(2);
    expect(heard.join()).not.toContain("STUCK");
    await end();
  });

  it("hears no more once a loop hangs, and why", async () => {
    await using bench = new GroupBench();
    const { heard, end } = await listen(bench, 5 * minute);
    let letGo: () => void = () => undefined;
    bench.gateway.reblog = () =>
      new Promise((resolve) => {
        letGo = resolve;
      });
    bench.gateway.happen(aMention({ id: "1", text: `@${groupAddress} A duck` }));
    await bench.clock.advance(4 * minute);
    const before = feeds(heard);
    await bench.clock.advance(30 * minute);
    expect(feeds(heard)).toBe(before);
    expect(heard.at(-1)).toContain("STUCK");
    letGo();
    await bench.clock.advance(2 * minute);
    expect(feeds(heard)).toBeGreaterThan(before);
    await end();
  });

  it("is told nothing where it did not start us", async () => {
    await using bench = await DaemonBench.open("ducks");
    bench.env = { PATH: "/nonexistent" };
    const io = await bench.start("ducks");
    await bench.end();
    expect(io.out).not.toContain("service manager");
  });

  it("is done without where systemd-notify cannot be run", async () => {
    await using bench = await DaemonBench.open("ducks");
    bench.env = { NOTIFY_SOCKET: "/nonexistent/notify", PATH: "/nonexistent" };
    const io = await bench.start("ducks");
    await until(() => io.out.includes("The service manager cannot be told"));
    expect(bench.host.faults.streams.count("ducks")).toBe(1);
    expect(await bench.end()).toBe(0);
  });
});

const skipped = whyNoNotifySocket === undefined ? "" : ` (there is no ${whyNoNotifySocket} here)`;

describe.skipIf(skipped !== "")(`a real notify socket${skipped}`, () => {
  it("receives READY when the groups are up, STATUS, WATCHDOG, and STOPPING at the end", async () => {
    await using socket = await NotifySocket.open();
    await using bench = await DaemonBench.open("ducks");
    bench.env = {
      ...{ NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "300000", WATCHDOG_PID: `${process.pid}` },
      PATH: searchPath,
    };
    await bench.start("ducks");
    await until(() => socket.fields.filter((field) => field === "WATCHDOG=1").length >= 3);
    expect(socket.fields).toContain("READY=1");
    expect(socket.fields).toContain("STATUS=1 of 1 groups live");
    expect(socket.fields.indexOf("READY=1")).toBeGreaterThanOrEqual(0);
    await bench.end();
    expect(socket.fields.at(-1)).toBe("STOPPING=1");
    expect(socket.fields.filter((field) => field === "READY=1")).toHaveLength(1);
  });

  it("receives no WATCHDOG that is meant for another process", async () => {
    await using socket = await NotifySocket.open();
    await using bench = await DaemonBench.open("ducks");
    bench.env = {
      ...{ NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "30000", WATCHDOG_PID: "1" },
      PATH: searchPath,
    };
    await bench.start("ducks");
    await until(() => socket.fields.includes("STATUS=1 of 1 groups live"));
    await bench.end();
    expect(socket.fields).not.toContain("WATCHDOG=1");
  });
});

describe("the unit file", () => {
  it("lets the program tell, be watched and reload", async () => {
    const unit = await readFile(
      new URL("../../fedigroups.example.service", import.meta.url),
      "utf8",
    );
    for (const line of ["Type=notify", "NotifyAccess=all", "ExecReload=/bin/kill -HUP $MAINPID"]) {
      expect(unit.split("\n")).toContain(line);
    }
    expect(unit).toMatch(/^WatchdogSec=/mu);
  });
});
