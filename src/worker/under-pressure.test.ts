import { describe, expect, it } from "vitest";
import type { MastodonGateway } from "../ports.js";
import {
  aControl,
  aFollow,
  aHomeStatus,
  aMention,
  anAccount,
  groupAddress,
} from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken } from "../testing/fake-gateway.js";
import { GroupBench, ranBefore } from "../testing/group-bench.js";

const toGroup = (id: string, text = "Look") => aMention({ id, text: `@${groupAddress} ${text}` });
const hours = (count: number) => count * 60 * 60_000;

describe("what the server has no room for", () => {
  it("is put off, and the boosts go on", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("follow", answered(429, "transient", hours(20)));
    bench.gateway.happen(aFollow(anAccount("bob@far.example"), "n-bob"));
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.gateway.following.size).toBe(0);
    expect(bench.gateway.posts).toHaveLength(1);
    await bench.clock.advance(16 * 60_000);
    expect(bench.gateway.following.size).toBe(1);
    expect(bench.store.state?.pending ?? []).toHaveLength(0);
  });

  it("keeps every part of one event's work, put off one after the other", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("follow", answered(429, "transient", hours(1)), { count: 1 });
    bench.gateway.fail("post", answered(500, "transient"), { count: 15 });
    bench.gateway.happen(aFollow(anAccount("bob@far.example"), "n-bob"));
    await bench.clock.advance(hours(2));
    expect(bench.gateway.following.size).toBe(1);
    expect(bench.gateway.posts).toHaveLength(1);
  });

  it("does not come back when the opposite was ordered meanwhile", async () => {
    const control = aControl({ admins: ["ann@far.example"] });
    await using bench = new GroupBench({ control });
    await bench.start();
    const bob = anAccount("bob@far.example");
    bench.gateway.accounts.set(bob.acct, bob);
    bench.gateway.fail("follow", answered(429, "transient", hours(1)));
    bench.gateway.happen(toGroup("1", "/add bob@far.example"));
    await settle();
    bench.gateway.happen(toGroup("2", "/ban bob@far.example"));
    await bench.clock.advance(hours(2));
    expect([...bench.gateway.following]).toEqual([]);
    expect(bench.store.state?.pending).toEqual([]);
  });

  it("is still known after a restart", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("post", answered(429, "transient", hours(3)));
    bench.gateway.happen(toGroup("1", "/ping"));
    await settle();
    await bench.stop();
    expect(bench.store.state?.pending).toHaveLength(1);
    await bench.start();
    await bench.clock.advance(16 * 60_000);
    expect(bench.gateway.posts).toHaveLength(1);
  });

  it("is dropped after a day, with a word in the log", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("follow", answered(429, "transient", hours(1)), { count: 999 });
    bench.gateway.happen(aFollow(anAccount("bob@far.example"), "n-bob"));
    await bench.clock.advance(hours(25));
    expect(bench.messages()).toContain("Could not do for a day what was put off; dropped it.");
    expect(bench.store.state?.pending).toEqual([]);
  });

  it("does not keep an order of an admin waiting behind shares", async () => {
    const control = aControl({ admins: ["ann@far.example"] });
    await using bench = new GroupBench({ control });
    await bench.start();
    const { reblog } = bench.gateway;
    const fullUntil = bench.clock.now() + 300_000;
    bench.gateway.reblog = (id, visibility) =>
      bench.clock.now() < fullUntil
        ? Promise.reject(answered(429, "transient", fullUntil - bench.clock.now()))
        : reblog.call(bench.gateway, id, visibility);
    const ids = ["1", "2", "3", "4"];
    for (const id of ids)
      bench.gateway.happen(aMention({ id, text: `@${groupAddress} Look`, by: "bob@far.example" }));
    const troll = "troll@far.example";
    bench.gateway.happen(aMention({ id: "5", text: `@${groupAddress} Buy`, by: troll }));
    bench.gateway.happen(toGroup("6", `/ban ${troll}`));
    await settle();
    expect([...bench.store.control.bannedUsers]).toEqual([troll]);
    expect(bench.gateway.posts).toHaveLength(1);
    // Told of twice, shared once; and over a restart, too.
    await bench.stop();
    await bench.start();
    await bench.clock.advance(16 * 60_000);
    expect(bench.gateway.boosts).toEqual(ids);
    expect(bench.store.state?.pending).toEqual([]);
  });

  it("can be taken back before it is shared", async () => {
    const control = aControl({ admins: ["ann@far.example"] });
    await using bench = new GroupBench({ control });
    await bench.start();
    bench.gateway.fail("reblog", answered(429, "transient", 200_000));
    bench.gateway.happen(toGroup("1"));
    bench.gateway.happen(
      aMention({ id: "2", text: `@${groupAddress} /undo`, by: "ann@far.example", inReplyTo: "1" }),
    );
    await bench.clock.advance(hours(1));
    expect(bench.gateway.boosts).toEqual([]);
  });

  it("does not wear patience out when it is a share", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", answered(429, "transient"), { count: 40 });
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(hours(4));
    expect(bench.gateway.boosts).toEqual(["1"]);
  });
});

