import { describe, expect, it } from "vitest";
import type { AccountId, Acct, StatusId } from "../../core/model.js";
import type { Rank } from "../../core/rank.js";
import { cautiousTraits, type RateLimit } from "../../core/traits.js";
import { FakeClock, settle } from "../../testing/fake-clock.js";
import { outgoing } from "../../testing/gateway-stage.js";
import { oddServer, rawStatus, serverNamed } from "../../testing/odd-server.js";
import { createGateway, Throttle } from "../gateway.js";

const never = new AbortController().signal;
const ann = { account: "ann", host: "x.test" };
const bob = { account: "bob", host: "x.test" };
const ask = (method: string, path: string, rank: Rank = "moderation") => ({
  method,
  url: new URL(path, "https://x.test"),
  rank,
});
const get = ask("GET", "/api/v1/notifications");

async function limitsOf(software: string): Promise<readonly RateLimit[]> {
  await using server = await oddServer(serverNamed(software));
  return (await server.gateway.learnTraits(never)).limits;
}

function throttleWith(limits: readonly RateLimit[], clock = new FakeClock()): Throttle {
  const throttle = new Throttle(clock);
  for (const host of ["x.test", "y.test"]) throttle.learn(host, limits);
  return throttle;
}

/** How long each of the requests had to wait, in seconds, one asked after the other. */
async function waits(
  limits: readonly RateLimit[],
  requests: readonly (readonly [typeof get, typeof ann])[],
): Promise<readonly number[]> {
  const clock = new FakeClock();
  const throttle = throttleWith(limits, clock);
  const waited: number[] = [];
  for (const [asked, asker] of requests) {
    const admitted = throttle.admit(asked, asker, never);
    await clock.advance(0);
    if (clock.sleeping > 0) await clock.advance(24 * 60 * 60_000);
    const { waitedMs, answered } = await admitted;
    answered();
    waited.push(waitedMs / 1000);
  }
  return waited;
}

const times = (count: number, asked: typeof get, asker = ann) =>
  Array.from({ length: count }, () => [asked, asker] as const);

