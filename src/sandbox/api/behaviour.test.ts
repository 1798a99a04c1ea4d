import { describe, expect, it } from "vitest";
import { type Behaviour, mastodon46 } from "./behaviour.js";
import { testWorld } from "./testing/client.js";

describe("a flavour", () => {
  it("is Mastodon with other members, for one host among others", async () => {
    const other: Behaviour = {
      ...mastodon46,
      software: { name: "other", version: "1.0 (compatible; Other 1)", sourceUrl: "" },
      apiVersions: undefined,
      limits: { ...mastodon46.limits, maxCharacters: 7 },
      render: (text) => text.toUpperCase(),
      entities: {
        ...mastodon46.entities,
        account: (view, account) => ({
          ...mastodon46.entities.account(view, account),
          fqn: `${account.username}@${account.host.domain}`,
        }),
      },
      presentError: ({ status }) => ({ status, body: "no" }),
      adaptRoutes: (routes) => routes.filter(({ path }) => path !== "/api/v2/search"),
    };
    const [a, b] = testWorld(["a.test", "b.test"], {
      behaviourOf: ({ domain }) => (domain === "b.test" ? other : mastodon46),
    });
    a?.user("ann");
    const bob = b?.user("bob");
    expect(await bob?.post("/api/v1/statuses", { status: "hi" })).toMatchObject({
      content: "HI",
      account: { fqn: "bob@b.test" },
    });
    expect(await bob?.ask("GET", "/api/v1/statuses/1")).toEqual({ status: 404, body: "no" });
    expect(await bob?.ask("POST", "/api/v1/statuses", { status: "12345678" })).toMatchObject({
      status: 422,
    });
    expect((await bob?.ask("GET", "/api/v2/search?q=x"))?.status).toBe(404);
    expect(await b?.stranger.get("/api/v2/instance")).not.toHaveProperty("api_versions");
    expect(await a?.stranger.get("/api/v2/instance")).toMatchObject({ version: "4.6.5" });
  });
});
