import { describe, expect, it } from "vitest";
import { at, type FlavourStage, openFlavour } from "../../testing/flavour-stage.js";
import { startSandbox } from "../index.js";

const open = () => openFlavour("pleroma-2.7", { hasRateLimits: false });
const flake = /^[0-9A-Za-z]{18}$/;

/** Posts and boosts it as the group. */
async function boosted(stage: FlavourStage) {
  const post = await stage.post(stage.alice, "Look, @groupbot");
  const boost = await stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${post.id}/reblog`);
  return { post, boost };
}

describe("Pleroma 2.7 as its instance documents tell", () => {
  it("says that it is Mastodon 2.7.2, and what it is in truth", async () => {
    await using stage = await open();
    const v1 = await stage.ask(undefined, "GET", "/api/v1/instance");
    expect(v1.body).toMatchObject({
      version: "2.7.2 (compatible; Pleroma 2.7.0)",
      max_toot_chars: 5_000,
      configuration: { statuses: { max_characters: 5_000 } },
      urls: { streaming_api: stage.here.baseUrl.replace("http", "ws") },
      pleroma: { metadata: { features: expect.arrayContaining(["pleroma:group_actors"]) } },
    });
    const v2 = await stage.ask(undefined, "GET", "/api/v2/instance");
    expect(v2.status).toBe(200);
    expect(v2.body).not.toHaveProperty("api_versions");
    const nodeinfo = await stage.ask(undefined, "GET", "/nodeinfo/2.0");
    expect(nodeinfo.body).toMatchObject({ software: { name: "pleroma", version: "2.7.0" } });
  });

  it.each(["/api/v2/notifications/policy", "/api/v1/followed_tags", "/api/v1/nonsense"])(
    "has no %s",
    async (path) => {
      await using stage = await open();
      const answer = await stage.ask(stage.alice, "GET", path);
      expect([answer.status, answer.body]).toEqual([404, { error: "Not implemented" }]);
    },
  );

  it("has no OAuth metadata", async () => {
    await using stage = await open();
    const path = "/.well-known/oauth-authorization-server";
    expect((await stage.ask(undefined, "GET", path)).status).toBe(404);
  });
});

describe("Pleroma's things", () => {
  it("have flakes that sort by time, and notifications small numbers", async () => {
    await using stage = await open();
    const one = await stage.post(stage.alice, "One, @groupbot");
    const two = await stage.post(stage.dave, "Two, @groupbot@here.test");
    expect(one.id).toMatch(flake);
    expect(two.id > one.id).toBe(true);
    const ids = (await stage.groupbot.notifications()).map(({ id }) => id);
    expect(ids).toEqual(["2", "1"]);
    const newer = `/api/v1/timelines/home?since_id=${one.id}`;
    const home = await stage.ask(stage.alice, "GET", newer);
    expect(home.body).toEqual([]);
  });

  it("are written with breaks instead of paragraphs", async () => {
    await using stage = await open();
    const { id } = await stage.post(stage.alice, "Hi @groupbot\n\n<b> #Duck");
    const status = await stage.ask(stage.groupbot, "GET", `/api/v1/statuses/${id}`);
    const { baseUrl } = stage.here;
    const [mention] = Object(status.body).mentions;
    expect(status.body).toMatchObject({
      content:
        `Hi <span class="h-card"><a class="u-url mention" data-user="${mention.id}" href="${baseUrl}/@groupbot" rel="ugc">@<span>groupbot</span></a></span>` +
        `<br><br>&lt;b&gt; <a class="hashtag" data-tag="duck" href="${baseUrl}/tag/duck" rel="tag ugc">#Duck</a>`,
      language: null,
      pleroma: {
        local: true,
        content: { "text/plain": expect.stringContaining("Hi @groupbot\n") },
      },
    });
  });

  it("may be Markdown", async () => {
    await using stage = await open();
    const more = { status: "**a** @alice", content_type: "text/markdown" };
    const { body } = await stage.ask(stage.bob, "POST", "/api/v1/statuses", more);
    expect(Object(body).content).toMatch(/^<p><strong>a<\/strong> <span class="h-card">/);
  });

  it("carry Pleroma's keys and lack Mastodon's", async () => {
    await using stage = await open();
    const path = "/api/v1/accounts/verify_credentials";
    const { body } = await stage.ask(stage.groupbot, "GET", path);
    expect(body).toMatchObject({
      fqn: "groupbot@here.test",
      bot: true,
      source: { pleroma: { actor_type: "Service" } },
      pleroma: { notification_settings: { block_from_strangers: false } },
    });
    for (const key of ["group", "discoverable", "uri"]) expect(body).not.toHaveProperty(key);
  });
});

