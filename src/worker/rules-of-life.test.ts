import { describe, expect, it } from "vitest";
import { aControl, aFollow, aMention, anAccount, groupAddress } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, type FakeGateway } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";
import { runGroup } from "./worker.js";

const ann = "ann@far.example";
const dayMs = 24 * 60 * 60_000;
const toGroup = (id: string, text = "Look at this duck") =>
  aMention({ id, text: `@${groupAddress} ${text}`, by: ann });
const unseen = { isStreamed: false };

const callsOf = ({ calls }: FakeGateway, name: string) =>
  calls.filter((call) => call.split(" ")[0] === name);
const withTraits = (bench: GroupBench, more: Partial<FakeGateway["traits"]>) => {
  bench.gateway.traits = { ...bench.gateway.traits, ...more };
};
/** Days on which events come, so that the clock does not skip them in one piece. */
const live = (bench: GroupBench, days: number) => bench.clock.advance(days * dayMs + 60_000);

/** Runs a group with a token that ends so long from now. */
async function runWithToken(bench: GroupBench, restMs: number | undefined, days: number) {
  const tokenExpiresAt = restMs === undefined ? undefined : bench.clock.now() + restMs;
  const stop = new AbortController();
  const running = runGroup({ ...bench.deps, tokenExpiresAt }, stop.signal);
  await settle();
  await live(bench, days);
  stop.abort();
  await bench.clock.advance(10_000);
  await running;
  return bench.logged.filter(({ msg }) => `${msg}`.includes("access"));
}

