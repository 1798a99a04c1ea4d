import { describe, expect, it } from "vitest";
import { type Client, type TestHost, testWorld, type Wire } from "../testing/client.js";

interface Place {
  readonly host: TestHost;
  readonly ann: Client;
  readonly bob: Client;
}

function place(): Place {
  const [host] = testWorld();
  if (host === undefined) throw new Error("There is no host.");
  return { host, ann: host.user("ann"), bob: host.user("bob") };
}

const write = (who: Client, visibility = "public", status = "hi @bob") =>
  who.post<Wire>("/api/v1/statuses", { status, visibility });
const reblog = (who: Client, id: string, body = {}) =>
  who.ask("POST", `/api/v1/statuses/${id}/reblog`, body);

describe("reblog", () => {
  it.each([
    ["another's public", "public", "bob", 200],
    ["another's unlisted", "unlisted", "bob", 200],
    ["another's private that we see", "private", "bob", 403],
    ["another's private that we do not see", "private", "eve", 404],
    ["a direct one to us", "direct", "bob", 403],
    ["a direct one to others", "direct", "eve", 404],
    ["our own private", "private", "ann", 200],
    ["our own direct", "direct", "ann", 403],
  ])("of %s", async (_, visibility, who, status) => {
    const { host, ann, bob } = place();
    const booster = who === "ann" ? ann : who === "bob" ? bob : host.user(who);
    const { id } = await write(ann, visibility);
    expect((await reblog(booster, id)).status).toBe(status);
  });

  it("answers with a wrapper and tells the author", async () => {
    const { ann, bob } = place();
    const { id } = await write(ann);
    const { body } = await reblog(bob, id);
    expect(body).toMatchObject({
      content: "",
      reblogged: true,
      visibility: "public",
      account: { acct: "bob" },
      reblog: { id, reblogged: true, reblogs_count: 1, account: { acct: "ann" } },
    });
    expect(body).toHaveProperty(
      "uri",
      expect.stringMatching(/\/users\/bob\/statuses\/\d+\/activity$/),
    );
    const notifications = await ann.get("/api/v1/notifications");
    expect(notifications).toMatchObject([
      { type: "reblog", account: { acct: "bob" }, status: { id } },
    ]);
  });

  it("is done once, whatever the second asks", async () => {
    const { ann, bob } = place();
    const { id } = await write(ann);
    const first = await reblog(bob, id);
    const second = await reblog(bob, id, { visibility: "unlisted" });
    expect(second).toEqual(first);
    expect(await ann.get("/api/v1/notifications")).toHaveLength(1);
  });

  it("of a boost is of the original", async () => {
    const { host, ann, bob } = place();
    const { id } = await write(ann);
    const { body } = await reblog(bob, id);
    const again = await reblog(host.user("eve"), (body as Wire).id);
    expect(again.body).toMatchObject({ reblog: { id } });
  });

  it.each([
    [{ visibility: "unlisted" }, "public", false, "unlisted"],
    [{ visibility: "private" }, "public", false, "private"],
    [{}, "unlisted", false, "public"],
    [{}, "public", true, "private"],
    [{ visibility: "public" }, "public", true, "public"],
  ])("asked %j of a %s post, locked %s, is %s", async (body, visibility, locked, expected) => {
    const { ann, bob } = place();
    await bob.ask("PATCH", "/api/v1/accounts/update_credentials", { locked });
    const { id } = await write(ann, visibility);
    expect((await reblog(bob, id, body)).body).toMatchObject({ visibility: expected });
  });

  it("of our own private post stays private", async () => {
    const { ann } = place();
    const { id } = await write(ann, "private");
    expect((await reblog(ann, id, { visibility: "public" })).body).toMatchObject({
      visibility: "private",
    });
  });

  it("is 404 where the author blocks us, and 403 where we block them", async () => {
    const { host, ann, bob } = place();
    const eve = host.user("eve");
    const { id } = await write(ann);
    await ann.post(`/api/v1/accounts/${bob.user.accountId}/block`);
    await eve.post(`/api/v1/accounts/${ann.user.accountId}/block`);
    expect((await reblog(bob, id)).status).toBe(404);
    expect((await reblog(eve, id)).status).toBe(403);
  });

  it("is 404 after deletion and 422 for a strange visibility", async () => {
    const { ann, bob } = place();
    const { id } = await write(ann);
    expect((await reblog(bob, id, { visibility: "loud" })).status).toBe(422);
    await ann.ask("DELETE", `/api/v1/statuses/${id}`);
    expect((await reblog(bob, id)).status).toBe(404);
  });
});

