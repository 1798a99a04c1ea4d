import { describe, expect, it } from "vitest";
import {
  aControl,
  acct,
  aFollow,
  aHomeStatus,
  aMention,
  anAccount,
  aStatus,
  groupAddress,
  notificationId,
} from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken } from "../testing/fake-gateway.js";
import { GroupBench, ranBefore } from "../testing/group-bench.js";

const toGroup = (id: string, text = "Look at this duck", by = "ann@far.example") =>
  aMention({ id, text: `@${groupAddress} ${text}`, by });

const catchUps = (bench: GroupBench) =>
  bench.gateway.calls.filter((call) => call === "notifications").length;

describe("a group's life", () => {
  it("shares a mention with one request and no file written before it", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const callsBefore = bench.gateway.calls.length;
    const writesBefore = bench.store.writes.length;
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.calls.slice(callsBefore)).toEqual(["reblog 1"]);
    expect(bench.store.writes.length).toBe(writesBefore);
  });

  it("opens the stream before it catches up", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const { calls } = bench.gateway;
    expect(calls.indexOf("connect")).toBeLessThan(calls.indexOf("notifications"));
    expect(calls.indexOf("notifications")).toBeLessThan(calls.indexOf("home"));
  });

  it("starts from now when it has never run", async () => {
    await using bench = new GroupBench({ state: undefined });
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.start();
    expect(bench.gateway.boosts).toEqual([]);
    bench.gateway.happen(toGroup("2"), { isStreamed: false });
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(1000);
    expect(bench.gateway.boosts).toEqual(["2"]);
  });

  it("catches up oldest first with time stamps of 0, within the cap", async () => {
    await using bench = new GroupBench({ settings: { maxCatchupNotifs: 2 } });
    for (const id of ["1", "2", "3"]) bench.gateway.happen(toGroup(id), { isStreamed: false });
    await bench.start();
    expect(bench.gateway.boosts).toEqual(["2", "3"]);
    expect(bench.logged).toContainEqual(
      expect.objectContaining({ level: 40, list: "notifications", skipped: "1 or more" }),
    );
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(1000);
    expect(bench.gateway.boosts).toEqual(["2", "3"]);
  });

  it("says that it does not know how many were skipped when it did not read that far", async () => {
    await using bench = new GroupBench({ settings: { maxCatchupNotifs: 2 } });
    bench.gateway.pageSize = 2;
    for (const id of ["1", "2", "3"]) bench.gateway.happen(toGroup(id), { isStreamed: false });
    await bench.start();
    expect(bench.gateway.boosts).toEqual(["2", "3"]);
    expect(bench.logged).toContainEqual(expect.objectContaining({ skipped: "0 or more" }));
  });

  it("goes on where the Rust program stopped, by time stamp", async () => {
    const before = toGroup("1");
    const after = { ...toGroup("2"), at: before.at + 1 };
    await using bench = new GroupBench({ state: { ...ranBefore, lastNotificationAt: before.at } });
    bench.gateway.happen(before, { isStreamed: false });
    bench.gateway.happen(after, { isStreamed: false });
    await bench.start();
    expect(bench.gateway.boosts).toEqual(["2"]);
  });

  it("pages back to what it knows, pausing between pages", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(toGroup("0"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    const pausesBefore = bench.clock.delays.length;
    bench.gateway.pageSize = 2;
    for (const id of ["1", "2", "3", "4", "5"]) {
      bench.gateway.happen(toGroup(id), { isStreamed: false });
    }
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(2000);
    expect(bench.gateway.boosts).toEqual(["0", "1", "2", "3", "4", "5"]);
    const pauses = bench.clock.delays.slice(pausesBefore);
    // Three pages, and one below because what is known came last on the third.
    expect(pauses.filter((delay) => delay === 250)).toHaveLength(3);
  });

  it("handles an event once that comes by stream and by catching up", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const event = toGroup("1", "/ping");
    bench.gateway.happen(event);
    bench.gateway.sockets[0]?.say(event);
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(5000);
    expect(bench.gateway.posts).toHaveLength(1);
    expect(catchUps(bench)).toBe(2);
  });

  it("handles a mention once that comes home first and as a notification after", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const mention = toGroup("1", "/ping");
    bench.gateway.happen({ kind: "home", at: mention.at, status: mention.status });
    bench.gateway.happen(mention);
    await settle();
    expect(bench.gateway.posts).toHaveLength(1);
  });

  it("runs nothing when a handled post is edited", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const mention = toGroup("1", "/ping");
    bench.gateway.happen(mention);
    bench.gateway.happen({ ...mention, id: notificationId("n-again") });
    await settle();
    expect(bench.gateway.posts).toHaveLength(1);
  });

  it("handles a post that comes to mention the group by an edit", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(aHomeStatus({ id: "1", text: "A duck" }));
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("still knows after a restart what it has handled", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(toGroup("1", "/ping"));
    await settle();
    expect(await bench.stop()).toBe("shutdown");
    await bench.start();
    await settle();
    expect(bench.gateway.posts).toHaveLength(1);
  });

  it("replaces the socket before it retires the old one", async () => {
    await using bench = new GroupBench();
    await bench.start();
    let fewest = 9;
    for (let second = 0; second < 125; second++) {
      await bench.clock.advance(1000);
      fewest = Math.min(fewest, bench.gateway.openSockets);
    }
    expect(bench.gateway.sockets).toHaveLength(2);
    expect(fewest).toBe(1);
    expect(bench.gateway.openSockets).toBe(1);
    expect(catchUps(bench)).toBe(2);
  });

  it("polls while the server has no stream", async () => {
    await using bench = new GroupBench();
    bench.gateway.traits = { ...bench.gateway.traits, streamingUrl: undefined };
    await bench.start();
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.clock.advance(16_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.gateway.sockets).toEqual([]);
  });

  it("polls on when the clock is set back after the lists could not be read for long", async () => {
    await using bench = new GroupBench();
    bench.gateway.traits = { ...bench.gateway.traits, streamingUrl: undefined };
    bench.gateway.fail("home", answered(500, "transient"), { count: 5 });
    await bench.start();
    await bench.clock.advance(20_000);
    bench.clock.set(bench.clock.now() - 24 * 60 * 60_000);
    await bench.clock.advance(60_000);
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.clock.advance(16_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("polls while the stream cannot be opened, and stops polling once it can", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("connect", broken(), { count: 3 });
    await bench.start();
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.clock.advance(16_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
    await bench.clock.advance(60_000);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it("gives up on a stream that is refused three times, but looks again later", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("connect", answered(404, "permanent"), { count: 3 });
    await bench.start();
    await bench.clock.advance(10 * 60_000);
    expect(bench.gateway.calls.filter((call) => call === "connect")).toHaveLength(3);
    await bench.clock.advance(60 * 60_000);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it("waits longer after each failed attempt and forgets that after a stable minute", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("connect", broken(), { count: 3 });
    await bench.start();
    await bench.clock.advance(40_000);
    const waits = () =>
      bench.clock.delays.filter((delay) => [5000, 10_000, 20_000].includes(delay));
    expect(waits()).toEqual([5000, 10_000, 20_000]);
    await bench.clock.advance(61_000);
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "silent", code: 1006 });
    await settle();
    expect(bench.clock.delays.at(-1)).toBe(500);
  });

  it("goes on after an outage where it was, though asking fails at first", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(toGroup("0"), { isStreamed: false });
    await bench.start();
    for (const id of ["1", "2"]) bench.gateway.happen(toGroup(id), { isStreamed: false });
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    bench.gateway.fail("notifications", broken(), { count: 4 });
    await bench.clock.advance(1000);
    // Comes by the new socket while the older ones are still unread, and must not hide them.
    bench.gateway.happen(toGroup("3"));
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["0", "1", "2", "3"]);
  });

  it("accepts who waits to follow a locked group", async () => {
    await using bench = new GroupBench();
    bench.gateway.self = { ...bench.gateway.self, isLocked: true };
    bench.gateway.waiting = [anAccount("ann@far.example")];
    await bench.start();
    expect(bench.gateway.waiting).toEqual([]);
  });

  it("lets those in who had to wait once the group is open", async () => {
    const control = aControl({ memberOnly: true, admins: ["ann@far.example"] });
    await using bench = new GroupBench({ control });
    bench.gateway.self = { ...bench.gateway.self, isLocked: true };
    bench.gateway.waiting = [anAccount("bob@far.example")];
    await bench.start();
    expect(bench.gateway.waiting).toHaveLength(1);
    bench.gateway.happen(toGroup("1", "/opengroup"));
    await settle();
    expect(bench.gateway.waiting).toEqual([]);
  });

  it("opens the notification policy where there is one, unless told not to", async () => {
    await using managed = new GroupBench();
    managed.gateway.traits = { ...managed.gateway.traits, hasNotificationFilter: true };
    await managed.start();
    expect(managed.gateway.calls).toContain("openNotifications");
    await using unmanaged = new GroupBench({ settings: { manageNotificationPolicy: false } });
    unmanaged.gateway.traits = { ...unmanaged.gateway.traits, hasNotificationFilter: true };
    await unmanaged.start();
    expect(unmanaged.gateway.calls).not.toContain("openNotifications");
  });

  it("learns anew once a day what the server can do", async () => {
    await using bench = new GroupBench();
    await bench.start();
    await bench.clock.advance(24 * 60 * 60_000);
    expect(bench.gateway.calls.filter((call) => call === "learnTraits")).toHaveLength(2);
  });
});

