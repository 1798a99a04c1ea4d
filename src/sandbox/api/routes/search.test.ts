import { describe, expect, it } from "vitest";
import { testWorld, type Wire } from "../testing/client.js";

function place() {
  const [a, b] = testWorld(["a.test", "b.test"]);
  if (a === undefined || b === undefined) throw new Error("There are not two hosts.");
  const ann = a.user({ username: "ann", displayName: "Ann Onymous" });
  return { a, b, ann, bob: b.user("bob") };
}

describe("search", () => {
  it.each([
    ["bob@b.test", "true", ["bob@b.test"]],
    ["@bob@b.test", "true", ["bob@b.test"]],
    ["@BOB@B.test", "true", ["bob@b.test"]],
    ["https://b.test/@bob", "true", ["bob@b.test"]],
    ["https://b.test/users/bob", "true", ["bob@b.test"]],
    ["bob@b.test", "false", []],
    ["bob", "true", []],
    ["ann", "false", ["ann"]],
    ["@ann@a.test", "false", ["ann"]],
    ["onymous", "false", ["ann"]],
    ["nobody@b.test", "true", []],
    ["bob@nowhere.test", "true", []],
  ])("finds accounts by %s, resolve %s: %j", async (q, resolve, accts) => {
    const { ann } = place();
    const query = new URLSearchParams({ q, resolve });
    const { accounts } = await ann.get<{ accounts: readonly Wire[] }>(`/api/v2/search?${query}`);
    expect(accounts.map((account) => account.acct)).toEqual(accts);
  });

  it("finds statuses by uri and url, and only visible ones", async () => {
    const { ann, bob } = place();
    const post = await bob.post<Wire>("/api/v1/statuses", { status: "x" });
    const secret = await bob.post<Wire>("/api/v1/statuses", { status: "x", visibility: "direct" });
    const search = (q: unknown) =>
      ann.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(String(q))}`);
    expect(await search(post.uri)).toMatchObject({ statuses: [{ uri: post.uri }], accounts: [] });
    expect(await search(post.url)).toMatchObject({ statuses: [{ uri: post.uri }] });
    expect(await search(secret.uri)).toMatchObject({ statuses: [] });
  });

  it("finds hashtags", async () => {
    const { ann } = place();
    await ann.post("/api/v1/statuses", { status: "#Ducks" });
    expect(await ann.get("/api/v2/search?q=%23duck&type=hashtags")).toMatchObject({
      accounts: [],
      hashtags: [{ name: "ducks" }],
    });
  });

  it("wants something to search for", async () => {
    const { ann } = place();
    expect((await ann.ask("GET", "/api/v2/search")).status).toBe(400);
    expect(
      (await ann.ask("GET", "/api/v1/accounts/search?q=bob@b.test&resolve=true")).body,
    ).toMatchObject([{ acct: "bob@b.test" }]);
  });
});