describe("unreblog", () => {
  it("answers with the original and takes the notification back", async () => {
    const { ann, bob } = place();
    const { id } = await write(ann);
    await reblog(bob, id);
    const answer = await bob.post<Wire>(`/api/v1/statuses/${id}/unreblog`);
    expect(answer).toMatchObject({ id, reblogged: false, reblogs_count: 0 });
    expect(await ann.get("/api/v1/notifications")).toEqual([]);
  });

  it("does nothing where there is no boost", async () => {
    const { ann, bob } = place();
    const { id } = await write(ann);
    expect(await bob.post(`/api/v1/statuses/${id}/unreblog`)).toMatchObject({ id });
  });

  it("lets the post be boosted anew, under another id", async () => {
    const { ann, bob } = place();
    const { id } = await write(ann);
    const first = await reblog(bob, id);
    await bob.post(`/api/v1/statuses/${id}/unreblog`);
    const second = await reblog(bob, id);
    expect((second.body as Wire).id).not.toBe((first.body as Wire).id);
  });
});

describe("favourites and bookmarks", () => {
  it("mark a post and tell the author, once", async () => {
    const { ann, bob } = place();
    const { id } = await write(ann);
    for (const _ of "12") await bob.post(`/api/v1/statuses/${id}/favourite`);
    await bob.post(`/api/v1/statuses/${id}/bookmark`);
    expect(await bob.get(`/api/v1/statuses/${id}`)).toMatchObject({
      favourited: true,
      bookmarked: true,
      favourites_count: 1,
    });
    expect(await ann.get("/api/v1/notifications")).toMatchObject([{ type: "favourite" }]);
    await bob.post(`/api/v1/statuses/${id}/unfavourite`);
    expect(await ann.get("/api/v1/notifications")).toEqual([]);
  });
});

describe("pin", () => {
  it("takes five of one's own, no boost, nothing direct, none twice", async () => {
    const { ann, bob } = place();
    const pin = async (who: Client, id: string) =>
      (await who.ask("POST", `/api/v1/statuses/${id}/pin`)).status;
    const first = await write(ann);
    expect(await pin(ann, first.id)).toBe(200);
    expect(await pin(ann, first.id)).toBe(422);
    expect(await pin(bob, first.id)).toBe(422);
    expect(await pin(ann, (await write(ann, "direct")).id)).toBe(422);
    const boost = await reblog(bob, first.id);
    expect(await pin(bob, (boost.body as Wire).id)).toBe(422);
    for (const visibility of ["unlisted", "private", "public", "public"]) {
      expect(await pin(ann, (await write(ann, visibility)).id)).toBe(200);
    }
    expect(await pin(ann, (await write(ann)).id)).toBe(422);
    const pinned = `/api/v1/accounts/${ann.user.accountId}/statuses?pinned=true`;
    expect(await ann.get(pinned)).toHaveLength(5);
    await ann.post(`/api/v1/statuses/${first.id}/unpin`);
    expect(await ann.get(pinned)).toHaveLength(4);
  });
});

describe("reblogged_by", () => {
  it("lists who boosted, newest first", async () => {
    const { host, ann, bob } = place();
    const { id } = await write(ann);
    await reblog(bob, id);
    await reblog(host.user("eve"), id);
    expect(await ann.get(`/api/v1/statuses/${id}/reblogged_by`)).toMatchObject([
      { acct: "eve" },
      { acct: "bob" },
    ]);
  });
});
