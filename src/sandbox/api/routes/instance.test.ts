import { describe, expect, it } from "vitest";
import { testWorld } from "../testing/client.js";

function place(hasStreaming = true) {
  const [host] = testWorld([{ domain: "a.test", maxCharacters: 700, hasStreaming }]);
  if (host === undefined) throw new Error("There is no host.");
  host.user("ann");
  return host.stranger;
}

describe("instance documents", () => {
  it("tell version, limits and where to stream", async () => {
    const stranger = place();
    expect(await stranger.get("/api/v2/instance")).toMatchObject({
      domain: "a.test",
      version: "4.6.5",
      api_versions: { mastodon: 11 },
      configuration: {
        urls: { streaming: "wss://a.test" },
        statuses: { max_characters: 700, characters_reserved_per_url: 23 },
      },
    });
    expect(await stranger.get("/api/v1/instance")).toMatchObject({
      uri: "a.test",
      urls: { streaming_api: "wss://a.test" },
      configuration: { statuses: { max_characters: 700 } },
    });
  });

  it("tell no streaming URL where there is no streaming", async () => {
    const stranger = place(false);
    expect(await stranger.get("/api/v1/instance")).toHaveProperty("urls", {});
    expect(await stranger.get("/api/v2/instance")).not.toHaveProperty(
      "configuration.urls.streaming",
    );
  });

  it("lead from nodeinfo to the software", async () => {
    const stranger = place();
    const { links } = await stranger.get<{ links: readonly { href: string }[] }>(
      "/.well-known/nodeinfo",
    );
    expect(await stranger.get(links[0]?.href ?? "")).toMatchObject({
      software: { name: "mastodon", version: "4.6.5" },
    });
  });

  it("answer WebFinger for their own users", async () => {
    const stranger = place();
    const ask = (resource: string) =>
      stranger.ask("GET", `/.well-known/webfinger?resource=${resource}`);
    for (const resource of ["acct:ann@a.test", "https://a.test/@ann"]) {
      expect((await ask(resource)).body).toMatchObject({ subject: "acct:ann@a.test" });
    }
    expect((await ask("acct:bob@a.test")).status).toBe(404);
    expect((await ask("")).status).toBe(404);
  });

  it("give host-meta as XML", async () => {
    const answer = await place().ask("GET", "/.well-known/host-meta");
    expect(answer.headers?.["content-type"]).toContain("xrd+xml");
    expect(answer.body).toContain("https://a.test/.well-known/webfinger?resource={uri}");
  });
});
