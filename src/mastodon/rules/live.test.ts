import { afterEach, describe, expect, it } from "vitest";
import type { AccountId, Acct, StatusId } from "../../core/model.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { outgoing } from "../../testing/gateway-stage.js";
import {
  oddGroup,
  oddServer,
  rawAccount,
  rawNotification,
  rawStatus,
  recorded,
} from "../../testing/odd-server.js";
import { hangUpAll, listen, serveSockets } from "../../testing/stream-listener.js";
import { until } from "../../testing/until.js";

const never = new AbortController().signal;
const one = "1" as StatusId;
const own = "GET /api/v1/accounts/id%20of%20grp/statuses";

afterEach(hangUpAll);

describe("seen on live servers", () => {
  it("live G6: the server's ping is a sign of life, whatever becomes of ours", async () => {
    const clock = new FakeClock();
    const server = await serveSockets({ autoPong: false });
    const { items } = listen(server, { clock, aliveTimeoutMs: 30_000 });
    await until(() => items.length > 0);
    for (let i = 0; i < 4; i++) {
      const pong = new Promise((resolve) => {
        for (const socket of server.sockets) socket.once("pong", resolve);
      });
      for (const socket of server.sockets) socket.ping("ping!");
      // It has come when it is answered.
      await pong;
      await clock.advance(20_000);
    }
    expect(items).toEqual([{ kind: "connected" }]);
  });

  it("live G17, B5, H9, S14, S19: what is missing somewhere is asked for nowhere", async () => {
    await using server = await oddServer({
      "GET /api/v1/notifications": { body: [] },
      "GET /api/v1/timelines/home": { body: [] },
      "GET /api/v1/follow_requests": { body: [] },
      "GET /api/v1/instance": { body: {} },
      "POST /api/v1/statuses": { body: rawStatus("2") },
      [own]: { body: [] },
    });
    const { gateway } = server;
    const id = "7" as AccountId;
    // Node warns of a leak when many calls listen to one signal.
    const each = () => new AbortController().signal;
    await Promise.allSettled([
      gateway.whoAmI(each()),
      gateway.learnTraits(each()),
      gateway.openNotifications(each()),
      gateway.notifications(undefined, each()),
      gateway.home(undefined, each()),
      gateway.followRequests(each()),
      gateway.status(one, each()),
      gateway.account("ann@far.test" as Acct, each()),
      gateway.reblog(one, "public", each()),
      gateway.unreblog(one, each()),
      gateway.deleteStatus(one, each()),
      gateway.post(outgoing(), each()),
      gateway.findPost(outgoing(), each()),
      gateway.follow(id, each()),
      gateway.unfollow(id, each()),
      gateway.acceptFollow(id, each()),
    ]);
    const rare =
      /dismiss|unread_count|clear|relationships|remove_from|domain_blocks|mute|block|pin|suggestions|apps\/verify|scheduled|conversations|lists|filters|\/notifications\/\d/u;
    expect(server.asked().filter((path) => rare.test(path))).toEqual([]);
  });

  it.each([
    ["gotosocial", "reblog-private-of-other"],
    ["gotosocial", "reblog-direct"],
    ["gotosocial", "reblog-bad-id"],
    ["hollo", "093-reblog-followers-only"],
    ["hollo", "094-reblog-direct"],
  ] as const)("live G24, H5: %s's %s is for good", async (from, name) => {
    await using server = await oddServer({
      "POST /api/v1/statuses/1/reblog": recorded(from, name),
      "GET /api/v1/statuses/1": { body: rawStatus("1") },
    });
    await expect(server.gateway.reblog(one, "public", never)).rejects.toMatchObject({
      failure: "permanent",
    });
  });

  it.each([
    ["gotosocial", "post-too-long"],
    ["gotosocial", "post-empty"],
    ["gotosocial", "post-bad-visibility"],
    ["gotosocial", "reply-bad-id"],
    ["hollo", "116-post-empty"],
    ["hollo", "118-post-bad-visibility"],
  ] as const)("live G28, G33, H6: %s's %s is no reason to try again", async (from, name) => {
    await using server = await oddServer({ "POST /api/v1/statuses": recorded(from, name) });
    await expect(server.gateway.post(outgoing(), never)).rejects.toMatchObject({
      failure: "permanent",
      isOutcomeKnown: true,
    });
  });

  it("H6: Hollo's 500 to a reply to what is missing leaves open what happened", async () => {
    const answer = recorded("hollo", "120-post-reply-to-missing");
    await using server = await oddServer({ "POST /api/v1/statuses": answer });
    await expect(server.gateway.post(outgoing(), never)).rejects.toMatchObject({
      isOutcomeKnown: false,
    });
  });

  it("live G19, G20, S15: an act on somebody who is gone is refused for good, or done already", async () => {
    await using server = await oddServer({});
    const id = "7" as AccountId;
    await expect(server.gateway.follow(id, never)).rejects.toMatchObject({ failure: "permanent" });
    await server.gateway.unfollow(id, never);
  });

  it("S20, H15: our post is found though others boosted it, and the list is asked without cursors", async () => {
    const mine = rawStatus("2", { account: rawAccount("grp") });
    const wrapped = { ...rawStatus("2", { content: "" }), reblog: mine };
    await using server = await oddServer({ [own]: { body: [wrapped] } });
    expect(await server.gateway.findPost(outgoing(), never)).toBe("2");
    const keys = server.tiny.requests.flatMap(({ query }) => [...query.keys()]);
    expect(keys.filter((key) => /_id$/u.test(key))).toEqual([]);
  });

  it("S3, S7: a mention counts whose reader has no id among the mentions", async () => {
    const mentions = [{ id: "0", username: "ann@far.test", acct: "ann@far.test", url: "" }];
    const content = `<a href="https://odd.test/@grp" class="u-url mention">@${oddGroup}</a>`;
    const status = rawStatus("1", { content, mentions });
    await using server = await oddServer({
      "GET /api/v1/notifications": { body: [rawNotification("9", "status", { status })] },
    });
    await server.gateway.whoAmI(never);
    const { events } = await server.gateway.notifications(undefined, never);
    expect(events).toMatchObject([{ kind: "mention", status: { text: `@${oddGroup}` } }]);
  });
});