describe("stopping", () => {
  it("leaves no socket and no sleeper behind", async () => {
    await using bench = new GroupBench();
    await bench.start();
    expect(await bench.stop()).toBe("shutdown");
    expect(bench.gateway.openSockets).toBe(0);
    expect(bench.clock.sleeping).toBe(0);
  });

  it("finishes the item in hand and writes the state", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", broken());
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.boosts).toEqual([]);
    expect(await bench.stop()).toBe("shutdown");
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.store.state?.passed).toContain(toGroup("1").status.uri);
  });

  it("stops within ten seconds though the server hangs, and takes the item up again", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", broken(), { count: 9 });
    bench.gateway.fail("whoAmI", broken(), { count: 9 });
    bench.gateway.happen(toGroup("1"));
    await settle();
    const startedAt = bench.clock.now();
    expect(await bench.stop()).toBe("shutdown");
    expect(bench.clock.now() - startedAt).toBeLessThanOrEqual(10_000);
    expect(bench.gateway.boosts).toEqual([]);
    bench.gateway.recover();
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("ends signed out when the token is refused twice, and says what to do", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", answered(401, "auth"), { count: 2 });
    await bench.start();
    await bench.clock.advance(5000);
    expect(await bench.ended).toBe("signed-out");
    expect(bench.messages().join()).toContain(`fedigroups -A ${groupAddress}`);
  });

  it("believes a single refusal of the token as little as others do", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", answered(401, "auth"));
    await bench.start();
    await bench.clock.advance(5000);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it("refuses to run with somebody else's token", async () => {
    await using bench = new GroupBench();
    bench.gateway.self = anAccount("other@host.example");
    await bench.start();
    expect(await bench.ended).toBe("signed-out");
    expect(bench.messages().join()).toContain("The token belongs to other@host.example");
  });
});