describe("an outage of writing only", () => {
  it("loses nothing of three hours", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const isRefused = () => bench.clock.now() < startedAt + hours(3);
    const startedAt = bench.clock.now();
    const { reblog } = bench.gateway;
    bench.gateway.reblog = (id, visibility) =>
      isRefused()
        ? Promise.reject(answered(503, "transient"))
        : reblog.call(bench.gateway, id, visibility);
    for (const id of ["1", "2", "3", "4", "5"]) bench.gateway.happen(toGroup(id));
    await bench.clock.advance(hours(5));
    expect([...bench.gateway.boosts].sort()).toEqual(["1", "2", "3", "4", "5"]);
  });
});

describe("an answer that got lost", () => {
  it("is asked for again under the key that it may have been given", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const keys: string[] = [];
    const { post } = bench.gateway;
    bench.gateway.post = (outgoing) => {
      keys.push(outgoing.key);
      return post.call(bench.gateway, outgoing);
    };
    bench.gateway.fail("post", answered(504, "transient"), { isAfterEffect: true });
    // The list of own posts is behind, as after a failover.
    bench.gateway.findPost = () => Promise.resolve(undefined);
    bench.gateway.traits = { ...bench.gateway.traits, hasIdempotencyKey: true };
    bench.gateway.happen(toGroup("1", "/ping"));
    await bench.clock.advance(10_000);
    expect(new Set(keys).size).toBe(1);
    expect(bench.gateway.posts).toHaveLength(1);
  });
});

describe("many events while the group is busy", () => {
  it("are neither lost to the cap of a catch-up nor overtaken by it", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(toGroup("0"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    // The first is held up for longer than a socket lives.
    bench.gateway.fail("reblog", answered(429, "transient", 150_000));
    bench.gateway.happen(toGroup("held"));
    await bench.clock.advance(118_000);
    const ids = Array.from({ length: 45 }, (_, index) => `${index + 1}`);
    for (const id of ids) bench.gateway.happen(toGroup(id));
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["0", "held", ...ids]);
  });
});

describe("times that are wrong", () => {
  it("one post from the future does not make all that comes after it old", async () => {
    await using bench = new GroupBench({ state: ranBefore });
    await bench.start();
    const future = aHomeStatus({ id: "f" });
    bench.gateway.happen({ ...future, at: Date.UTC(2999, 0) });
    bench.gateway.happen({ ...toGroup("n"), at: Date.UTC(2999, 0) });
    await settle();
    await bench.stop();
    expect(bench.store.state?.lastStatusAt).toBeLessThanOrEqual(bench.clock.now());
    expect(bench.store.state?.lastNotificationAt).toBeLessThanOrEqual(bench.clock.now());
  });

  it("one late delivery on top does not hide what is new below it", async () => {
    await using bench = new GroupBench({
      state: { ...ranBefore, lastNotificationAt: toGroup("x").at },
    });
    for (const id of ["1", "2"]) {
      bench.gateway.happen({ ...toGroup(id), at: toGroup(id).at + 5000 }, { isStreamed: false });
    }
    bench.gateway.happen(
      { ...toGroup("late"), at: toGroup("late").at - 5000 },
      { isStreamed: false },
    );
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.gateway.boosts).toEqual(["1", "2", "late"]);
  });
});

