import { describe, expect, it } from "vitest";
import {
  aControl,
  aFollow,
  aHomeStatus,
  aMention,
  groupAddress,
  notificationId,
} from "../testing/builders.js";
import type { FakeGateway } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const ann = "ann@far.example";
const toGroup = (id: string, text = "Look at this duck", by = ann) =>
  aMention({ id, text: `@${groupAddress} ${text}`, by });
const closed = { kind: "closed", because: "server", code: 1006 } as const;
const unseen = { isStreamed: false };

const callsOf = ({ calls }: FakeGateway, name: string) =>
  calls.filter((call) => call.split(" ")[0] === name);
const cursorsOf = (gateway: FakeGateway) =>
  [...callsOf(gateway, "notifications"), ...callsOf(gateway, "home")].filter((call) =>
    call.includes(" "),
  );
const silence = (bench: GroupBench) => {
  bench.gateway.traits = { ...bench.gateway.traits, streamingUrl: undefined };
};

describe("reading what was missed", () => {
  it("rule 1: no server is asked for an id of another's, after a move neither", async () => {
    await using here = new GroupBench();
    here.gateway.happen(toGroup("old-1"));
    await here.start();
    await here.clock.advance(1000);
    await here.stop();
    await using there = new GroupBench({ state: here.store.state });
    there.gateway.happen(toGroup("new-1"));
    await there.start();
    await there.clock.advance(1000);
    expect(there.gateway.calls.filter((call) => call.includes("old-1"))).toEqual([]);
    expect(there.gateway.boosts).toEqual(["new-1"]);
  });

  it("rule 2: a quiet group asks by cursor never, and no more than its rhythm", async () => {
    // With a stream the rhythm is the socket's retirement, every 120 s; without, 15 s.
    for (const [hasStream, most] of [
      [true, 9],
      [false, 61],
    ] as const) {
      await using bench = new GroupBench();
      if (!hasStream) silence(bench);
      for (const id of ["1", "2", "3"]) bench.gateway.happen(toGroup(id), unseen);
      await bench.start();
      await bench.clock.advance(15 * 60_000);
      const before = cursorsOf(bench.gateway).length;
      const listsBefore = callsOf(bench.gateway, "notifications").length;
      await bench.clock.advance(15 * 60_000);
      expect(cursorsOf(bench.gateway).length).toBe(before);
      expect(callsOf(bench.gateway, "notifications").length - listsBefore).toBeLessThanOrEqual(
        most,
      );
    }
  });

  it("rule 3 (H10, H11, live G14): it goes down to what is known and a page below, then handles oldest first", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    for (const id of ["1", "2"]) gateway.happen(toGroup(id), unseen);
    await bench.start();
    await bench.clock.advance(1000);
    gateway.pageSize = 2;
    gateway.happen(toGroup("3"), unseen);
    // Late: it stands below what was handled before, on the next page.
    gateway.notificationList.splice(2, 0, toGroup("late"));
    gateway.sockets[0]?.say(closed);
    await bench.clock.advance(5000);
    expect(gateway.boosts).toEqual(["1", "2", "late", "3"]);
  });

  it("rule 5: an empty page with more behind it is passed, and a server that has only those, left", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    silence(bench);
    const { notifications } = gateway;
    gateway.notifications = (maxId) =>
      maxId === undefined
        ? Promise.resolve({ events: [], nextMaxId: "filtered" })
        : notifications.call(gateway, maxId === "filtered" ? undefined : maxId);
    gateway.happen(toGroup("1"), unseen);
    await bench.start();
    await bench.clock.advance(20_000);
    expect(gateway.boosts).toEqual(["1"]);
    let asked = 0;
    gateway.notifications = async () => ({ events: [], nextMaxId: `${asked++}` });
    await bench.clock.advance(60_000);
    expect(asked).toBeLessThan(50);
  });

  it("rule 5 (live G15): a list that repeats itself is handled once and read to its end", async () => {
    await using bench = new GroupBench({ control: aControl({ members: [ann], tags: ["duck"] }) });
    const { gateway } = bench;
    for (const id of ["1", "2", "3"]) {
      gateway.happen(aHomeStatus({ id, text: "#duck", by: ann }), unseen);
    }
    gateway.homeList.push(...gateway.homeList);
    await bench.start();
    await bench.clock.advance(1000);
    expect(gateway.boosts).toEqual(["1", "2", "3"]);
  });

  it("rule 6 (S6): what is notified again under another id is not done again", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    await bench.start();
    for (const id of ["n-1", "n-2", "n-3"]) {
      gateway.happen({ ...toGroup("1"), id: notificationId(id) });
      gateway.happen(aFollow(ann, `f-${id}`));
    }
    await bench.clock.advance(1000);
    expect(gateway.boosts).toEqual(["1"]);
    expect(gateway.posts).toHaveLength(1);
  });

  it("rule 6: 500 ids are kept, over a restart too", async () => {
    await using bench = new GroupBench();
    await bench.start();
    for (let i = 0; i < 500; i++) bench.gateway.happen(toGroup(`${i}`));
    await bench.clock.advance(10_000);
    await bench.stop();
    expect(bench.store.state?.seenNotifications.length).toBeGreaterThanOrEqual(500);
  });

  it("live G21, G22: a post that comes home and as a mention is shared once; an edit may bring it", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    await bench.start();
    const both = toGroup("1");
    gateway.happen({ kind: "home", at: both.at, status: both.status });
    gateway.happen(both);
    gateway.happen(aHomeStatus({ id: "2", text: "not yet" }));
    gateway.happen(toGroup("2"));
    await bench.clock.advance(1000);
    expect(gateway.boosts).toEqual(["1", "2"]);
  });

  it("live G47: events of one whole second are told apart by id", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    gateway.happen({ ...toGroup("1"), at: 1_795_000_000_000 }, unseen);
    await bench.start();
    gateway.happen({ ...toGroup("2"), at: 1_795_000_000_000 }, unseen);
    gateway.sockets[0]?.say(closed);
    await bench.clock.advance(2000);
    expect(gateway.boosts).toEqual(["1", "2"]);
  });
});
