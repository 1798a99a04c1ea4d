import { describe, expect, it } from "vitest";
import { type Body, type Client, type TestHost, testWorld, type Wire } from "../testing/client.js";

interface Place {
  readonly host: TestHost;
  readonly group: Client;
  readonly ann: Client;
}

function place(hasNotificationPolicy = true): Place {
  const [host] = testWorld([{ domain: "a.test", hasNotificationPolicy }]);
  if (host === undefined) throw new Error("There is no host.");
  return { host, group: host.user("group"), ann: host.user("ann") };
}

const whisper = (who: Client, text = "hi @group", more: Body = {}) =>
  who.post<Wire>("/api/v1/statuses", { status: text, visibility: "direct", ...more });
const listOf = (who: Client, query = "") =>
  who.get<readonly Wire[]>(`/api/v1/notifications${query}`);
const requestsOf = (who: Client) => who.get<readonly Wire[]>("/api/v1/notifications/requests");
const policyOf = (who: Client) => who.get<Wire>("/api/v2/notifications/policy");

describe("the notification policy", () => {
  it("has Mastodon's defaults", async () => {
    const { group } = place();
    expect(await policyOf(group)).toEqual({
      for_not_following: "accept",
      for_not_followers: "accept",
      for_new_accounts: "accept",
      for_private_mentions: "filter",
      for_limited_accounts: "filter",
      for_bots: "accept",
      summary: { pending_requests_count: 0, pending_notifications_count: 0 },
    });
  });

  it("holds back a stranger's private mention until the request is accepted", async () => {
    const { group, ann } = place();
    await whisper(ann);
    expect(await listOf(group)).toEqual([]);
    expect(group.events).toEqual([]);
    expect(await listOf(group, "?include_filtered=true")).toHaveLength(1);
    expect(await policyOf(group)).toMatchObject({
      summary: { pending_requests_count: 1, pending_notifications_count: 1 },
    });
    const [request] = await requestsOf(group);
    expect(request).toMatchObject({ notifications_count: "1", account: { acct: "ann" } });

    await group.post(`/api/v1/notifications/requests/${request?.id}/accept`);
    expect(await listOf(group)).toHaveLength(1);
    expect(await requestsOf(group)).toEqual([]);
    expect(group.events).toEqual([{ event: "notifications_merged", payload: "1" }]);
    expect(await group.get("/api/v1/notifications/requests/merged")).toEqual({ merged: true });

    await whisper(ann);
    expect(await listOf(group)).toHaveLength(2);
  });

  it("accepts several requests at once, and merges once", async () => {
    const { host, group, ann } = place();
    await whisper(ann);
    await whisper(host.user("bob"));
    const ids = (await requestsOf(group)).map(({ id }) => id);
    await group.post("/api/v1/notifications/requests/accept", { id: ids });
    expect(await listOf(group)).toHaveLength(2);
    expect(group.events).toHaveLength(1);
  });

  it("forgets what is dismissed, and lets nobody in", async () => {
    const { group, ann } = place();
    await whisper(ann);
    const [request] = await requestsOf(group);
    await group.post(`/api/v1/notifications/requests/${request?.id}/dismiss`);
    expect(await listOf(group, "?include_filtered=true")).toEqual([]);
    await whisper(ann);
    expect(await listOf(group)).toEqual([]);
  });

  it("ends a request whose only post is deleted", async () => {
    const { group, ann } = place();
    const { id } = await whisper(ann);
    await ann.ask("DELETE", `/api/v1/statuses/${id}`);
    expect(await requestsOf(group)).toEqual([]);
  });

  it.each(["PUT", "PATCH"])("can be set to accept all by %s", async (method) => {
    const { group, ann } = place();
    const answer = await group.ask(method, "/api/v2/notifications/policy", {
      for_private_mentions: "accept",
      for_something_new: "accept",
    });
    expect(answer).toMatchObject({ status: 200, body: { for_private_mentions: "accept" } });
    await whisper(ann);
    expect(await listOf(group)).toHaveLength(1);
  });

  it("refuses an action there is not", async () => {
    const { group } = place();
    const answer = await group.ask("PUT", "/api/v2/notifications/policy", { for_bots: "love" });
    expect(answer.status).toBe(422);
  });

  it("drops without a trace", async () => {
    const { group, ann } = place();
    await group.ask("PUT", "/api/v2/notifications/policy", { for_not_following: "drop" });
    await whisper(ann);
    await ann.post("/api/v1/statuses", { status: "hi @group" });
    expect(await listOf(group, "?include_filtered=true")).toEqual([]);
  });

  it("holds back bots we do not follow", async () => {
    const { host, group } = place();
    const bot = host.user({ username: "bot", isBot: true });
    await group.ask("PUT", "/api/v2/notifications/policy", { for_bots: "filter" });
    await bot.post("/api/v1/statuses", { status: "hi @group" });
    expect(await listOf(group)).toEqual([]);
  });

  it("lets through who we follow", async () => {
    const { group, ann } = place();
    await group.post(`/api/v1/accounts/${ann.user.accountId}/follow`);
    await whisper(ann);
    expect(await listOf(group)).toHaveLength(1);
  });

  it("lets through an answer to a private mention of ours", async () => {
    const { group, ann } = place();
    const ours = await whisper(group, "welcome @ann");
    const answer = await whisper(ann, "@group /help", { in_reply_to_id: ours.id });
    expect(await listOf(group)).toHaveLength(1);
    await whisper(ann, "@group more", { in_reply_to_id: answer.id });
    expect(await listOf(group)).toHaveLength(2);
  });

  it("is not there on older servers, which show all", async () => {
    const { group, ann } = place(false);
    for (const path of ["/api/v2/notifications/policy", "/api/v1/notifications/requests"]) {
      expect((await group.ask("GET", path)).status).toBe(404);
    }
    await whisper(ann);
    expect(await listOf(group)).toHaveLength(1);
  });
});

describe("blocks and mutes", () => {
  it("drop what the blocked send", async () => {
    const { group, ann } = place();
    await group.post(`/api/v1/accounts/${ann.user.accountId}/block`);
    await ann.post("/api/v1/statuses", { status: "hi @group" });
    expect(await listOf(group, "?include_filtered=true")).toEqual([]);
  });

  it("drop a mention beside somebody blocked, or in reply to them", async () => {
    const { host, group, ann } = place();
    const troll = host.user("troll");
    const bait = await troll.post<Wire>("/api/v1/statuses", { status: "bait" });
    await group.post(`/api/v1/accounts/${troll.user.accountId}/block`);
    await ann.post("/api/v1/statuses", { status: "hi @group and @troll" });
    await ann.post("/api/v1/statuses", { status: "@group see", in_reply_to_id: bait.id });
    expect(await listOf(group, "?include_filtered=true")).toEqual([]);
  });

  it("drop what the muted send, unless only their posts are muted", async () => {
    const { group, ann } = place();
    const path = `/api/v1/accounts/${ann.user.accountId}/mute`;
    await group.post(path);
    await ann.post("/api/v1/statuses", { status: "hi @group" });
    expect(await listOf(group)).toEqual([]);
    await group.post(path, { notifications: false });
    await ann.post("/api/v1/statuses", { status: "hi @group" });
    expect(await listOf(group)).toHaveLength(1);
  });
});
