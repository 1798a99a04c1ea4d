import { describe, expect, it } from "vitest";
import { at, openFlavour } from "../../testing/flavour-stage.js";
import { openSocket } from "../../testing/socket-client.js";
import { until } from "../../testing/until.js";
import { flavourNames, isFlavourName } from "./index.js";

const filter = { title: "x", context: ["home"] };

describe("Mastodon 4.2", () => {
  it("tells no API versions and knows no policy", async () => {
    await using stage = await openFlavour("mastodon-4.2");
    const { body } = await stage.ask(undefined, "GET", "/api/v2/instance");
    expect(body).toMatchObject({ version: "4.2.0" });
    expect(body).not.toHaveProperty("api_versions");
    for (const path of [
      "/api/v2/notifications/policy",
      "/api/v1/notifications/requests",
      "/api/v1/notifications/unread_count",
      "/.well-known/oauth-authorization-server",
    ]) {
      expect((await stage.ask(stage.groupbot, "GET", path)).status).toBe(404);
    }
  });

  it("holds no stranger's message back", async () => {
    await using stage = await openFlavour("mastodon-4.2");
    await stage.dave.post("@groupbot@here.test hi", { visibility: "direct" });
    const [notification] = await stage.groupbot.notifications();
    expect(notification?.type).toBe("mention");
    expect(notification).not.toHaveProperty("group_key");
  });

  it("sends filters_changed without a payload", async () => {
    await using stage = await openFlavour("mastodon-4.2");
    const { groupbot, here } = stage;
    const path = `/api/v1/streaming?stream=user&access_token=${groupbot.token}`;
    const client = await openSocket(here.baseUrl, path);
    await groupbot.api("POST", "/api/v2/filters", filter);
    await until(() => client.raw.length > 0);
    expect(client.raw).toEqual(['{"stream":["user"],"event":"filters_changed"}']);
    expect(await groupbot.api("GET", "/api/v2/filters")).toMatchObject([filter]);
  });

  it("takes redirect addresses as one text only", async () => {
    await using stage = await openFlavour("mastodon-4.2");
    const register = (redirect_uris: unknown) =>
      stage.ask(undefined, "POST", "/api/v1/apps", { client_name: "Test", redirect_uris });
    const out = "urn:ietf:wg:oauth:2.0:oob";
    expect((await register([out])).status).toBe(422);
    const good = await register(out);
    expect(good.body).toMatchObject({ redirect_uri: out });
    expect(good.body).not.toHaveProperty("scopes");
  });
});

describe("glitch-soc", () => {
  it("tells that it is one, and the limit in its old place, too", async () => {
    await using stage = await openFlavour("glitch", { maxCharacters: 700 });
    const v1 = await stage.ask(undefined, "GET", "/api/v1/instance");
    expect(v1.body).toMatchObject({ version: "4.6.5+glitch", max_toot_chars: 700 });
    const v2 = await stage.ask(undefined, "GET", "/api/v2/instance");
    expect(v2.body).toMatchObject({
      api_versions: { mastodon: 11, glitch: 1 },
      configuration: { statuses: { supported_mime_types: expect.arrayContaining(["text/plain"]) } },
    });
  });

  it("renders Markdown when asked to", async () => {
    await using stage = await openFlavour("glitch");
    const post = (content_type?: string) =>
      stage.ask(stage.alice, "POST", "/api/v1/statuses", {
        ...{ status: "**Hi** @bob", content_type },
      });
    const mention = `<span class="h-card" translate="no"><a href="${stage.here.baseUrl}/@bob" class="u-url mention">@<span>bob</span></a></span>`;
    const markdown = await post("text/markdown");
    expect(markdown.body).toMatchObject({
      ...{ content: `<p><strong>Hi</strong> ${mention}</p>`, content_type: "text/markdown" },
    });
    expect(at(await post(), "content")).toBe(`<p>**Hi** ${mention}</p>`);
  });
});

describe("the names of flavours", () => {
  it("are known, and no others", () => {
    expect(flavourNames).toContain("akkoma-3.16");
    expect(flavourNames.every(isFlavourName)).toBe(true);
    expect(isFlavourName("toString")).toBe(false);
  });
});
