import { describe, expect, it } from "vitest";
import {
  aFollow,
  aHomeStatus,
  aMention,
  groupAddress,
  type StatusSketch,
} from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const second = 1000;
const minute = 60 * second;
const toGroup = (given: StatusSketch) => aMention({ text: `@${groupAddress} A duck`, ...given });

describe("GroupRecord", () => {
  it("tells how the group hears, and since when", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const since = bench.clock.now();
    expect(bench.told()).toMatchObject({ phase: "live", connection: { how: "stream", since } });
    await bench.clock.advance(10 * minute);
    // Its sockets were replaced meanwhile, without a gap.
    expect(bench.told().connection).toEqual({ how: "stream", since });
    expect(bench.told().totals.socketsOpened).toBeGreaterThan(3);
  });

  it("tells of polling where there is no stream", async () => {
    await using bench = new GroupBench();
    bench.gateway.traits = { ...bench.gateway.traits, streamingUrl: undefined };
    await bench.start();
    expect(bench.told().connection).toEqual({ how: "polling", since: bench.clock.now() });
  });

  it("tells each decision with its reason and its latency", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(toGroup({ id: "1", url: "https://host.example/1" }));
    await settle();
    bench.gateway.happen(toGroup({ id: "2", inReplyTo: "1" }));
    await settle();
    const { recent, totals, sharesToday } = bench.told();
    expect(recent).toMatchObject([
      { event: "mention", because: "a-reply", effects: [] },
      {
        ...{ event: "mention", source: "stream", because: "mention", ended: "handled" },
        effects: [{ kind: "reblog", outcome: "done" }],
        ...{ url: "https://host.example/1", tookMs: 0 },
      },
    ]);
    expect(totals.decisions).toEqual({ mention: 1, "a-reply": 1 });
    expect(totals.events).toEqual([{ kind: "mention", source: "stream", count: 2 }]);
    expect(totals.latency.counts[0]).toBe(1);
    expect(sharesToday).toBe(1);
  });

  it("counts as latency the time from the frame to the boost, troubles and all", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", answered(503, "transient", 20 * second));
    bench.gateway.happen(toGroup({ id: "1" }));
    await settle();
    await bench.clock.advance(20 * second);
    const { latency } = bench.told().totals;
    expect(latency.sumMs).toBe(20 * second);
    expect(latency.counts[latency.boundsMs.indexOf(30 * second)]).toBe(1);
  });

  it("counts no latency for what was caught up or refused", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(toGroup({ id: "1" }));
    await bench.start();
    await bench.clock.advance(second);
    bench.gateway.fail("reblog", answered(404, "permanent"));
    bench.gateway.happen(toGroup({ id: "2" }));
    await settle();
    const { totals, recent, caughtUp } = bench.told();
    expect(totals.latency.counts.every((count) => count === 0)).toBe(true);
    expect(totals.caughtUp).toBe(1);
    expect(caughtUp?.count).toBe(1);
    expect(recent[0]?.effects).toEqual([{ kind: "reblog", outcome: "refused" }]);
  });

  it.each(["private", "direct"] as const)(
    "tells nothing of who wrote a %s post",
    async (visibility) => {
      await using bench = new GroupBench();
      await bench.start();
      const text = `@${groupAddress} my secret`;
      bench.gateway.happen(toGroup({ id: "1", by: "alice@far.example", text, visibility }));
      await settle();
      const [line] = bench.told().recent;
      expect(line).toMatchObject({ because: "not-public", author: undefined, url: undefined });
      expect(JSON.stringify(bench.board.snapshot())).not.toMatch(/secret|alice/u);
    },
  );

  it("keeps no text of any post", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(toGroup({ id: "1", text: `@${groupAddress} a quiet pond` }));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(JSON.stringify(bench.board.snapshot())).not.toContain("pond");
  });

  it("keeps the newest events only", async () => {
    await using bench = new GroupBench();
    await bench.start();
    for (let id = 1; id <= 60; id++) bench.gateway.happen(aHomeStatus({ id: `${id}` }));
    await settle();
    const { recent, totals } = bench.told();
    expect(recent).toHaveLength(50);
    expect(recent[0]?.status).toBe("60");
    expect(totals.decisions).toEqual({ "no-group-tag": 60 });
  });

  it("tells what is tried again, when and why, until it goes well", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", broken("The pond is frozen."));
    await bench.start();
    const [wait] = bench.told().waits;
    expect(wait).toMatchObject({ for: "start", because: "The pond is frozen." });
    expect(wait?.at).toBeGreaterThan(bench.clock.now());
    await bench.clock.advance(5 * second);
    expect(bench.told()).toMatchObject({ phase: "live", waits: [] });
    bench.gateway.fail("reblog", broken("The pond froze again."));
    bench.gateway.happen(toGroup({ id: "1" }));
    await settle();
    expect(bench.told().waits).toMatchObject([{ for: "event", because: "The pond froze again." }]);
    await bench.clock.advance(5 * second);
    expect(bench.told().waits).toEqual([]);
  });

  it("tells of a stream that ended, and of one that cannot be opened", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("connect", broken("No stream today."), { count: 1 });
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await settle();
    expect(bench.told()).toMatchObject({ connection: { how: "none" }, waits: [{ for: "stream" }] });
    await bench.clock.advance(second);
    expect(bench.told().waits).toMatchObject([{ for: "stream", because: "No stream today." }]);
    await bench.clock.advance(minute);
    expect(bench.told()).toMatchObject({ connection: { how: "stream" }, waits: [] });
  });

  it("tells what was put off, until it is done", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("follow", answered(429, "transient", 10 * minute));
    bench.gateway.happen(aFollow());
    await settle();
    const since = bench.clock.now();
    const before = bench.told();
    expect(before.putOff).toEqual([{ effect: "follow", since }]);
    expect(before.waits).toMatchObject([{ for: "put-off", at: since + 10 * minute }]);
    await bench.clock.advance(16 * minute);
    expect(bench.told()).toMatchObject({ putOff: [], waits: [] });
  });

  it("tells why a group stays down", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", answered(401, "auth"), { count: 2 });
    await bench.start();
    await bench.clock.advance(10 * second);
    const { phase, stoppedBecause } = bench.told();
    expect(phase).toBe("stopped");
    expect(stoppedBecause).toContain("no longer accepts this group's token");
  });

  it("shows the server's limits, and how much of them is used", async () => {
    await using bench = new GroupBench();
    const budgets = [{ kind: "posts", used: 2, count: 300, windowMs: 1000 }];
    bench.gateway.budgetList = budgets;
    await bench.start();
    expect(bench.told().budgets).toEqual(budgets);
  });

  describe("finds a group stuck", () => {
    it("when its loop hangs in an event", async () => {
      await using bench = new GroupBench();
      await bench.start();
      let letGo: () => void = () => undefined;
      bench.gateway.reblog = () =>
        new Promise((resolve) => {
          letGo = resolve;
        });
      bench.gateway.happen(toGroup({ id: "1" }));
      await bench.clock.advance(2 * minute);
      expect(bench.told().isStuck).toBe(false);
      await bench.clock.advance(2 * minute);
      expect(bench.told().isStuck).toBe(true);
      letGo();
      await settle();
      expect(bench.told().isStuck).toBe(false);
    });

    it("but not when nothing happens for days", async () => {
      await using bench = new GroupBench();
      await bench.start();
      await bench.clock.advance(48 * 60 * minute);
      expect(bench.told()).toMatchObject({ isStuck: false, phase: "live" });
    });

    it("nor while its server is away for hours, at the start or later", async () => {
      await using bench = new GroupBench();
      bench.gateway.fail("whoAmI", broken(), { count: 1000 });
      await bench.start();
      await bench.clock.advance(10 * minute);
      expect(bench.told()).toMatchObject({ isStuck: false, phase: "starting" });
      bench.gateway.recover();
      await bench.clock.advance(10 * minute);
      for (const method of ["reblog", "whoAmI", "notifications", "home"] as const) {
        bench.gateway.fail(method, broken(), { count: 1000 });
      }
      bench.gateway.happen(toGroup({ id: "1" }));
      await settle();
      for (let hour = 0; hour < 3; hour++) {
        await bench.clock.advance(60 * minute);
        expect(bench.told().isStuck).toBe(false);
      }
      expect(bench.told().waits).toContainEqual(expect.objectContaining({ for: "event" }));
    });
  });
});
