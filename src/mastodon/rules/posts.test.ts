import { describe, expect, it } from "vitest";
import { createTranslate } from "../../core/messages.js";
import type { Acct, StatusId } from "../../core/model.js";
import { outgoing } from "../../testing/gateway-stage.js";
import {
  oddServer,
  rawAccount,
  rawStatus,
  recorded,
  serverNamed,
} from "../../testing/odd-server.js";

const never = new AbortController().signal;
const one = "1" as StatusId;
const boost = "POST /api/v1/statuses/1/reblog";
const read = "GET /api/v1/statuses/1";
const write = "POST /api/v1/statuses";
const own = "GET /api/v1/accounts/id%20of%20grp/statuses";
const markdown = { configuration: { statuses: { supported_mime_types: ["text/markdown"] } } };

describe("boosts", () => {
  it("rule 14 (S1, S2): a boosted post is read as itself, under the id it had", async () => {
    const inner = rawStatus("17ab", { reblogged: true });
    await using server = await oddServer({
      [read]: { body: rawStatus("2", { reblog: rawStatus("1") }) },
      "GET /api/v1/statuses/17ab": { body: rawStatus("17AB", { content: "", reblog: inner }) },
    });
    const { gateway } = server;
    expect(await gateway.status(one, never)).toMatchObject({ id: "1", isReblog: false });
    expect(await gateway.status("17ab" as StatusId, never)).toMatchObject({
      id: "17ab",
      uri: inner.uri,
      text: "Hello",
      rebloggedByUs: true,
    });
  });

  it("rule 14 (H3): an existing boost makes a refusal a success (Mitra), and is seen after a 500 (Hollo)", async () => {
    const boosted = { body: rawStatus("1", { reblogged: true }) };
    await using mitra = await oddServer({
      [boost]: { status: 400, body: { error: "post already exists" } },
      [read]: boosted,
    });
    await mitra.gateway.reblog(one, "public", never);
    await using hollo = await oddServer({
      [boost]: recorded("hollo", "073-reblog-again"),
      [read]: boosted,
    });
    await expect(hollo.gateway.reblog(one, "public", never)).rejects.toMatchObject({
      failure: "transient",
      isOutcomeKnown: false,
    });
    expect(await hollo.gateway.status(one, never)).toMatchObject({ rebloggedByUs: true });
  });

  it("rule 14: where statuses deny our boosts (Sharkey), our own list tells", async () => {
    const boosts = [rawStatus("7", { reblog: rawStatus("1") })];
    await using server = await oddServer({
      ...serverNamed("sharkey"),
      [read]: { body: rawStatus("1", { reblogged: false }) },
      "GET /api/v1/statuses/2": { body: rawStatus("2", { reblogged: false }) },
      [own]: { body: boosts },
    });
    const { gateway } = server;
    expect((await gateway.learnTraits(never)).tellsOwnBoosts).toBe(false);
    expect(await gateway.status(one, never)).toMatchObject({ rebloggedByUs: true });
    expect(await gateway.status("2" as StatusId, never)).toMatchObject({ rebloggedByUs: false });
  });

  it.each([200, 400, 404, 422])("rule 14 (H3, S8): %i to an unreblog is done", async (status) => {
    const answer = { status, body: rawStatus("1") };
    await using server = await oddServer({ "POST /api/v1/statuses/1/unreblog": answer });
    await server.gateway.unreblog(one, never);
  });
});

