import { describe, expect, it } from "vitest";
import { type Client, type TestHost, testWorld, type Wire } from "../testing/client.js";

interface Place {
  readonly a: TestHost;
  readonly b: TestHost;
  readonly ann: Client;
  readonly bob: Client;
}

function place(): Place {
  const [a, b] = testWorld(["a.test", "b.test"]);
  if (a === undefined || b === undefined) throw new Error("There are not two hosts.");
  return { a, b, ann: a.user("ann"), bob: b.user("bob") };
}

async function find(who: Client, acct: string): Promise<string> {
  const path = `/api/v2/search?q=${acct}&resolve=true&type=accounts`;
  const { accounts } = await who.get<{ accounts: readonly Wire[] }>(path);
  return accounts[0]?.id ?? "";
}

const follow = async (who: Client, acct: string, body = {}) =>
  who.post<Wire>(`/api/v1/accounts/${await find(who, acct)}/follow`, body);
const write = (who: Client, status: string, more = {}) =>
  who.post<Wire>("/api/v1/statuses", { status, ...more });
const homeOf = (who: Client) => who.get<readonly Wire[]>("/api/v1/timelines/home");
const notificationsOf = (who: Client) => who.get<readonly Wire[]>("/api/v1/notifications");
const eventsOf = (who: Client) => who.events.map(({ event }) => event);

