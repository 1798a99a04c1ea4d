/**
 * What every gateway promises: the same suite holds for the real one, against the sandbox over real
 * sockets, and for the fake one that the worker's tests are built on. A fake that lies fails here.
 */
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { AccountId, StatusId } from "../core/model.js";
import { GatewayError } from "../errors.js";
import { createGateway } from "../mastodon/gateway.js";
import type { MastodonGateway, OutgoingPost, StreamItem } from "../ports.js";
import { startSandbox } from "../sandbox/index.js";
import { acct, aFollow, aMention, anAccount, groupAddress, statusId } from "./builders.js";
import { FakeGateway } from "./fake-gateway.js";
import { itemsBy } from "./stream-items.js";
import { until } from "./until.js";

/** A server with the group and with ann on it, whichever way it is made. */
interface World extends AsyncDisposable {
  readonly gateway: MastodonGateway;
  readonly groupAcct: string;
  readonly annAcct: string;
  /** Ann mentions the group in a public post; resolves with its id on the group's server. */
  annMentions(text: string): Promise<StatusId>;
  annFollows(): Promise<void>;
  /** Ann's account, as the group's server numbers it. */
  annId(): Promise<AccountId>;
}

async function fakeWorld(): Promise<World> {
  const ann = anAccount("ann@far.example");
  const gateway = new FakeGateway(anAccount(groupAddress));
  gateway.accounts.set(ann.acct, ann);
  let count = 0;
  return {
    gateway,
    groupAcct: groupAddress,
    annAcct: ann.acct,
    annMentions: async (text) => {
      const mention = aMention({ id: `${++count}`, text: `@${groupAddress} ${text}` });
      gateway.happen(mention);
      return mention.status.id;
    },
    annFollows: async () => gateway.happen(aFollow(ann)),
    annId: async () => ann.id,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function realWorld(): Promise<World> {
  const sandbox = await startSandbox({ hosts: [{ domain: "home.test" }, { domain: "far.test" }] });
  const home = sandbox.host("home.test");
  const group = home.addUser({ username: "grp" });
  const ann = sandbox.host("far.test").addUser({ username: "ann" });
  const gateway = createGateway({
    baseUrl: home.baseUrl,
    token: group.token,
    acct: acct(group.acct),
    clock: systemClock,
    version: "0.5.0",
  });
  const { signal } = new AbortController();
  await gateway.whoAmI(signal);
  await gateway.learnTraits(signal);
  return {
    gateway,
    groupAcct: group.acct,
    annAcct: ann.acct,
    annMentions: async (text) => {
      const status = await ann.post(`@${group.acct} ${text}`);
      return statusId((await group.localStatus(status.uri)).id);
    },
    annFollows: () => ann.follow(group.acct),
    annId: async () => {
      const account = await gateway.account(acct(ann.acct), new AbortController().signal);
      if (account === undefined) throw new Error("Ann is not to be found.");
      return account.id;
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

const worlds: Readonly<Record<string, () => Promise<World>>> = {
  "the fake gateway": fakeWorld,
  "the real gateway": realWorld,
};

const answer = (text: string, inReplyTo?: StatusId): OutgoingPost => ({
  text,
  inReplyTo,
  visibility: "unlisted",
  spoilerText: "",
  isSensitive: false,
  mediaIds: [],
  language: undefined,
  key: `key of ${text}`,
});

for (const [name, make] of Object.entries(worlds)) {
  describe(name, () => {
    const stop = new AbortController();
    const { signal } = stop;
    let world: World | undefined;
    const aWorld = async () => {
      world = await make();
      return world;
    };
    afterEach(async () => {
      await world?.[Symbol.asyncDispose]();
      world = undefined;
    });

    it("knows whose token it has", async () => {
      const { gateway, groupAcct } = await aWorld();
      expect((await gateway.whoAmI(signal)).acct).toBe(groupAcct);
    });

    it("lists notifications newest first and pages down", async () => {
      const { gateway, annMentions } = await aWorld();
      const first = await annMentions("one");
      const second = await annMentions("two");
      const page = await gateway.notifications(undefined, signal);
      const ids = page.events.map((event) => ("status" in event ? event.status.id : event.kind));
      expect(ids).toEqual([second, first]);
      const [newest] = page.events;
      const below = newest?.kind === "mention" ? newest.id : undefined;
      const next = await gateway.notifications(below, signal);
      expect(next.events).toHaveLength(1);
    });

    it("boosts, shows that it has, and takes it back", async () => {
      const { gateway, annMentions } = await aWorld();
      const id = await annMentions("a duck");
      expect((await gateway.status(id, signal))?.rebloggedByUs).toBe(false);
      await gateway.reblog(id, "public", signal);
      expect((await gateway.status(id, signal))?.rebloggedByUs).toBe(true);
      await gateway.unreblog(id, signal);
      expect((await gateway.status(id, signal))?.rebloggedByUs).toBe(false);
      await gateway.unreblog(id, signal);
    });

    it("finds a post of its own again, and only the one that was meant", async () => {
      const { gateway, annMentions, annAcct } = await aWorld();
      const id = await annMentions("hello");
      const sent = answer(`@${annAcct} hello yourself`, id);
      expect(await gateway.findPost(sent, signal)).toBeUndefined();
      const posted = await gateway.post(sent, signal);
      expect(await gateway.findPost(sent, signal)).toBe(posted);
      expect(await gateway.findPost(answer("something else", id), signal)).toBeUndefined();
    });

    it("knows who exists and who does not", async () => {
      const { gateway, annAcct } = await aWorld();
      expect((await gateway.account(acct(annAcct), signal))?.acct).toBe(annAcct);
      expect(await gateway.account(acct("nobody@far.test"), signal)).toBeUndefined();
    });

    it("answers for a status that is not there with undefined", async () => {
      const { gateway } = await aWorld();
      expect(await gateway.status(statusId("no-such-status"), signal)).toBeUndefined();
    });

    it("follows and unfollows, as often as it is told to", async () => {
      const { gateway, annId } = await aWorld();
      const id = await annId();
      for (let round = 0; round < 2; round++) await gateway.follow(id, signal);
      for (let round = 0; round < 2; round++) await gateway.unfollow(id, signal);
    });

    it("does not mind accepting a request that nobody made", async () => {
      const { gateway, annId } = await aWorld();
      await gateway.acceptFollow(await annId(), signal);
    });

    it("says connected first, then what happens, and ends when it is told to", async () => {
      const { gateway, annMentions, annFollows } = await aWorld();
      const hangUp = new AbortController();
      const items: StreamItem[] = [];
      const listening = (async () => {
        for await (const item of itemsBy(gateway, { aliveTimeoutMs: 30_000 }, hangUp.signal)) {
          items.push(item);
        }
      })().catch((error: unknown) => {
        if (!hangUp.signal.aborted) throw error;
      });
      await until(() => items.some(({ kind }) => kind === "connected"));
      await annMentions("over the stream");
      await annFollows();
      await until(() => items.some(({ kind }) => kind === "follow"));
      expect(items.map(({ kind }) => kind)).toEqual(["connected", "mention", "follow"]);
      hangUp.abort(new Error("enough"));
      await listening;
    });

    it("refuses nothing but with a GatewayError", async () => {
      const { gateway } = await aWorld();
      const failing = gateway.reblog(statusId("no-such-status"), "public", signal);
      if (gateway instanceof FakeGateway) await failing;
      else await expect(failing).rejects.toBeInstanceOf(GatewayError);
    });
  });
}
