import { describe, expect, it } from "vitest";
import type { AccountId, Acct, StatusId } from "../../core/model.js";
import type { Rank } from "../../core/rank.js";
import { GatewayError } from "../../errors.js";
import type { Clock, MastodonGateway } from "../../ports.js";
import { type FlavourName, type SandboxHost, startSandbox } from "../../sandbox/index.js";
import type { SandboxUser } from "../../sandbox/surface.js";
import { outgoing } from "../../testing/gateway-stage.js";
import { createGateway, Throttle } from "../gateway.js";

const never = new AbortController().signal;
const minutes = (count: number) => count * 60_000;

/** Whoever sleeps by it is awake at once, and it is later. */
class LeapingClock implements Clock {
  #now: number;

  constructor(now = Date.UTC(2026, 10, 21, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  steadyMs(): number {
    return this.#now;
  }

  async sleep(delayMs: number): Promise<void> {
    this.#now += delayMs;
  }

  after(delayMs: number, act: () => void): () => void {
    this.#now += delayMs;
    act();
    return () => undefined;
  }
}

interface Cast {
  readonly host: SandboxHost;
  readonly clock: LeapingClock;
  readonly groups: readonly SandboxUser[];
  readonly member: SandboxUser;
  /** Of the member, as the first group's server knows it. */
  readonly accountId: AccountId;
  /** The group's gateway in a program that has just been started, if need be. */
  gateway(group: SandboxUser, throttle: Throttle): Promise<MastodonGateway>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server that enforces its limits by the clock that the groups have. */
async function cast(flavour: FlavourName, skewMs = 0, groupCount = 1): Promise<Cast> {
  const clock = new LeapingClock();
  const sandbox = await startSandbox({
    hosts: [{ domain: "here.test", flavour }],
    now: () => clock.now() + skewMs,
  });
  const host = sandbox.host("here.test");
  const names = Array.from({ length: groupCount }, (_, index) => `group${index}`);
  const member = host.addUser({ username: "carol", isLocked: false });
  const { id } = await member.api<{ id: string }>("GET", "/api/v1/accounts/verify_credentials");
  return {
    accountId: id as AccountId,
    host,
    clock,
    groups: names.map((username) => host.addUser({ username, isLocked: false })),
    member,
    gateway: async ({ acct, token }, throttle) => {
      const { baseUrl } = host;
      const options = { baseUrl, token, acct: acct as Acct, clock, version: "1", throttle };
      const gateway = createGateway(options);
      await gateway.whoAmI(never);
      await gateway.learnTraits(never);
      return gateway;
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** Does everything, each as soon as there is room for it; tells how long that took in all. */
async function workThrough(
  { clock }: Cast,
  jobs: readonly (() => Promise<unknown>)[],
): Promise<number> {
  const beganAt = clock.now();
  for (const job of jobs) {
    for (let isDone = false; !isDone; ) {
      try {
        await job();
        isDone = true;
      } catch (error) {
        if (!(error instanceof GatewayError) || error.retryAfterMs === undefined) throw error;
        await clock.sleep(error.retryAfterMs);
      }
    }
  }
  return clock.now() - beganAt;
}

function nthUser(host: SandboxHost, nth: number): SandboxUser {
  const username = `u${nth}`;
  try {
    return host.user(username);
  } catch {
    return host.addUser({ username, isLocked: false });
  }
}

const refusals = ({ host }: Cast) => host.requests.filter(({ status }) => status === 429).length;

type Act = (gateway: MastodonGateway, nth: number, at: Cast) => Promise<unknown>;

const read: Act = (gateway) => gateway.whoAmI(never);
const page: Act = (gateway) => gateway.notifications("1", never);
const home: Act = (gateway) => gateway.home(undefined, never);
const post: Act = (gateway, nth) =>
  gateway.post(outgoing({ key: `${nth}`, text: `No ${nth}` }), never);
const unboost: Act = (gateway) => gateway.unreblog("1" as StatusId, never);
const search: Act = (gateway, nth) => gateway.account(`nobody${nth}@here.test` as Acct, never);
const follow: Act = (gateway, _nth, { accountId }) => gateway.follow(accountId, never);
const followEach: Act = async (gateway, nth, { host }) => {
  // The first try may have been for nothing.
  const { acct } = nthUser(host, nth);
  const account = await gateway.account(acct as Acct, never);
  await gateway.follow(account?.id ?? ("" as AccountId), never);
};
const remove: Act = async (gateway, nth) => {
  const id = await gateway.post(outgoing({ key: `d${nth}`, text: `No ${nth}` }), never);
  await gateway.deleteStatus(id, never);
};
const upload: Act = async (gateway, nth, { member }) => {
  const bytes = new Uint8Array([nth]);
  const media = [{ description: "", bytes, type: "image/png" }];
  const { media_attachments: files } = await member.post(`No ${nth}`, { media });
  for (const { url } of files) await gateway.copyMedia({ url, description: "" }, never);
};
const boostOne: Act = async (gateway, nth, { host, member }) => {
  const [status] = await host.user("group0").statusesOf(member.acct);
  const id = (status?.id ?? (await member.post("Boost me")).id) as StatusId;
  await (nth % 2 === 0 ? gateway.reblog(id, "public", never) : gateway.unreblog(id, never));
};
const followOne: Act = async (gateway, nth, { accountId }) => {
  await (nth % 2 === 0 ? gateway.follow(accountId, never) : gateway.unfollow(accountId, never));
};

describe("no server ever has to say 429", () => {
  it.each<[string, FlavourName, Act, number, Rank, number]>([
    ["requests", "mastodon-4.6", read, 320, "share", minutes(5)],
    ["pages", "mastodon-4.6", page, 320, "share", minutes(15)],
    ["un-boosts", "mastodon-4.6", unboost, 65, "moderation", minutes(60)],
    ["deletes", "mastodon-4.6", remove, 35, "moderation", minutes(30)],
    ["posts", "mastodon-4.6", post, 310, "moderation", minutes(180)],
    ["files", "mastodon-4.6", upload, 35, "moderation", minutes(30)],
    ["follows", "mastodon-4.6", follow, 410, "moderation", minutes(24 * 60)],
    ["posts", "pleroma-2.7", post, 40, "courtesy", 20_000],
    ["boosts of one", "pleroma-2.7", boostOne, 8, "share", minutes(2)],
    ["follows", "pleroma-2.7", followEach, 25, "courtesy", 20_000],
    ["follows of one", "pleroma-2.7", followOne, 5, "moderation", minutes(2)],
    ["timelines", "akkoma-3.16", home, 10, "share", 1500],
    ["searches", "akkoma-3.16", search, 40, "share", 1000],
    ["writes", "akkoma-3.16", remove, 20, "moderation", 20_000],
    ["requests", "gotosocial-0.20", read, 320, "moderation", minutes(5)],
  ])("%s on %s: what does not fit now is done later", async (...row) => {
    const [, flavour, act, count, rank, leastMs] = row;
    await using at = await cast(flavour);
    const [group] = at.groups;
    if (group === undefined) throw new Error("no group");
    const gateway = (await at.gateway(group, new Throttle(at.clock, 60_000))).ranked(rank);
    const jobs = Array.from({ length: count }, (_, nth) => () => act(gateway, nth, at));
    const tookMs = await workThrough(at, jobs);
    expect(refusals(at)).toBe(0);
    // It had to wait indeed, and not for much longer than the server's windows.
    expect(tookMs).toBeGreaterThanOrEqual(leastMs);
    expect(tookMs).toBeLessThan(leastMs * 2 + 60_000);
  });

  it("all groups of a program on one address of GoToSocial", async () => {
    await using at = await cast("gotosocial-0.20", 0, 5);
    const throttle = new Throttle(at.clock, 60_000);
    const gateways: MastodonGateway[] = [];
    for (const group of at.groups) gateways.push(await at.gateway(group, throttle));
    const jobs = Array.from(
      { length: 320 },
      (_, nth) => async () => gateways[nth % gateways.length]?.whoAmI(never),
    );
    await workThrough(at, jobs);
    expect(refusals(at)).toBe(0);
  });

  it.each(["mastodon-4.6", "gotosocial-0.20"] as const)(
    "after a restart on %s, as its headers tell what was used before",
    async (flavour) => {
      await using at = await cast(flavour);
      const [group] = at.groups;
      if (group === undefined) throw new Error("no group");
      for (let run = 0; run < 4; run++) {
        // Each run begins with nothing counted.
        const gateway = await at.gateway(group, new Throttle(at.clock, 60_000));
        await workThrough(
          at,
          Array.from({ length: 90 }, () => () => gateway.whoAmI(never)),
        );
      }
      expect(refusals(at)).toBe(0);
    },
  );

  it.each([5, -5])("on a server whose clock is %i hours off", async (hours) => {
    await using at = await cast("mastodon-4.6", hours * minutes(60));
    const [group] = at.groups;
    if (group === undefined) throw new Error("no group");
    const jobs = (gateway: MastodonGateway, count: number) =>
      Array.from({ length: count }, () => () => gateway.whoAmI(never));
    await workThrough(at, jobs(await at.gateway(group, new Throttle(at.clock, 60_000)), 240));
    // Again after a restart, when only the server knows what was used.
    const restartedAt = at.clock.now();
    await workThrough(at, jobs(await at.gateway(group, new Throttle(at.clock)), 60));
    const tookMs = at.clock.now() - restartedAt;
    expect(refusals(at)).toBe(0);
    expect(tookMs).toBeGreaterThan(0);
    expect(tookMs).toBeLessThanOrEqual(minutes(5));
  });
});
