import { describe, expect, it } from "vitest";
import { aControl, aMention, anAccount, groupAddress } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken, type FakeGateway } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";
import { runGroup } from "./worker.js";

const ann = "ann@far.example";
const toGroup = (id: string, text = "Look at this duck", by = ann) =>
  aMention({ id, text: `@${groupAddress} ${text}`, by });

const callsOf = ({ calls }: FakeGateway, name: string) =>
  calls.filter((call) => call.split(" ")[0] === name);

describe("acting", () => {
  it("rule 10: a ban stays with the group: the server is told nothing, and the banned do nothing", async () => {
    await using bench = new GroupBench({ control: aControl({ admins: [ann] }) });
    const { gateway } = bench;
    await bench.start();
    const before = gateway.calls.length;
    gateway.happen(toGroup("1", "/ban bob@far.example"));
    gateway.happen(toGroup("2", "Hello", "bob@far.example"));
    await bench.clock.advance(1000);
    expect(gateway.calls.slice(before).map((call) => call.split(" ")[0])).toEqual([
      "account",
      "post",
    ]);
    expect(bench.store.control?.bannedUsers.has(anAccount("bob@far.example").acct)).toBe(true);
  });

  it("rule 14 (live G23): after a lost answer the status is read before it is boosted again", async () => {
    for (const isAfterEffect of [true, false]) {
      await using bench = new GroupBench();
      const { gateway } = bench;
      await bench.start();
      const before = gateway.calls.length;
      gateway.fail("reblog", broken(), { isAfterEffect });
      gateway.happen(toGroup("1"));
      await bench.clock.advance(10_000);
      expect(gateway.boosts).toEqual(["1"]);
      expect(gateway.calls.slice(before, before + 2)).toEqual(["reblog 1", "status 1"]);
    }
  });

  it("rule 14: what is in the ledger is not boosted again, though its status denies it (Sharkey)", async () => {
    await using bench = new GroupBench({ control: aControl({ members: [ann], tags: ["duck"] }) });
    const { gateway } = bench;
    gateway.traits = { ...gateway.traits, tellsOwnBoosts: false };
    await bench.start();
    gateway.happen(toGroup("1", "#duck"));
    await bench.clock.advance(1000);
    expect(bench.store.state?.shared).toHaveLength(1);
    const { status } = toGroup("1", "#duck");
    gateway.happen({ kind: "home", at: status.createdAt, status });
    await bench.clock.advance(1000);
    expect(gateway.boosts).toEqual(["1"]);
  });

  it("rule 14: there a crash between boost and saving does not boost twice either", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    gateway.traits = { ...gateway.traits, tellsOwnBoosts: false };
    await bench.start();
    gateway.fail("reblog", broken(), { isAfterEffect: true });
    gateway.happen(toGroup("1"));
    await settle();
    expect(bench.store.state?.pending).toHaveLength(1);
    await bench.crash();
    await bench.start();
    await bench.clock.advance(10_000);
    expect(gateway.boosts).toEqual(["1"]);
  });

  it("rule 15: a refusal for good is skipped, anything else tried again", async () => {
    for (const [error, boosts] of [
      [answered(404, "permanent"), []],
      [answered(422, "permanent"), []],
      [answered(503, "transient"), ["1"]],
      [answered(429, "transient"), ["1"]],
      [answered(401, "auth"), ["1"]],
      [broken(), ["1"]],
    ] as const) {
      await using bench = new GroupBench();
      await bench.start();
      bench.gateway.fail("reblog", error);
      bench.gateway.happen(toGroup("1"));
      await bench.clock.advance(60_000);
      expect(bench.gateway.boosts).toEqual(boosts);
    }
  });

  it("rule 18: without a time the server is left alone for 10 s, then longer", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", answered(429, "transient"), { count: 2 });
    bench.gateway.fail("reblog", answered(429, "transient", 77_000));
    const before = bench.clock.delays.length;
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(200_000);
    const waits = bench.clock.delays.slice(before).filter((delay) => delay % 1000 === 0);
    expect(waits).toEqual(expect.arrayContaining([10_000, 20_000, 77_000]));
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("rule 19 (S16, live G27): a refused post is sent under a new key, a lost one looked for first", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    const keys: string[] = [];
    const { post } = gateway;
    gateway.post = (outgoing) => {
      keys.push(outgoing.key);
      return post.call(gateway, outgoing);
    };
    await bench.start();
    // The first may have been an answer that got lost, so its key is tried once more.
    gateway.fail("post", answered(503, "transient"), { count: 2 });
    gateway.fail("post", answered(429, "transient"));
    gateway.fail("post", broken(), { isAfterEffect: true });
    gateway.happen(toGroup("1", "/ping"));
    await bench.clock.advance(60_000);
    expect(gateway.posts).toHaveLength(1);
    expect(new Set(keys).size).toBe(3);
    expect(callsOf(gateway, "findPost").length).toBeGreaterThan(0);
  });

  it("rule 20: an announcement that the server took but did not keep is warned of", async () => {
    await using bench = new GroupBench({ control: aControl({ admins: [ann] }) });
    await bench.start();
    bench.gateway.happen(toGroup("1", "/announce We have ducks"));
    await bench.clock.advance(1000);
    expect(bench.gateway.posts).toHaveLength(1);
    expect(bench.messages().join()).toContain("it is not there");
  });

  it("rule 21: what people wrote mentions nobody when the group says it", async () => {
    await using bench = new GroupBench({ control: aControl({ admins: [ann] }) });
    await bench.start();
    bench.gateway.happen(toGroup("1", "/announce Thanks @bob@far.example and @carl"));
    await bench.clock.advance(1000);
    const said = bench.gateway.posts.map(({ text }) => text).join();
    expect(said).toContain("bob@far.example");
    expect(said).not.toMatch(/@(?:bob|carl)/u);
  });

  it("rule 22: a post leaves 5 % of the server's room unused; the operator's limit is exact", async () => {
    for (const limit of [undefined, 300] as const) {
      await using bench = new GroupBench({ control: aControl({ admins: [ann] }) });
      const deps = { ...bench.deps, characterLimit: limit };
      const stop = new AbortController();
      const running = runGroup(deps, stop.signal);
      await settle();
      bench.gateway.happen(toGroup("1", `/announce ${"duck ".repeat(150)}`));
      await bench.clock.advance(1000);
      const longest = Math.max(...bench.gateway.posts.map(({ text }) => text.length));
      expect(longest).toBeLessThanOrEqual(limit ?? 475);
      expect(longest).toBeGreaterThan((limit ?? 475) - 6);
      stop.abort();
      await bench.clock.advance(10_000);
      await running;
    }
  });

  it("live G33: an answer to a post that is gone is refused, logged, and nothing waits for it", async () => {
    await using bench = new GroupBench();
    const { gateway } = bench;
    await bench.start();
    gateway.fail("post", answered(404, "permanent"));
    gateway.happen(toGroup("1", "/ping"));
    gateway.happen(toGroup("2"));
    await bench.clock.advance(1000);
    expect(gateway.posts).toEqual([]);
    expect(gateway.boosts).toEqual(["2"]);
    expect(bench.messages()).toContain("The server refuses this for good; skipped.");
  });

  it("H2, S12: whoever is answered is named with their server, members of our own too", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(toGroup("1", "/ping", "zoe@host.example"));
    await bench.clock.advance(1000);
    expect(bench.gateway.posts[0]?.text).toMatch(/^@zoe@host\.example /u);
  });
});