describe("a server that is away for hours", () => {
  it("is asked once in five minutes in the end, by each of two roads", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("connect", broken(), { count: 9999 });
    bench.gateway.fail("notifications", broken(), { count: 9999 });
    bench.gateway.fail("home", broken(), { count: 9999 });
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(hours(1));
    const before = bench.gateway.calls.length;
    await bench.clock.advance(hours(1));
    const asked = bench.gateway.calls.slice(before);
    expect(asked.filter((call) => call === "connect").length).toBeLessThanOrEqual(14);
    expect(asked.filter((call) => call === "notifications").length).toBeLessThanOrEqual(14);
  });

  const everyCall = [
    ...["whoAmI", "learnTraits", "openNotifications", "connect", "notifications", "home"],
    ...["status", "account", "reblog", "post", "findPost", "follow"],
  ] as const satisfies readonly (keyof MastodonGateway)[];

  async function cutOff(bench: GroupBench): Promise<void> {
    for (const call of everyCall) bench.gateway.fail(call, broken(), { count: 99_999 });
    bench.gateway.sockets.at(-1)?.say({ kind: "closed", because: "server", code: 1006 });
    await settle();
  }

  it("is asked by all roads together at most once in five minutes after an hour", async () => {
    await using bench = new GroupBench();
    await bench.start();
    // It goes away in the middle of a share, an answer waits, and the upkeep comes due.
    for (const id of ["1", "2"]) bench.gateway.happen(toGroup(id));
    bench.gateway.happen(toGroup("3", "/ping"));
    await cutOff(bench);
    const startedAt = bench.clock.now();
    const perHour: number[] = [];
    for (let hour = 0; hour < 30; hour++) {
      const before = bench.gateway.calls.length;
      await bench.clock.advance(hours(1));
      perHour.push(bench.gateway.calls.length - before);
    }
    expect(perHour[0]).toBeLessThanOrEqual(30);
    expect(Math.max(...perHour.slice(1))).toBeLessThanOrEqual(12);
    expect(Math.min(...perHour.slice(1))).toBeGreaterThanOrEqual(9);
    expect(bench.clock.now() - startedAt).toBe(hours(30));
  });

  it("is back in business with the first answer, and nothing is lost or doubled", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(toGroup("0"));
    await settle();
    await cutOff(bench);
    await bench.clock.advance(hours(5));
    for (const id of ["1", "2"]) bench.gateway.happen(toGroup(id), { isStreamed: false });
    bench.gateway.happen(toGroup("3", "/ping"), { isStreamed: false });
    bench.gateway.recover();
    const recoveredAt = bench.clock.now();
    while (bench.gateway.boosts.length < 3) await bench.clock.advance(10_000);
    await bench.clock.advance(1000);
    expect(bench.clock.now() - recoveredAt).toBeLessThan(6 * 60_000 + 30_000);
    expect(bench.gateway.openSockets).toBe(1);
    await bench.clock.advance(hours(1));
    expect(bench.gateway.boosts).toEqual(["0", "1", "2"]);
    expect(bench.gateway.posts).toHaveLength(1);
  });

  it("does not keep a group from a server of which only one thing is broken", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("home", broken(), { count: 99_999 });
    bench.gateway.sockets.at(-1)?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(hours(2));
    const askedAt = bench.clock.now();
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(1000);
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.clock.now() - askedAt).toBe(1000);
  });
});