describe("the account", () => {
  it("rule 8: what the server holds back is let through at start and every day", async () => {
    await using bench = new GroupBench();
    withTraits(bench, { hasNotificationFilter: true });
    await bench.start();
    expect(callsOf(bench.gateway, "openNotifications")).toHaveLength(1);
    await live(bench, 2);
    expect(callsOf(bench.gateway, "openNotifications")).toHaveLength(3);
  });

  it("rule 9: an account that boosts by itself is not run, and the log says what to do", async () => {
    await using bench = new GroupBench();
    withTraits(bench, { boostsByItself: true });
    bench.gateway.happen(toGroup("1"), unseen);
    await bench.start();
    expect(await bench.ended).toBe("unfit-account");
    expect(bench.gateway.boosts).toEqual([]);
    expect(bench.logged.at(-1)).toMatchObject({ level: 50 });
    expect(bench.messages().at(-1)).toMatch(/type Group.*Make it a Service.*reload/u);
  });

  it("rule 9: nor once it has become one", async () => {
    await using bench = new GroupBench();
    await bench.start();
    withTraits(bench, { boostsByItself: true });
    await live(bench, 1);
    expect(await bench.ended).toBe("unfit-account");
    expect(bench.gateway.openSockets).toBe(0);
  });

  it("rule 16: a token is dead when whoAmI says so twice, whoever refused what before", async () => {
    for (const [method, error] of [
      ["notifications", answered(401, "auth")],
      // Pleroma's answer to everything.
      ["notifications", answered(403, "permanent")],
      ["home", answered(403, "permanent")],
      ["reblog", answered(403, "permanent")],
    ] as const) {
      await using bench = new GroupBench();
      withTraits(bench, { streamingUrl: undefined });
      await bench.start();
      bench.gateway.fail(method, error, { count: 10 });
      bench.gateway.fail("whoAmI", answered(401, "auth"), { count: 2 });
      bench.gateway.happen(toGroup("1"), unseen);
      await bench.clock.advance(60_000);
      expect(await bench.ended).toBe("signed-out");
      expect(bench.messages().at(-1)).toContain(`fedigroups -A ${groupAddress}`);
    }
  });

  it("rule 16: and alive when it says so once, though others refuse everything (Sharkey)", async () => {
    await using bench = new GroupBench();
    withTraits(bench, { streamingUrl: undefined });
    await bench.start();
    bench.gateway.fail("notifications", answered(403, "permanent"), { count: 2 });
    bench.gateway.fail("whoAmI", answered(401, "auth"));
    bench.gateway.happen(toGroup("1"), unseen);
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("rule 25: a token's end is told at start and daily from seven days before, with what to do", async () => {
    await using bench = new GroupBench();
    const told = await runWithToken(bench, 10 * dayMs, 11);
    expect(told).toHaveLength(9);
    expect(told[0]).toMatchObject({
      level: 40,
      msg: `This group's access ends in 7 day(s). Sign it in again before: fedigroups -A ${groupAddress}`,
    });
    expect(told.at(-1)).toMatchObject({ msg: expect.stringContaining("has ended by now") });
  });

  it("rule 25: a token without an end, or with a far one, is not talked about", async () => {
    for (const restMs of [undefined, 90 * dayMs]) {
      await using bench = new GroupBench();
      expect(await runWithToken(bench, restMs, 3)).toEqual([]);
    }
  });

  it("rule 33: a locked group lets in who waits, by the list as by the notification", async () => {
    await using bench = new GroupBench({ control: aControl() });
    bench.gateway.self = anAccount({ acct: groupAddress, isLocked: true });
    bench.gateway.waiting = [anAccount(ann)];
    await bench.start();
    bench.gateway.happen({ ...aFollow("bob@far.example", "n-2"), kind: "follow-request" });
    await bench.clock.advance(1000);
    expect(callsOf(bench.gateway, "acceptFollow")).toHaveLength(2);
  });
});

describe("the stream", () => {
  it("rule 26 (B1): refused three times it is none, and asking takes its place", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("connect", answered(404, "permanent"), { count: 3 });
    await bench.start();
    await bench.clock.advance(60_000);
    expect(callsOf(bench.gateway, "connect")).toHaveLength(3);
    bench.gateway.happen(toGroup("1"), unseen);
    await bench.clock.advance(20_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.messages()).toContain("The server has no stream; polling instead.");
  });

  it("rule 29: a socket that says nothing any more (a zombie) loses nothing", async () => {
    // Every retirement replaces the socket and reads what it should have told: silence is never
    // trusted for longer, and a socket that is found out twice has been replaced twice.
    await using bench = new GroupBench();
    await bench.start();
    for (const id of ["1", "2", "3"]) {
      bench.gateway.happen(toGroup(id), unseen);
      await bench.clock.advance(121_000);
      expect(bench.gateway.boosts).toContain(id);
    }
    expect(bench.gateway.boosts).toEqual(["1", "2", "3"]);
    expect(bench.gateway.sockets.length).toBeGreaterThanOrEqual(4);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it.each([401, 403])("rule 29: refused with %i, the token is asked about", async (status) => {
    await using bench = new GroupBench();
    bench.gateway.fail("connect", answered(status, "transient"), { count: 1 });
    await bench.start();
    await bench.clock.advance(10_000);
    expect(callsOf(bench.gateway, "whoAmI").length).toBeGreaterThanOrEqual(2);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it("live G10: a token that was revoked is noticed, though its stream goes on", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("notifications", answered(401, "auth"), { count: 5 });
    bench.gateway.fail("whoAmI", answered(401, "auth"), { count: 2 });
    await bench.clock.advance(200_000);
    expect(await bench.ended).toBe("signed-out");
  });
});

describe("the server", () => {
  it("rule 32: it is asked with the token every day, however quiet, by stream or not", async () => {
    for (const streamingUrl of ["ws://fake.test", undefined]) {
      await using bench = new GroupBench();
      withTraits(bench, { streamingUrl });
      await bench.start();
      for (let day = 0; day < 2; day++) {
        const before = callsOf(bench.gateway, "notifications").length;
        await live(bench, 1);
        expect(callsOf(bench.gateway, "notifications").length).toBeGreaterThan(before);
      }
    }
  });

  it("rule 35: it is learnt anew every day, and what is news is said, once", async () => {
    await using bench = new GroupBench();
    const met = () => bench.logged.filter(({ msg }) => msg === "Met the server.");
    await bench.start();
    await live(bench, 2);
    expect(met()).toHaveLength(1);
    withTraits(bench, { software: "Duck 2", format: "markdown-always" });
    await live(bench, 2);
    expect(met()).toHaveLength(2);
    expect(met()[1]).toMatchObject({ server: "Duck 2", format: "markdown-always" });
  });

  it("rule 35: without any of its extras a group shares and answers", async () => {
    await using bench = new GroupBench();
    withTraits(bench, { streamingUrl: undefined, hasNotificationFilter: true });
    bench.gateway.fail("openNotifications", answered(501, "permanent"));
    bench.gateway.fail("home", answered(404, "permanent"), { count: 9 });
    await bench.start();
    bench.gateway.happen(toGroup("1"), unseen);
    bench.gateway.happen(toGroup("2", "/ping"), unseen);
    await bench.clock.advance(20_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.gateway.posts).toHaveLength(1);
  });
});