describe("Pleroma's mentions", () => {
  it("include whom one answers, who is notified though not named", async () => {
    await using stage = await open();
    const { id } = await stage.groupbot.post("A question");
    const reply = await stage.alice.post("An answer", { inReplyTo: id, visibility: "direct" });
    expect(reply.mentions.map(({ acct }) => acct)).toEqual(["groupbot"]);
    expect(await stage.groupbot.notifications()).toMatchObject([
      { type: "mention", status: { content: "An answer", mentions: [{ acct: "groupbot" }] } },
    ]);
  });

  it("mean nothing to a Mastodon, which tells of those named only", async () => {
    await using sandbox = await startSandbox({
      hosts: [{ domain: "a.test" }, { domain: "p.test", flavour: "pleroma-2.7" }],
    });
    const group = sandbox.host("a.test").addUser({ username: "group" });
    const ada = sandbox.host("p.test").addUser({ username: "ada" });
    const posted = await group.post("A question");
    const { id } = await ada.localStatus(posted.uri);
    const reply = await ada.post("An answer", { inReplyTo: id });
    expect(await group.localStatus(reply.uri)).toMatchObject({ mentions: [] });
    expect(await group.notifications()).toEqual([]);
  });
});

describe("Pleroma's boosts", () => {
  it("go by the uri of what they boost, and there is one", async () => {
    await using stage = await open();
    const { post, boost } = await boosted(stage);
    expect(boost.body).toMatchObject({ uri: post.uri, reblog: { id: post.id, reblogged: true } });
    expect(at(boost, "id")).not.toBe(post.id);
    const again = await stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${post.id}/reblog`);
    expect(at(again, "id")).toBe(at(boost, "id"));
  });

  it("cannot be boosted themselves, nor can what few may see", async () => {
    await using stage = await open();
    const { boost } = await boosted(stage);
    const path = (id: unknown) => `/api/v1/statuses/${id}/reblog`;
    const secret = await stage.post(stage.alice, "@groupbot psst", { visibility: "direct" });
    for (const id of [at(boost, "id"), secret.id]) {
      const answer = await stage.ask(stage.groupbot, "POST", path(id));
      expect([answer.status, answer.body]).toEqual([404, { error: "Record not found" }]);
    }
  });

  it("cannot be taken back twice", async () => {
    await using stage = await open();
    const { post } = await boosted(stage);
    const undo = () => stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${post.id}/unreblog`);
    expect((await undo()).status).toBe(200);
    const again = await undo();
    expect([again.status, again.body]).toEqual([400, { error: "Could not unrepeat" }]);
  });
});

describe("a Pleroma account", () => {
  it("that is a Group boosts by itself what is addressed to it", async () => {
    await using stage = await open();
    const path = "/api/v1/accounts/update_credentials";
    const change = (body: object) => stage.ask(stage.groupbot, "PATCH", path, body);
    expect((await change({ actor_type: "Club" })).status).toBe(403);
    const changed = await change({ actor_type: "Group" });
    expect(changed.body).toMatchObject({ bot: true, source: { pleroma: { actor_type: "Group" } } });
    const posted = await stage.dave.post("Hear, @groupbot@here.test");
    const [boost] = await stage.groupbot.statusesOf("groupbot");
    expect(boost?.reblog?.uri).toBe(posted.uri);
    await change({ bot: true });
    await stage.dave.post("Once more, @groupbot@here.test");
    expect(await stage.groupbot.statusesOf("groupbot")).toHaveLength(1);
  });

  it("may shut strangers out", async () => {
    await using stage = await open();
    const path = "/api/pleroma/notification_settings?block_from_strangers=true";
    const answer = await stage.ask(stage.groupbot, "PUT", path);
    expect(answer.body).toEqual({ status: "success" });
    await stage.groupbot.follow("bob");
    await stage.alice.post("@groupbot hi");
    await stage.bob.post("@groupbot hi");
    const accts = (await stage.groupbot.notifications()).map(({ account }) => account.acct);
    expect(accts).toEqual(["bob"]);
  });

  it("is told of a follower once", async () => {
    await using stage = await open();
    await stage.alice.follow("groupbot");
    await stage.alice.unfollow("groupbot");
    await stage.alice.follow("groupbot");
    // The first notification went with the first follow, and no second one comes.
    expect(await stage.groupbot.notifications()).toEqual([]);
  });

  it("has all its follow requests on one page", async () => {
    await using stage = await open();
    await stage.groupbot.api("PATCH", "/api/v1/accounts/update_credentials", { locked: true });
    await stage.alice.follow("groupbot");
    await stage.bob.follow("groupbot");
    const list = await stage.ask(stage.groupbot, "GET", "/api/v1/follow_requests?limit=1");
    expect(list.body).toHaveLength(2);
    expect(list.headers).not.toHaveProperty("link");
  });

  it("can pin one post", async () => {
    await using stage = await open();
    const pin = async () => {
      const { id } = await stage.alice.post("Rules");
      return await stage.ask(stage.alice, "POST", `/api/v1/statuses/${id}/pin`);
    };
    expect((await pin()).status).toBe(200);
    expect((await pin()).status).toBe(400);
  });
});

describe("Pleroma's pages", () => {
  it("have forty things at most, and of notifications twenty unless told", async () => {
    await using stage = await open();
    for (let count = 0; count < 45; count++) await stage.alice.post(`@groupbot ${count}`);
    const page = async (query: string) => {
      const answer = await stage.ask(stage.groupbot, "GET", `/api/v1/notifications${query}`);
      return Array.isArray(answer.body) ? answer.body.length : answer.status;
    };
    expect(await page("?limit=80")).toBe(40);
    expect(await page("")).toBe(20);
    expect(await page("?types[]=follow")).toBe(0);
    expect(await page("?include_types[]=mention&min_id=44")).toBe(1);
  });
});