describe("trouble", () => {
  it("verifies a boost whose answer was lost, instead of boosting twice", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", broken(), { isAfterEffect: true });
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(5000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("looks for an answer whose sending was in doubt, instead of posting twice", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("post", broken(), { isAfterEffect: true });
    bench.gateway.happen(toGroup("1", "/ping"));
    await bench.clock.advance(5000);
    expect(bench.gateway.posts).toHaveLength(1);
    expect(bench.gateway.calls.some((call) => call.startsWith("findPost"))).toBe(true);
  });

  it("uses a new idempotency key after a refusal", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("post", answered(429, "transient", 2000));
    const keys: string[] = [];
    const { post } = bench.gateway;
    bench.gateway.post = (outgoing) => {
      keys.push(outgoing.key);
      return post.call(bench.gateway, outgoing);
    };
    bench.gateway.happen(toGroup("1", "/ping"));
    await bench.clock.advance(5000);
    expect(new Set(keys).size).toBe(2);
  });

  it("waits as long as the server asks", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(toGroup("0"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    bench.gateway.fail("reblog", answered(429, "transient", 120_000));
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(119_000);
    expect(bench.gateway.boosts).toEqual(["0"]);
    await bench.clock.advance(1000);
    expect(bench.gateway.boosts).toEqual(["0", "1"]);
  });

  it("forgets a boost that the server refuses for good and goes on", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", answered(404, "permanent"));
    bench.gateway.happen(toGroup("1"));
    bench.gateway.happen(toGroup("2"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["2"]);
  });

  it("waits out an outage of hours with the event in hand", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", broken(), { count: 100 });
    bench.gateway.fail("whoAmI", broken(), { count: 20 });
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(8 * 60 * 60_000);
    const attempts = bench.gateway.calls.filter((call) => call === "reblog 1").length;
    // One round of five tries each time the wait is over, and that is capped at five minutes.
    expect(attempts).toBe(100 + 1);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("lets the next event pass one that fails again and again, and tries that once more", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", answered(500, "transient"), { count: 15 });
    bench.gateway.happen(toGroup("1"));
    bench.gateway.happen(toGroup("2"));
    await bench.clock.advance(35 * 60_000);
    expect(bench.gateway.boosts).toEqual(["2"]);
    expect(bench.messages()).toContain("Could not handle an event; put off what is left of it.");
    await bench.clock.advance(15 * 60_000);
    expect(bench.gateway.boosts).toEqual(["2", "1"]);
  });

  it("spaces out what it writes", async () => {
    await using bench = new GroupBench({ settings: { delayAfterPostMs: 700 } });
    await bench.start();
    bench.gateway.happen(toGroup("1"));
    bench.gateway.happen(toGroup("2"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
    await bench.clock.advance(700);
    expect(bench.gateway.boosts).toEqual(["1", "2"]);
  });

  it("survives a bug in handling: one event is lost, with its stack in the log", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", new TypeError("undefined is not a duck"));
    bench.gateway.happen(toGroup("1"));
    bench.gateway.happen(toGroup("2"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["2"]);
    expect(JSON.stringify(bench.logged)).toContain("undefined is not a duck");
  });

  it("waits with what must be written down first while the files cannot be written", async () => {
    await using bench = new GroupBench({ control: aControl({ admins: ["ann@far.example"] }) });
    await bench.start();
    bench.store.failWith = new Error("No space left on the card.");
    bench.gateway.happen(toGroup("1", "/add #ducks"));
    await settle();
    expect(bench.gateway.posts).toEqual([]);
    await bench.clock.advance(10_000);
    expect(bench.gateway.posts).toHaveLength(1);
    expect([...bench.store.control.groupTags]).toEqual(["ducks"]);
    expect(bench.messages()).toContain("The group's files can be written again.");
  });
});

describe("a crash", () => {
  it("between saving and answering costs nothing and repeats nothing", async () => {
    await using bench = new GroupBench({ control: aControl({ admins: ["ann@far.example"] }) });
    await bench.start();
    bench.gateway.fail("post", broken(), { count: 99, isAfterEffect: false });
    bench.gateway.fail("findPost", broken(), { count: 99 });
    bench.gateway.happen(toGroup("1", "/ban bob@far.example"));
    await settle();
    await bench.crash();
    expect(bench.store.state?.pending).toHaveLength(1);
    bench.gateway.fail("post", broken(), { count: 0 });
    await using again = new GroupBench({
      control: bench.store.control,
      state: bench.store.state,
    });
    again.gateway.notificationList = bench.gateway.notificationList;
    await again.start();
    expect(again.gateway.posts).toHaveLength(1);
    expect([...again.store.control.bannedUsers]).toEqual([acct("bob@far.example")]);
    expect(again.store.state?.pending).toEqual([]);
  });

  it("after the answer but before the saving does not answer again", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(toGroup("1", "/ping"));
    await settle();
    const [taken] = bench.gateway.posts;
    const work = bench.store.state;
    expect(taken).toBeDefined();
    // The state as it was on disk while the answer was under way.
    const pending = [
      {
        key: toGroup("1").status.uri,
        changes: [],
        effects: [
          {
            kind: "post" as const,
            draft: {
              purpose: "answer" as const,
              to: { acct: acct("ann@far.example") },
              parts: [taken?.text ?? ""],
              inReplyTo: taken?.inReplyTo,
              visibility: "public" as const,
              spoilerText: "",
              isSensitive: false,
              attachments: [],
              language: undefined,
              key: "k",
            },
          },
        ],
      },
    ];
    await using again = new GroupBench({
      state: { ...ranBefore, ...work, handled: [], seenNotifications: [], pending },
    });
    again.gateway.notificationList = bench.gateway.notificationList;
    again.gateway.posts.push(...bench.gateway.posts);
    await again.start();
    expect(again.gateway.posts).toHaveLength(1);
  });

  it("after a boost but before the saving does not boost again", async () => {
    await using bench = new GroupBench();
    const mention = toGroup("1");
    const seenBoosted = { ...mention, status: { ...mention.status, rebloggedByUs: true } };
    bench.gateway.happen(seenBoosted, { isStreamed: false });
    await bench.start();
    expect(bench.gateway.calls).not.toContain("reblog 1");
  });
});

describe("what is looked up before a decision", () => {
  it("is the post replied to, for /boost", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const parent = aStatus({ id: "7", by: "cat@far.example" });
    bench.gateway.statuses.set(parent.id, parent);
    bench.gateway.happen(aMention({ id: "8", text: `@${groupAddress} /b`, inReplyTo: "7" }));
    await settle();
    expect(bench.gateway.boosts).toEqual(["7"]);
  });

  it("makes a follower a member, follows back and welcomes", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(aFollow("ann@far.example"));
    await settle();
    expect([...bench.store.control.memberUsers]).toEqual(["ann@far.example"]);
    expect(bench.gateway.following.size).toBe(1);
    expect(bench.gateway.posts).toMatchObject([{ visibility: "direct" }]);
    expect(bench.store.state?.welcomed).toHaveProperty("ann@far.example");
  });
});