describe("between two hosts", () => {
  it("a follow brings later posts, with ids of the follower's host", async () => {
    const { ann, bob } = place();
    expect(await follow(ann, "bob@b.test")).toMatchObject({ following: true, requested: false });
    expect(await notificationsOf(bob)).toMatchObject([
      { type: "follow", account: { acct: "ann@a.test" } },
    ]);
    const post = await write(bob, "hello");
    const [arrived] = await homeOf(ann);
    expect(arrived).toMatchObject({
      uri: post.uri,
      url: `https://b.test/@bob/${post.id}`,
      account: { acct: "bob@b.test", url: "https://b.test/@bob" },
    });
    expect(arrived?.id).not.toBe(post.id);
    expect(eventsOf(ann)).toEqual(["update"]);
  });

  it("what nobody asked for does not arrive until it is looked up", async () => {
    const { a, ann, bob } = place();
    const post = await write(bob, "hello");
    const search = (resolve: boolean) =>
      ann.get(`/api/v2/search?q=${encodeURIComponent(post.uri)}&resolve=${resolve}`);
    expect(await search(false)).toMatchObject({ statuses: [] });
    expect(await search(true)).toMatchObject({ statuses: [{ uri: post.uri }] });
    const id = a.api.localStatusId(post.uri);
    expect(await ann.get(`/api/v1/statuses/${id}`)).toMatchObject({ uri: post.uri });
  });

  it("private posts cannot be looked up", async () => {
    const { a, bob } = place();
    const post = await write(bob, "hello", { visibility: "private" });
    expect(a.api.localStatusId(post.uri)).toBeUndefined();
    expect(a.api.localStatusId("https://nowhere.test/1")).toBeUndefined();
    expect(a.api.localStatusId("nonsense")).toBeUndefined();
  });

  it("a mention arrives with the handle resolved", async () => {
    const { ann, bob } = place();
    await write(ann, "hi @bob@b.test");
    const [notification] = await notificationsOf(bob);
    expect(notification).toMatchObject({
      type: "mention",
      status: {
        account: { acct: "ann@a.test" },
        mentions: [{ acct: "bob", id: bob.user.accountId, url: "https://b.test/@bob" }],
      },
    });
    expect(eventsOf(bob)).toEqual(["notification"]);
    expect(await homeOf(bob)).toEqual([]);
  });

  it("a boost carries a post to the booster's followers and tells the author", async () => {
    const { b, ann, bob } = place();
    const eve = b.user("eve");
    await follow(eve, "ann@a.test");
    const post = await write(bob, "hello @ann@a.test");
    const [mention] = await ann.get<readonly { status: Wire }[]>(
      "/api/v1/notifications?types[]=mention",
    );
    await ann.post(`/api/v1/statuses/${mention?.status.id}/reblog`);
    expect(await homeOf(eve)).toMatchObject([{ reblog: { id: post.id } }]);
    expect(await notificationsOf(bob)).toMatchObject([{ type: "reblog", status: { id: post.id } }]);

    await ann.post(`/api/v1/statuses/${mention?.status.id}/unreblog`);
    expect(await homeOf(eve)).toEqual([]);
    expect(eventsOf(eve)).toEqual(["update", "delete"]);
    expect(await notificationsOf(bob)).toEqual([]);
  });

  it("an edit reaches followers, the mentioned and boosters", async () => {
    const { a, ann, bob } = place();
    const fan = a.user("fan");
    await follow(fan, "bob@b.test");
    const post = await write(bob, "hello");
    const id = a.api.localStatusId(post.uri);
    await ann.post(`/api/v1/statuses/${id}/reblog`);
    const answer = await bob.ask("PUT", `/api/v1/statuses/${post.id}`, {
      status: "hello again @ann@a.test",
    });
    expect(answer.body).toMatchObject({ id: post.id, edited_at: expect.any(String) });
    expect(eventsOf(fan)).toEqual(["update", "status.update"]);
    expect(await homeOf(fan)).toMatchObject([{ content: expect.stringContaining("again") }]);
    const types = (await notificationsOf(ann)).map((notification) => notification.type);
    expect(types).toEqual(["update", "mention"]);
    const [, mention] = await ann.get<readonly { status: Wire }[]>("/api/v1/notifications");
    expect(mention?.status.created_at).toBe(post.created_at);

    await bob.ask("PUT", `/api/v1/statuses/${post.id}`, { status: "third @ann@a.test" });
    expect(await notificationsOf(ann)).toHaveLength(2);
  });

  it("a deletion takes the post, its boosts and its notifications everywhere", async () => {
    const { a, ann, bob } = place();
    await follow(ann, "bob@b.test");
    const post = await write(bob, "hi @ann@a.test");
    const id = a.api.localStatusId(post.uri) ?? "";
    await ann.post(`/api/v1/statuses/${id}/reblog`);
    const answer = await bob.ask("DELETE", `/api/v1/statuses/${post.id}`);
    expect(answer.body).toMatchObject({ id: post.id, text: "hi @ann@a.test" });
    expect(answer.body).not.toHaveProperty("content");
    expect((await ann.ask("GET", `/api/v1/statuses/${id}`)).status).toBe(404);
    expect(await homeOf(ann)).toEqual([]);
    expect(await notificationsOf(ann)).toEqual([]);
    expect(a.api.localStatusId(post.uri)).toBeUndefined();
    expect(ann.events).toContainEqual({ event: "delete", payload: id });
  });

  it("a reply reaches the thread it answers, and is found there", async () => {
    const { a, b, ann, bob } = place();
    const post = await write(bob, "question");
    const atA = a.api.localStatusId(post.uri);
    const reply = await write(ann, "answer", { in_reply_to_id: atA });
    const context = await bob.get(`/api/v1/statuses/${post.id}/context`);
    expect(context).toMatchObject({ ancestors: [], descendants: [{ uri: reply.uri }] });
    const atB = b.api.localStatusId(reply.uri);
    expect(await bob.get(`/api/v1/statuses/${atB}`)).toMatchObject({
      in_reply_to_id: post.id,
      in_reply_to_account_id: bob.user.accountId,
    });
  });

  it("a block ends follows and hides what the blocker writes", async () => {
    const { a, ann, bob } = place();
    await follow(ann, "bob@b.test");
    const post = await write(bob, "hello");
    const id = a.api.localStatusId(post.uri);
    await bob.post(`/api/v1/accounts/${await find(bob, "ann@a.test")}/block`);
    expect((await ann.ask("GET", `/api/v1/statuses/${id}`)).status).toBe(404);
    const again = `/api/v1/accounts/${await find(ann, "bob@b.test")}/follow`;
    expect((await ann.ask("POST", again)).status).toBe(403);
    await write(bob, "more");
    expect(await homeOf(ann)).toEqual([]);
    const [relation] = await ann.get<readonly Wire[]>(
      `/api/v1/accounts/relationships?id[]=${await find(ann, "bob@b.test")}`,
    );
    expect(relation).toMatchObject({ following: false, blocked_by: true });
  });

  it("lookup knows only accounts the host has met", async () => {
    const { ann } = place();
    const path = "/api/v1/accounts/lookup?acct=bob@b.test";
    expect((await ann.ask("GET", path)).status).toBe(404);
    await find(ann, "@bob@b.test");
    expect(await ann.get(path)).toMatchObject({ acct: "bob@b.test" });
    expect(await ann.get("/api/v1/accounts/lookup?acct=@ann@a.test")).toMatchObject({
      acct: "ann",
    });
  });
});
