import { describe, expect, it } from "vitest";
import { type Client, testWorld, type Wire } from "../testing/client.js";

function place() {
  const [host] = testWorld();
  if (host === undefined) throw new Error("There is no host.");
  return { host, group: host.user("group"), ann: host.user("ann"), bob: host.user("bob") };
}

const write = (who: Client, status: string, more = {}) =>
  who.post<Wire>("/api/v1/statuses", { status, ...more });
const follow = (who: Client, whom: Client, body = {}) =>
  who.post(`/api/v1/accounts/${whom.user.accountId}/follow`, body);
const homeOf = async (who: Client, query = "") =>
  (await who.get<readonly Wire[]>(`/api/v1/timelines/home${query}`)).map(({ id }) => id);

describe("home", () => {
  it("has followed authors and oneself, not others who mention", async () => {
    const { group, ann, bob } = place();
    await follow(group, ann);
    const theirs = await write(ann, "x", { visibility: "private" });
    await write(bob, "hi @group");
    const own = await write(group, "y");
    const direct = await write(ann, "@group", { visibility: "direct" });
    await write(ann, "@bob", { visibility: "direct" });
    expect(await homeOf(group)).toEqual([direct.id, own.id, theirs.id]);
  });

  it("has replies only to followed people, oneself or the author", async () => {
    const { host, group, ann, bob } = place();
    const eve = host.user("eve");
    await follow(group, ann);
    await follow(group, eve);
    const byBob = await write(bob, "stranger's");
    const byEve = await write(eve, "friend's");
    const mine = await write(group, "mine");
    await write(ann, "1", { in_reply_to_id: byBob.id });
    const toEve = await write(ann, "2", { in_reply_to_id: byEve.id });
    const toMe = await write(ann, "3", { in_reply_to_id: mine.id });
    const own = await write(ann, "4");
    const toSelf = await write(ann, "5", { in_reply_to_id: own.id });
    expect(await homeOf(group)).toEqual(
      [byEve, mine, toEve, toMe, own, toSelf].map(({ id }) => id).reverse(),
    );
  });

  it("hides a boost of what the newest 40 show, and shows it again further down", async () => {
    const { host, group, ann, bob } = place();
    const eve = host.user("eve");
    for (const whom of [ann, bob, eve]) await follow(group, whom);
    const { id } = await write(ann, "x");
    const boost = await bob.post<Wire>(`/api/v1/statuses/${id}/reblog`);
    expect(await homeOf(group)).toEqual([id]);
    for (let count = 0; count < 40; count += 1) await write(ann, `${count}`);
    const late = await eve.post<Wire>(`/api/v1/statuses/${id}/reblog`);
    expect((await homeOf(group))[0]).toBe(late.id);
    expect(await homeOf(group, "?limit=40")).not.toContain(boost.id);
  });

  it("shows a hidden boost when the one that hid it is taken back", async () => {
    const { host, group, ann, bob } = place();
    const eve = host.user("eve");
    for (const whom of [bob, eve]) await follow(group, whom);
    const { id } = await write(ann, "x");
    const first = await bob.post<Wire>(`/api/v1/statuses/${id}/reblog`);
    const second = await eve.post<Wire>(`/api/v1/statuses/${id}/reblog`);
    expect(await homeOf(group)).toEqual([first.id]);
    await bob.post(`/api/v1/statuses/${id}/unreblog`);
    expect(await homeOf(group)).toEqual([second.id]);
    await eve.post(`/api/v1/statuses/${id}/unreblog`);
    expect(await homeOf(group)).toEqual([]);
  });

  it("loses and regains somebody muted", async () => {
    const { group, ann } = place();
    await follow(group, ann);
    const { id } = await write(ann, "x");
    await group.post(`/api/v1/accounts/${ann.user.accountId}/mute`);
    await write(ann, "unheard");
    expect(await homeOf(group)).toEqual([]);
    await group.post(`/api/v1/accounts/${ann.user.accountId}/unmute`);
    expect(await homeOf(group)).toContain(id);
  });

  it("hides boosts of who is followed without them", async () => {
    const { host, group, ann, bob } = place();
    await follow(group, bob, { reblogs: false });
    const { id } = await write(ann, "x");
    await bob.post(`/api/v1/statuses/${id}/reblog`);
    expect(await homeOf(group)).toEqual([]);
    const eve = host.user("eve");
    await follow(group, eve);
    const boost = await eve.post<Wire>(`/api/v1/statuses/${id}/reblog`);
    expect(await homeOf(group)).toEqual([boost.id]);
  });

  it("gains an author's posts with a follow and loses them with it, silently", async () => {
    const { group, ann } = place();
    const { id } = await write(ann, "x");
    await follow(group, ann);
    expect(await homeOf(group)).toEqual([id]);
    await group.post(`/api/v1/accounts/${ann.user.accountId}/unfollow`);
    expect(await homeOf(group)).toEqual([]);
    expect(group.events).toEqual([]);
  });

  it("is paged to the last", async () => {
    const { group } = place();
    const ids: string[] = [];
    for (let count = 0; count < 45; count += 1) ids.unshift((await write(group, `${count}`)).id);
    expect(await homeOf(group)).toEqual(ids.slice(0, 20));
    expect(await homeOf(group, "?limit=100")).toEqual(ids.slice(0, 40));
    expect(await homeOf(group, `?limit=3&max_id=${ids[10]}`)).toEqual(ids.slice(11, 14));
    expect(await homeOf(group, `?limit=3&min_id=${ids[10]}`)).toEqual(ids.slice(7, 10));
    expect(await homeOf(group, `?limit=3&since_id=${ids[10]}`)).toEqual(ids.slice(0, 3));
    const last = await group.ask("GET", `/api/v1/timelines/home?max_id=${ids[43]}`);
    expect(last.links).toEqual({ maxId: ids[44], minId: ids[44] });
    const beyond = await group.ask("GET", `/api/v1/timelines/home?max_id=${ids[44]}`);
    expect(beyond).toEqual({ status: 200, body: [], links: {} });
  });

  it("has what followed hashtags bring", async () => {
    const { group, ann } = place();
    expect(await group.post("/api/v1/tags/Ducks/follow")).toMatchObject({ following: true });
    const { id } = await write(ann, "see #ducks");
    await write(ann, "quiet #ducks", { visibility: "unlisted" });
    expect(await homeOf(group)).toEqual([id]);
  });
});