describe("posts", () => {
  it("rule 20 (live G32, H2): a direct post that does not reach its addressee is warned of", async () => {
    for (const [mentions, isWarned] of [
      [[rawAccount("ann@far.test")], false],
      [[rawAccount("bob@far.test")], true],
      [[], true],
    ] as const) {
      await using server = await oddServer({ [write]: { body: rawStatus("3", { mentions }) } });
      const direct = outgoing({
        visibility: "direct",
        text: "@ann@far.test hi, ask @bob@far.test",
      });
      await server.gateway.post(direct, never);
      expect(server.warnings.length > 0).toBe(isWarned);
    }
  });

  it("rule 20 (S12): the addressee may be listed without the host that is ours", async () => {
    const mentions = [{ ...rawAccount("ann"), id: "0" }];
    await using server = await oddServer({ [write]: { body: rawStatus("3", { mentions }) } });
    await server.gateway.post(outgoing({ visibility: "direct", text: "@ann@odd.test hi" }), never);
    expect(server.warnings).toEqual([]);
  });

  it("rule 20 (live G40, H16, S13): somebody unknown is looked for with resolve before an act", async () => {
    await using server = await oddServer({
      "GET /api/v1/accounts/lookup": recorded("gotosocial", "lookup-404"),
      "GET /api/v2/search": ({ query }) => ({
        body: { accounts: query.get("resolve") === "true" ? [rawAccount("ann@far.test")] : [] },
      }),
    });
    const found = await server.gateway.account("ann@far.test" as Acct, never);
    expect(found?.acct).toBe("ann@far.test");
    expect(server.tiny.requests.at(-1)?.query.get("q")).toBe("@ann@far.test");
  });

  it("rule 19 (live G27, S16): a doubtful post is found among our own, by text and parent", async () => {
    const post = rawStatus("3", {
      account: rawAccount("grp"),
      content: '<p><a href="https://far.test/@ann" class="u-url mention">@ann</a> pong</p>',
      mentions: [rawAccount("ann@far.test")],
      in_reply_to_id: "1",
    });
    await using server = await oddServer({ [own]: { body: [rawStatus("4"), post] } });
    const wanted = outgoing({ text: "@ann@far.test pong", inReplyTo: one });
    expect(await server.gateway.findPost(wanted, never)).toBe("3");
    const { gateway } = server;
    expect(await gateway.findPost({ ...wanted, text: "@ann@far.test no" }, never)).toBeUndefined();
    expect(await gateway.findPost({ ...wanted, inReplyTo: undefined }, never)).toBeUndefined();
  });

  it("rule 19: a doubtful post is found whatever became of the signs escaped in it", async () => {
    const post = rawStatus("3", {
      account: rawAccount("grp"),
      content: "<p>snake_case &amp;lt; &lt;b&gt; ~~x~~</p>",
    });
    await using server = await oddServer({ [own]: { body: [post] } });
    for (const text of [
      "snake&#95;case &amp;lt; &lt;b> &#126;&#126;x&#126;&#126;",
      "snake\\_case &amp;lt; &lt;b> ~\u2060~x~\u2060~",
    ]) {
      expect(await server.gateway.findPost(outgoing({ text }), never)).toBe("3");
    }
  });

  it("rule 23: the kind of text is said wherever the server knows kinds, never left to a default", async () => {
    for (const [software, instance, contentType] of [
      ["gotosocial", markdown, "text/markdown"],
      ["pleroma", { pleroma: { metadata: { post_formats: ["text/markdown"] } } }, "text/markdown"],
      ["mastodon", { api_versions: { mastodon: 7, glitch: 1 } }, "text/markdown"],
      ["mastodon", {}, undefined],
      ["hollo", {}, undefined],
    ] as const) {
      await using server = await oddServer({
        ...serverNamed(software, instance),
        [write]: { body: rawStatus("3") },
      });
      await server.gateway.learnTraits(never);
      await server.gateway.post(outgoing(), never);
      expect(JSON.parse(server.tiny.requests.at(-1)?.body ?? "").content_type).toBe(contentType);
    }
  });

  it.each(["hollo", "snac", "iceshrimp.net", "mitra", "friendica", "sharkey"])(
    "rule 23 (B4): what people wrote is no markup in what %s is sent",
    async (software) => {
      await using server = await oddServer(serverNamed(software));
      const { format } = await server.gateway.learnTraits(never);
      const said = createTranslate([{ ping_response: "{version}" }], format)("ping_response", {
        version: "*a* _b_ `c` [d](e) <script> # f",
      });
      for (const mark of ["*a*", "_b_", "`c`", "[d](e)"]) expect(said).not.toContain(mark);
      expect(said).not.toMatch(/(?<!\\)<script>/u);
    },
  );

  it("rule 34 (live G37, H14, S19): nothing is ever pinned, by no method", async () => {
    await using server = await oddServer({ [write]: { body: rawStatus("3") } });
    expect(Object.keys(server.gateway).join()).not.toMatch(/pin/iu);
    await server.gateway.post(outgoing(), never);
    expect(server.asked()).toEqual([write]);
  });
});

describe("deleting", () => {
  it("H13: is refused for everything but our own, though Hollo's tokens may delete anything", async () => {
    await using server = await oddServer({ [read]: { body: rawStatus("1") } });
    await expect(server.gateway.deleteStatus(one, never)).rejects.toMatchObject({
      failure: "permanent",
    });
    expect(server.asked()).toEqual([read]);
  });
});
