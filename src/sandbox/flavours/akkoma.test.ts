import { describe, expect, it } from "vitest";
import { openFlavour } from "../../testing/flavour-stage.js";
import { openSocket } from "../../testing/socket-client.js";
import { until } from "../../testing/until.js";

const open = () => openFlavour("akkoma-3.16", { hasRateLimits: false });

describe("Akkoma 3.16", () => {
  it("has no second instance document, and in the first no configuration", async () => {
    await using stage = await open();
    const v2 = await stage.ask(undefined, "GET", "/api/v2/instance");
    expect([v2.status, v2.body]).toEqual([404, { error: "Not implemented" }]);
    const v1 = await stage.ask(undefined, "GET", "/api/v1/instance");
    expect(v1.body).toMatchObject({
      version: "2.7.2 (compatible; Akkoma 3.16.0)",
      max_toot_chars: 5_000,
      urls: { streaming_api: expect.stringMatching(/^ws:/) },
      pleroma: { metadata: { features: expect.arrayContaining(["akkoma_api"]) } },
    });
    expect(v1.body).not.toHaveProperty("configuration");
    const nodeinfo = await stage.ask(undefined, "GET", "/nodeinfo/2.0");
    expect(nodeinfo.body).toMatchObject({ software: { name: "akkoma" } });
  });

  it("ignores types[] and heeds include_types[]", async () => {
    await using stage = await open();
    await stage.alice.post("@groupbot hi");
    await stage.bob.follow("groupbot");
    const types = async (query: string) => {
      const path = `/api/v1/notifications?${query}`;
      const list = await stage.groupbot.api<{ type: string }[]>("GET", path);
      return list.map(({ type }) => type);
    };
    expect(await types("types[]=mention")).toEqual(["follow", "mention"]);
    expect(await types("include_types[]=mention")).toEqual(["mention"]);
  });

  it("tells of followed accounts' posts only who asks", async () => {
    await using stage = await open();
    const { id } = await stage.groupbot.api<{ id: string }>(
      ...(["GET", "/api/v1/accounts/lookup?acct=alice"] as const),
    );
    await stage.groupbot.api("POST", `/api/v1/accounts/${id}/follow`, { notify: true });
    await stage.alice.post("News");
    expect(await stage.groupbot.notifications()).toEqual([]);
    const path = "/api/v1/notifications?include_types[]=status";
    expect(await stage.groupbot.api("GET", path)).toHaveLength(1);
  });

  it("can be told whose direct messages to accept", async () => {
    await using stage = await open();
    const path = "/api/v1/accounts/update_credentials";
    const say = async (choice: string) => {
      const body = { accepts_direct_messages_from: choice };
      const changed = await stage.groupbot.api("PATCH", path, body);
      expect(changed).toMatchObject(body);
      await stage.alice.post(`@groupbot ${choice}`, { visibility: "direct" });
    };
    await say("nobody");
    await say("people_i_follow");
    await say("everybody");
    expect(await stage.groupbot.notifications()).toHaveLength(1);
  });

  it("thinks of a group as of anybody, and follows hashtags", async () => {
    await using stage = await open();
    const path = "/api/v1/accounts/update_credentials";
    const changed = await stage.groupbot.api("PATCH", path, { actor_type: "Group" });
    expect(changed).toMatchObject({ bot: false, source: { pleroma: { actor_type: "Group" } } });
    await stage.alice.post("Hear, @groupbot");
    expect(await stage.groupbot.statusesOf("groupbot")).toEqual([]);
    const followed = await stage.ask(stage.groupbot, "POST", "/api/v1/tags/duck/follow");
    expect(followed.status).toBe(200);
  });

  it("shows to all what a locked account posts and boosts, unless told", async () => {
    await using stage = await open();
    const path = "/api/v1/accounts/update_credentials";
    await stage.groupbot.api("PATCH", path, { locked: true });
    const { id } = await stage.post(stage.alice, "Hi");
    for (const [to, body] of [
      ["", { status: "Ho" }],
      [`/${id}/reblog`, {}],
    ] as const) {
      const answer = await stage.ask(stage.groupbot, "POST", `/api/v1/statuses${to}`, body);
      expect(answer.body).toMatchObject({ visibility: "public" });
    }
  });

  it("boosts as widely as it is told, and keeps a post's language", async () => {
    await using stage = await open();
    const { id } = await stage.post(stage.alice, "Hallo", { language: "de" });
    const boost = await stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${id}/reblog`, {
      visibility: "unlisted",
    });
    expect(boost.body).toMatchObject({ visibility: "unlisted", reblog: { language: "de" } });
  });
});

describe("Akkoma's stream", () => {
  it("takes the subprotocol, acknowledges nothing and labels updates with the account", async () => {
    await using stage = await open();
    const { groupbot, here, alice } = stage;
    const { token } = groupbot;
    await groupbot.follow("alice");
    const { id: accountId } = await groupbot.api<{ id: string }>(
      ...(["GET", "/api/v1/accounts/verify_credentials"] as const),
    );
    const client = await openSocket(here.baseUrl, "/api/v1/streaming", { protocol: token });
    expect(client.socket.protocol).toBe(token);
    client.socket.send('{"type":"subscribe","stream":"user"}');
    client.socket.send('{"type":"unsubscribe","stream":"user"}');
    client.socket.send("ping");
    await until(() => client.raw.length === 1);
    expect(client.raw).toEqual(["pong"]);
    const { id } = await alice.post("@groupbot hi");
    await alice.api("DELETE", `/api/v1/statuses/${id}`);
    await until(() => client.frames.length >= 4);
    expect(client.frames.slice(1, 4)).toMatchObject([
      { stream: [`user:${accountId}`], event: "update" },
      { stream: ["user"], event: "notification" },
      { event: "delete", payload: id },
    ]);
    expect(client.frames[3]).not.toHaveProperty("stream");
  });
});
