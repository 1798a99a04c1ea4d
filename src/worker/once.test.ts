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
