import { describe, expect, it } from "vitest";
import {
  aControl,
  aHomeStatus,
  aMention,
  groupAddress,
  notificationId,
} from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const ann = "ann@far.example";
const control = aControl({ members: [ann], tags: ["ducks"] });
const toGroup = (id: string, text: string, inReplyTo?: string) =>
  aMention({ id, text: `@${groupAddress} ${text}`, inReplyTo });

describe("a post is shared once", () => {
  it("by whatever roads it comes: mention, hashtag and /boost", async () => {
    await using bench = new GroupBench({ control });
    await bench.start();
    const mention = toGroup("1", "#ducks");
    bench.gateway.happen({ kind: "home", at: mention.at, status: mention.status });
    bench.gateway.happen(mention);
    bench.gateway.happen(toGroup("2", "/b", "1"));
    await settle();
    expect(bench.gateway.calls.filter((call) => call.startsWith("reblog"))).toEqual(["reblog 1"]);
    expect(bench.gateway.posts).toMatchObject([
      { visibility: "direct", text: expect.stringContaining("shared in this group already") },
    ]);
  });

  it("and not again by an edit after it was taken back", async () => {
    await using bench = new GroupBench({ control });
    await bench.start();
    const mention = toGroup("1", "a duck");
    bench.gateway.happen(mention);
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
    bench.gateway.happen(toGroup("2", "/undo", "1"));
    await settle();
    expect(bench.gateway.boosts).toEqual([]);
    const text = `@${groupAddress} a duck, edited`;
    const status = { ...mention.status, text };
    bench.gateway.happen({ ...mention, id: notificationId("n-edit"), status });
    bench.gateway.happen({ kind: "home", at: mention.at + 1, status });
    await settle();
    expect(bench.gateway.boosts).toEqual([]);
  });

  it("and not at all by an edit that brings a group hashtag into a post seen before", async () => {
    await using bench = new GroupBench({ control });
    await bench.start();
    bench.gateway.happen(aHomeStatus({ id: "1", text: "ducks" }));
    bench.gateway.happen(aHomeStatus({ id: "1", text: "#ducks" }));
    bench.gateway.happen(aHomeStatus({ id: "2", text: "#ducks" }));
    await settle();
    expect(bench.gateway.boosts).toEqual(["2"]);
  });

  it("by /boost, and a crash after it is no reason to refuse it", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const parent = aMention({ id: "7", text: "Look" }).status;
    bench.gateway.statuses.set(parent.id, parent);
    bench.gateway.fail("reblog", broken(), { count: 99, isAfterEffect: true });
    bench.gateway.fail("whoAmI", broken(), { count: 99 });
    bench.gateway.happen(toGroup("8", "/b", "7"));
    await settle();
    await bench.crash();
    expect(bench.gateway.boosts).toEqual(["7"]);
    bench.gateway.recover();
    await bench.start();
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["7"]);
    expect(bench.gateway.posts).toEqual([]);
    expect(bench.store.state?.shared).toMatchObject([{ uri: parent.uri }]);
  });

  it("or never, and then it is logged, not remembered as shared", async () => {
    await using bench = new GroupBench();
    await bench.start();
    // What a server says of an author who blocks the group.
    bench.gateway.fail("reblog", answered(403, "permanent"));
    bench.gateway.happen(toGroup("1", "a duck"));
    await settle();
    expect(await bench.stop()).toBe("shutdown");
    expect(bench.logged).toContainEqual(
      expect.objectContaining({ level: 40, effect: "reblog", statusId: "1" }),
    );
    expect(bench.store.state?.shared).toEqual([]);
    expect(bench.gateway.calls.filter((call) => call === "reblog 1")).toHaveLength(1);
  });
});

describe("how far the group has read", () => {
  it("moves only when the effects are done", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", broken(), { count: 99 });
    bench.gateway.fail("whoAmI", broken(), { count: 99 });
    const mention = toGroup("1", "a duck");
    bench.gateway.happen(mention);
    await bench.clock.advance(30_000);
    expect(bench.store.state).toMatchObject({ lastNotificationAt: 0, seenNotifications: [] });
    bench.gateway.recover();
    await bench.clock.advance(5 * 60_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.store.state).toMatchObject({
      lastNotificationAt: mention.at,
      seenNotifications: [mention.id],
    });
  });

  it("is not where a stream is that was silent for a while: a whole page may be missing", async () => {
    await using bench = new GroupBench({ control });
    bench.gateway.pageSize = 5;
    bench.gateway.happen(aHomeStatus({ id: "0", text: "#ducks" }), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    const missed = ["1", "2", "3", "4", "5", "6", "7"];
    for (const id of missed) {
      bench.gateway.happen(aHomeStatus({ id, text: "#ducks" }), { isStreamed: false });
      bench.gateway.happen(toGroup(`m${id}`, "Look"), { isStreamed: false });
    }
    bench.gateway.happen(aHomeStatus({ id: "8", text: "#ducks" }));
    bench.gateway.happen(toGroup("m8", "Look"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["0", "8", "m8"]);
    // Nor does a crash make it so.
    await bench.clock.advance(10_000);
    await bench.crash();
    await bench.start();
    await bench.clock.advance(10_000);
    const all = ["0", "8", ...missed, "m8", ...missed.map((id) => `m${id}`)];
    expect([...bench.gateway.boosts].sort()).toEqual(all.sort());
  });

  it("is found again below what came late and fills the end of a page", async () => {
    await using bench = new GroupBench({ control });
    bench.gateway.pageSize = 6;
    for (const id of ["1", "2", "3", "4"]) {
      bench.gateway.happen(aHomeStatus({ id, text: "#ducks" }), { isStreamed: false });
    }
    await bench.start();
    const [newest, ...older] = bench.gateway.homeList;
    const late = ["a", "b", "c", "d", "e"].map((id) => aHomeStatus({ id, text: "#ducks" }));
    // Dated by a clock that is slow, they are listed below what was there before them.
    if (newest !== undefined) bench.gateway.homeList = [newest, ...late, ...older];
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(10_000);
    expect([...bench.gateway.boosts].sort()).toEqual(["1", "2", "3", "4", "a", "b", "c", "d", "e"]);
  });

  it("is capped for the home timeline, too", async () => {
    await using bench = new GroupBench({ control, settings: { maxCatchupStatuses: 2 } });
    for (const id of ["1", "2", "3"]) {
      bench.gateway.happen(aHomeStatus({ id, text: "#ducks" }), { isStreamed: false });
    }
    await bench.start();
    expect(bench.gateway.boosts).toEqual(["2", "3"]);
    const warnings = bench.logged.filter(({ list, level }) => list === "home" && level !== 20);
    expect(warnings).toMatchObject([{ level: 40, skipped: "1 or more" }]);
  });
});