describe("rule 18: the server's limits are kept", () => {
  it.each([
    ["mastodon", ask("DELETE", "/api/v1/statuses/1"), 30, 1800],
    ["mastodon", ask("POST", "/api/v1/statuses/1/unreblog"), 30, 1800],
    ["mastodon", ask("POST", "/api/v1/statuses"), 300, 10_800],
    ["pleroma", ask("POST", "/api/v1/statuses"), 15, 10],
    ["akkoma", ask("POST", "/api/v1/statuses/1/favourite"), 15, 10],
    ["pleroma", ask("POST", "/api/v1/statuses/1/reblog"), 3, 60],
    ["pleroma", ask("POST", "/api/v1/accounts/1/follow"), 2, 60],
    ["pleroma", ask("GET", "/api/v1/timelines/home"), 3, 0.5],
    ["akkoma", ask("GET", "/api/v2/search"), 30, 1],
    ["mastodon", ask("POST", "/api/v2/media"), 30, 1800],
    ["mastodon", get, 300, 300],
    ["gotosocial", get, 300, 300],
    ["unheard-of", get, 300, 300],
  ] as const)("rule 18: %s, %j: %i at once, then %i s", async (software, asked, count, rest) => {
    const waited = await waits(await limitsOf(software), times(count + 1, asked));
    expect(waited.slice(0, count)).toEqual(Array(count).fill(0));
    expect(waited.at(-1)).toBe(rest);
  });

  it("rule 18 (live G42): groups share what counts by address, and nothing else", async () => {
    const others = [...times(300, get), ...times(1, get, bob)];
    expect((await waits(await limitsOf("gotosocial"), others)).at(-1)).toBe(300);
    expect((await waits(await limitsOf("mastodon"), others)).at(-1)).toBe(0);
    const elsewhere = { ...bob, host: "y.test" };
    const apart = [...times(300, get), ...times(1, get, elsewhere)];
    expect((await waits(await limitsOf("gotosocial"), apart)).at(-1)).toBe(0);
  });

  it("rule 18: boosts of one status do not hold up those of another", async () => {
    const reblog = (id: string) => ask("POST", `/api/v1/statuses/${id}/reblog`);
    const requests = [...times(3, reblog("1")), ...times(1, reblog("2"))];
    expect((await waits(await limitsOf("pleroma"), requests)).at(-1)).toBe(0);
  });

  it("rule 18: what was asked once about each of many statuses is not remembered for ever", async () => {
    const clock = new FakeClock();
    const throttle = throttleWith(await limitsOf("pleroma"), clock);
    let most = 0;
    for (let id = 1; id <= 600; id++) {
      await clock.advance(1000);
      const asked = ask("POST", `/api/v1/statuses/${id}/reblog`);
      (await throttle.admit(asked, ann, never)).answered();
      most = Math.max(most, throttle.bucketCount);
    }
    // Those of the last minute, and a few.
    expect(most).toBeLessThan(100);
    expect(throttle.budgets(ann)).toContainEqual(
      expect.objectContaining({ kind: "boosts-of-one", used: 1 }),
    );
  });

  it("rule 2, 18: a window slides: what left it makes room, one for one", async () => {
    const clock = new FakeClock();
    const throttle = throttleWith(
      [{ kind: "any", count: 2, windowMs: 1000, per: "account" }],
      clock,
    );
    (await throttle.admit(get, ann, never)).answered();
    await clock.advance(600);
    (await throttle.admit(get, ann, never)).answered();
    const third = throttle.admit(get, ann, never);
    await clock.advance(1000);
    expect((await third).waitedMs).toBe(400);
  });

  it("rule 18: whoever waits can be told to stop, and does not count", async () => {
    const clock = new FakeClock();
    const throttle = throttleWith(
      [{ kind: "any", count: 1, windowMs: 1000, per: "account" }],
      clock,
    );
    const end = new AbortController();
    await throttle.admit(get, ann, never);
    const second = throttle.admit(get, ann, end.signal);
    second.catch(() => {});
    await settle();
    end.abort(new Error("bye"));
    await expect(second).rejects.toThrow("bye");
    expect(clock.sleeping).toBe(0);
  });

  it("rule 18: the gateways of a program wait for each other where they must", async () => {
    await using server = await oddServer({
      ...serverNamed("gotosocial"),
      "POST /api/v1/statuses": { body: rawStatus("1") },
      "POST /api/v1/accounts/7/follow": { body: { id: "7" } },
    });
    const clock = new FakeClock();
    const throttle = new Throttle(clock);
    const gateways = ["ann@odd.test", "bob@odd.test"].map((acct) =>
      createGateway({
        baseUrl: server.tiny.baseUrl,
        token: acct.slice(0, 3),
        acct: acct as Acct,
        clock,
        version: "1",
        throttle,
      }),
    );
    for (const gateway of gateways) await gateway.learnTraits(never);
    const [first, second] = gateways.map((gateway) => gateway.ranked("moderation"));
    const counted = () => server.tiny.requests.length;
    let more: Promise<void> | undefined;
    while (clock.sleeping === 0) {
      await more;
      more = first?.follow("7" as AccountId, never);
      await settle();
    }
    // The last quarter is the second's.
    expect(counted()).toBeGreaterThan(200);
    expect(counted()).toBeLessThan(250);
    while (counted() < 300) await second?.follow("7" as AccountId, never);
    const posted = second?.post(outgoing(), never);
    await settle();
    expect(counted()).toBe(300);
    await clock.advance(300_000);
    await more;
    expect(await posted).toBe("1" as StatusId);
  });

  it("rule 18: nothing is kept for a group that is gone", async () => {
    const throttle = new Throttle(new FakeClock(), 0);
    throttle.learn("x.test", await limitsOf("gotosocial"));
    throttle.enter(bob);
    throttle.leave(bob.account);
    const shares = 300 * 0.9;
    const asked = { ...get, rank: "share" } as const;
    for (let sent = 0; sent < shares; sent++) await throttle.admit(asked, ann, never);
    await expect(throttle.admit(asked, ann, never)).rejects.toThrow("no room");
  });

  it("rule 18: a busy group cannot starve the others on its address", async () => {
    const clock = new FakeClock();
    const throttle = throttleWith(await limitsOf("gotosocial"), clock);
    const groups = Array.from({ length: 10 }, (_, nth) => ({ account: `g${nth}`, host: "x.test" }));
    for (const group of groups) throttle.enter(group);
    const [busy, ...others] = groups;
    const asks = (asker: typeof ann, count: number) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const { signal } = new AbortController();
          const { answered } = await throttle.admit({ ...get, rank: "share" }, asker, signal);
          answered();
          done.set(asker.account, (done.get(asker.account) ?? 0) + 1);
        }),
      );
    const done = new Map<string, number>();
    const all = [asks(busy ?? ann, 400)];
    await settle();
    expect(done.get("g0")).toBe(300 * 0.9 - 9 * 15);
    // All that the others are owed is there at once, whatever the busy one is up to.
    all.push(...others.map((other) => asks(other, 13)));
    await settle();
    expect(others.map(({ account }) => done.get(account))).toEqual(Array(9).fill(13));
    await clock.advance(60 * 60_000);
    await Promise.all(all);
    expect(done.get("g0")).toBe(400);
  });

  it("rule 18: what was used before a restart is counted once, whatever the seconds say", async () => {
    const clock = new FakeClock();
    const throttle = throttleWith(await limitsOf("mastodon"), clock);
    const resetAt = new Date(clock.now() + 150_000).toISOString();
    for (let asked = 1; asked <= 40; asked++) {
      const { answered } = await throttle.admit({ ...get, rank: "share" }, ann, never);
      await clock.advance(130);
      const headers = new Headers({
        // Whole seconds only, as HTTP has it.
        date: new Date(clock.now()).toUTCString(),
        "x-ratelimit-limit": "300",
        "x-ratelimit-remaining": String(300 - 50 - asked),
        "x-ratelimit-reset": resetAt,
      });
      answered(headers);
      const [any] = throttle.budgets(ann);
      expect(any).toMatchObject({ kind: "any", used: 50 + asked });
    }
  });

  it("rule 18: what matters more finds room when the rest has none", async () => {
    const clock = new FakeClock();
    const throttle = new Throttle(clock, 60_000);
    throttle.learn("x.test", await limitsOf("mastodon"));
    const post = (rank: Rank) =>
      throttle
        .admit(ask("POST", "/api/v1/statuses", rank), ann, never)
        .then(({ answered }) => answered())
        .then(() => rank);
    const counts = { courtesy: 0, share: 0, moderation: 0 };
    for (const rank of ["courtesy", "share", "moderation"] as const) {
      const isThere = () =>
        post(rank).then(
          () => true,
          () => false,
        );
      while (await isThere()) counts[rank]++;
    }
    expect(counts).toEqual({ courtesy: 240, share: 30, moderation: 30 });
    expect(throttle.budgets(ann).find(({ kind }) => kind === "posts")?.used).toBe(300);
  });

  it("rule 18: nothing is assumed of a server that has not been met", () => {
    expect(cautiousTraits.limits).toEqual([
      { kind: "any", count: 300, windowMs: 300_000, per: "account" },
    ]);
  });
});
