import { describe, expect, it } from "vitest";
import {
  aControl,
  aFollowRequest,
  aMention,
  anAccount,
  groupAddress,
  type StatusSketch,
} from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { GroupBench } from "../testing/group-bench.js";
import { runGroup } from "./worker.js";

const ann = "ann@far.example";
const toGroup = (id: string, text: string, more: StatusSketch = {}) =>
  aMention({ id, text: `@${groupAddress} ${text}`, ...more });

describe("a long answer", () => {
  it("comes in parts, each with its addressee, each in reply to the one before", async () => {
    await using bench = new GroupBench();
    bench.gateway.traits = { ...bench.gateway.traits, maxCharacters: 200 };
    await bench.start();
    bench.gateway.happen(toGroup("1", "/help", { visibility: "direct" }));
    await settle();
    const { posts } = bench.gateway;
    expect(posts.length).toBeGreaterThan(2);
    expect(posts.map(({ inReplyTo }) => inReplyTo)).toEqual([
      "1",
      ...posts.slice(0, -1).map(({ id }) => id),
    ]);
    for (const { text, visibility } of posts) {
      expect(text).toMatch(/^@ann@far\.example /u);
      expect(text.length).toBeLessThanOrEqual(200);
      expect(visibility).toBe("direct");
    }
  });

  it("is measured by the operator's limit where there is one", async () => {
    await using bench = new GroupBench();
    bench.gateway.traits = { ...bench.gateway.traits, maxCharacters: 100_000 };
    const stop = new AbortController();
    const running = runGroup({ ...bench.deps, characterLimit: 120 }, stop.signal);
    await settle();
    bench.gateway.happen(toGroup("1", "/help"));
    await settle();
    expect(bench.gateway.posts.length).toBeGreaterThan(2);
    for (const { text } of bench.gateway.posts) expect(text.length).toBeLessThanOrEqual(120);
    stop.abort("stop");
    await bench.clock.advance(10_000);
    await running;
  });

  it("is an announcement with its files on the first part only", async () => {
    await using bench = new GroupBench({ control: aControl({ admins: [ann] }) });
    bench.gateway.traits = { ...bench.gateway.traits, maxCharacters: 120 };
    await bench.start();
    const url = "https://far.example/duck.png";
    bench.gateway.happen(
      toGroup("1", `/announce ${"the pond is closed ".repeat(20)}`, {
        attachments: [{ url, description: "a duck" }],
        spoilerText: "closed",
      }),
    );
    await settle();
    const { posts } = bench.gateway;
    expect(posts.length).toBeGreaterThan(1);
    expect(posts.map(({ mediaIds }) => mediaIds.length)).toEqual(
      posts.map((_, index) => (index === 0 ? 1 : 0)),
    );
    for (const post of posts)
      expect(post).toMatchObject({ visibility: "public", spoilerText: "closed" });
    expect(posts[0]?.inReplyTo).toBeUndefined();
  });
});

describe("ten thousand commands", () => {
  it("are cut short, and the log says so", async () => {
    await using bench = new GroupBench({ control: aControl({ admins: [ann] }) });
    await bench.start();
    const commands = Array.from({ length: 10_000 }, (_, index) => `/ban u${index}@b.example`);
    bench.gateway.happen(toGroup("1", commands.join(" ")));
    await settle();
    expect(bench.store.control.bannedUsers.size).toBe(100);
    expect(bench.logged).toContainEqual(expect.objectContaining({ isCapped: true }));
    bench.gateway.happen(toGroup("2", "a duck"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["2"]);
  });
});

describe("a bot", () => {
  it("is answered once an hour", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const by = anAccount({ acct: ann, isBot: true });
    const ping = async (id: string) => {
      bench.gateway.happen(toGroup(id, "/ping", { by }));
      await settle();
      return bench.gateway.posts.length;
    };
    expect(await ping("1")).toBe(1);
    expect(await ping("2")).toBe(1);
    await bench.clock.advance(59 * 60_000);
    expect(await ping("3")).toBe(1);
    await bench.clock.advance(60_000);
    expect(await ping("4")).toBe(2);
  });
});

describe("a locked, member-only group", () => {
  it("lets in whoever waits as soon as an admin adds them", async () => {
    await using bench = new GroupBench({
      control: aControl({ memberOnly: true, admins: [ann] }),
    });
    bench.gateway.self = { ...bench.gateway.self, isLocked: true };
    const bob = anAccount("bob@far.example");
    bench.gateway.accounts.set(bob.acct, bob);
    await bench.start();
    bench.gateway.waiting = [bob];
    bench.gateway.happen(aFollowRequest(bob));
    await settle();
    expect(bench.gateway.waiting).toEqual([bob]);
    bench.gateway.happen(toGroup("1", "/add bob@far.example"));
    await settle();
    expect(bench.gateway.waiting).toEqual([]);
    expect(bench.gateway.following.has(bob.id)).toBe(true);
  });
});