describe("public and hashtag timelines", () => {
  it("have public posts, no boosts", async () => {
    const { host, ann, bob } = place();
    const tagged = await write(ann, "see #Ducks");
    const plain = await write(ann, "x");
    await write(ann, "#ducks", { visibility: "unlisted" });
    await bob.post(`/api/v1/statuses/${plain.id}/reblog`);
    const all = await host.stranger.get("/api/v1/timelines/public");
    expect(all).toMatchObject([{ id: plain.id }, { id: tagged.id }]);
    const ducks = await host.stranger.get("/api/v1/timelines/tag/ducks");
    expect(ducks).toMatchObject([{ id: tagged.id, tags: [{ name: "ducks" }] }]);
  });
});

describe("an account's statuses", () => {
  it("are what the viewer may see, filtered as asked", async () => {
    const { ann, bob } = place();
    const path = `/api/v1/accounts/${ann.user.accountId}/statuses`;
    const ids = async (who: Client, query = "") =>
      (await who.get<readonly Wire[]>(`${path}${query}`)).map(({ id }) => id);
    const one = await write(ann, "one");
    const two = await write(ann, "two", { visibility: "private" });
    const three = await write(ann, "hi @bob", { visibility: "direct" });
    const four = await write(ann, "four", { visibility: "direct" });
    const other = await write(bob, "other");
    const reply = await write(ann, "reply", { in_reply_to_id: other.id });
    const boost = await ann.post<Wire>(`/api/v1/statuses/${other.id}/reblog`);
    const all = [boost, reply, four, three, two, one].map(({ id }) => id);
    expect(await ids(ann)).toEqual(all);
    expect(await ids(bob)).toEqual([boost.id, reply.id, three.id, one.id]);
    expect(await ids(bob, "?exclude_reblogs=true&exclude_replies=1")).toEqual([three.id, one.id]);
    expect(await ids(ann, `?limit=2&max_id=${four.id}`)).toEqual([three.id, two.id]);
    const full = await ann.ask("GET", `${path}?limit=2`);
    expect(full.links).toEqual({ maxId: reply.id, minId: boost.id });
    expect((await ann.ask("GET", path)).links).toEqual({ minId: boost.id });
  });
});
