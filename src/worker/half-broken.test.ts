import { describe, expect, it } from "vitest";
import { aControl, aHomeStatus, aMention, groupAddress } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const toGroup = (id: string) => aMention({ id, text: `@${groupAddress} Look` });
const broken = answered(500, "transient");
const forEver = { count: 99_999 };

describe("a server of which one part is broken", () => {
  it("does not tell what it can do, and is served all the same", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("learnTraits", broken, forEver);
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("does not tell anew what it can do, and goes on being served", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("learnTraits", broken, forEver);
    await bench.clock.advance(24 * 60 * 60_000 + 1000);
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("cannot say at first what it is, and is asked again within the hour", async () => {
    await using bench = new GroupBench();
    const { traits } = bench.gateway;
    bench.gateway.traits = { ...traits, isGuess: true };
    await bench.start();
    bench.gateway.traits = { ...traits, software: "Duck 2", format: "markdown-always" };
    await bench.clock.advance(60 * 60_000);
    expect(bench.logged.filter(({ msg }) => msg === "Met the server.").at(-1)).toMatchObject({
      ...{ server: "Duck 2", format: "markdown-always" },
    });
    const asked = () => bench.gateway.calls.filter((call) => call === "learnTraits").length;
    const before = asked();
    await bench.clock.advance(60 * 60_000);
    expect(asked()).toBe(before);
  });

  it("does not let us see to its notification policy, which is tried again later", async () => {
    await using bench = new GroupBench();
    bench.gateway.traits = { ...bench.gateway.traits, hasNotificationFilter: true };
    bench.gateway.fail("openNotifications", broken, { count: 2 });
    await bench.start();
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
    const asked = () => bench.gateway.calls.filter((call) => call === "openNotifications").length;
    expect(asked()).toBe(1);
    await bench.clock.advance(31 * 60_000);
    expect(asked()).toBe(3);
  });

  it("does not show its home timeline, and the mentions go on", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("home", broken, forEver);
    await bench.clock.advance(125_000);
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("shows its list again, and what came by the stream meanwhile hides nothing", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(toGroup("0"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    bench.gateway.fail("notifications", broken, { count: 9 });
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.clock.advance(30_000);
    bench.gateway.happen(toGroup("2"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["0", "2"]);
    await bench.clock.advance(20 * 60_000);
    expect([...bench.gateway.boosts].sort()).toEqual(["0", "1", "2"]);
  });

  it("forgets over a restart nothing of a gap that is still open", async () => {
    const tagged = (id: string) => aHomeStatus({ id, text: "#ducks" });
    const control = aControl({ members: ["ann@far.example"], tags: ["ducks"] });
    await using bench = new GroupBench({ control });
    bench.gateway.happen(tagged("0"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    bench.gateway.fail("home", broken, forEver);
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(30_000);
    bench.gateway.happen(tagged("1"), { isStreamed: false });
    bench.gateway.happen(tagged("2"));
    await settle();
    await bench.stop();
    expect(bench.gateway.boosts).toEqual(["0", "2"]);
    bench.gateway.recover();
    bench.gateway.pageSize = 2;
    await bench.start();
    await bench.clock.advance(10_000);
    expect(bench.gateway.boosts).toEqual(["0", "2", "1"]);
  });
});

describe("a post that is too long to be read to its end", () => {
  it("is marked in the log", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const long = toGroup("1");
    bench.gateway.happen({ ...long, status: { ...long.status, isCut: true } });
    await settle();
    expect(bench.logged).toContainEqual(expect.objectContaining({ statusId: "1", isCut: true }));
  });
});

describe("a character_limit of the operator's", () => {
  it.each<[string, number, number, boolean, number]>([
    ["less than the server takes", 300, 500, true, 300],
    ["more than the server takes", 5000, 500, true, 500],
    ["more than is guessed for a server that tells nothing", 5000, 500, false, 5000],
  ])("that is %s", async (_, characterLimit, maxCharacters, tellsMaxCharacters, expected) => {
    await using bench = new GroupBench({ characterLimit });
    bench.gateway.traits = { ...bench.gateway.traits, maxCharacters, tellsMaxCharacters };
    await bench.start();
    bench.gateway.happen(aMention({ id: "1", text: `@${groupAddress} /help` }));
    await settle();
    const longest = Math.max(...bench.gateway.posts.map(({ text }) => text.length));
    expect(longest).toBeLessThanOrEqual(expected);
    expect(bench.gateway.posts.length > 1).toBe(expected < 1000);
  });
});

describe("a group without admins", () => {
  it("says so when it starts", async () => {
    await using bench = new GroupBench();
    await bench.start();
    expect(bench.messages().join()).toContain("Nobody is admin of this group");
  });
});

describe("a mention that is told of in the home timeline only", () => {
  it("is accounted for in the log when nothing comes of it", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const { status } = aMention({ id: "1", text: `@${groupAddress} hello`, inReplyTo: "0" });
    bench.gateway.happen({ kind: "home", at: status.createdAt, status });
    await settle();
    expect(bench.logged).toContainEqual(
      expect.objectContaining({ level: 30, because: "a-reply", msg: "Did not act on a mention." }),
    );
  });
});
