import { describe, expect, it } from "vitest";
import { type Client, testWorld, type Wire } from "../testing/client.js";

function place(isLocked = false) {
  const [a, b] = testWorld(["a.test", "b.test"]);
  if (a === undefined || b === undefined) throw new Error("There are not two hosts.");
  const group = a.user({ username: "group", isLocked });
  return { a, b, group, ann: a.user("ann"), bob: b.user("bob") };
}

const act = (who: Client, what: string, whom: Client | string, body = {}) =>
  who.ask(
    "POST",
    `/api/v1/accounts/${typeof whom === "string" ? whom : whom.user.accountId}/${what}`,
    body,
  );
const typesOf = async (who: Client) =>
  (await who.get<readonly Wire[]>("/api/v1/notifications")).map((one) => one.type);

describe("follow", () => {
  it("establishes at once with an open account, which is told once", async () => {
    const { group, ann } = place();
    expect((await act(ann, "follow", group, { notify: true, reblogs: false })).body).toMatchObject({
      id: group.user.accountId,
      following: true,
      notifying: true,
      showing_reblogs: false,
      requested: false,
    });
    await act(ann, "follow", group, { reblogs: true });
    expect(await typesOf(group)).toEqual(["follow"]);
    expect(group.events).toHaveLength(1);
  });

  it("tells again after an unfollow", async () => {
    const { group, ann } = place();
    await act(ann, "follow", group);
    await act(ann, "unfollow", group);
    expect(await typesOf(group)).toEqual([]);
    await act(ann, "follow", group);
    expect(await typesOf(group)).toEqual(["follow"]);
  });

  it("refuses oneself and those who are blocked; knows nobody by a wrong id", async () => {
    const { group, ann } = place();
    expect((await act(ann, "follow", ann)).status).toBe(403);
    await act(group, "block", ann);
    expect((await act(ann, "follow", group)).status).toBe(403);
    expect((await act(ann, "follow", "99")).status).toBe(404);
    expect((await act(ann, "follow", "x y")).status).toBe(404);
  });
});

describe("follow requests", () => {
  it("wait for the answer of a locked account", async () => {
    const { group, ann } = place(true);
    expect((await act(ann, "follow", group)).body).toMatchObject({
      following: false,
      requested: true,
    });
    expect(await typesOf(group)).toEqual(["follow_request"]);
    const requests = await group.get<readonly Wire[]>("/api/v1/follow_requests");
    expect(requests).toMatchObject([{ acct: "ann" }]);

    const path = `/api/v1/follow_requests/${requests[0]?.id}/authorize`;
    expect(await group.post(path)).toMatchObject({ followed_by: true, requested_by: false });
    expect(await typesOf(group)).toEqual(["follow"]);
    expect(await group.get("/api/v1/follow_requests")).toEqual([]);
    expect((await group.ask("POST", path)).status).toBe(404);
  });

  it("come from other hosts, too", async () => {
    const { a, b, group, bob } = place(true);
    const { accounts } = await bob.get<{ accounts: readonly Wire[] }>(
      "/api/v2/search?q=group@a.test&resolve=true",
    );
    await act(bob, "follow", accounts[0]?.id ?? "");
    const [asker] = await group.get<readonly Wire[]>("/api/v1/follow_requests");
    expect(asker).toMatchObject({ acct: "bob@b.test" });
    await group.post(`/api/v1/follow_requests/${asker?.id}/authorize`);
    const secret = await group.post<Wire>("/api/v1/statuses", {
      status: "in",
      visibility: "private",
    });
    expect(await bob.get("/api/v1/timelines/home")).toMatchObject([{ uri: secret.uri }]);
    expect(a.api.localStatusId(secret.uri)).not.toBe(b.api.localStatusId(secret.uri));
  });

  it("can be refused", async () => {
    const { group, ann } = place(true);
    await act(ann, "follow", group);
    const path = `/api/v1/follow_requests/${ann.user.accountId}/reject`;
    expect(await group.post(path)).toMatchObject({ followed_by: false });
    expect(await typesOf(group)).toEqual([]);
    expect((await group.ask("POST", path)).status).toBe(404);
  });

  it("can be taken back", async () => {
    const { group, ann } = place(true);
    await act(ann, "follow", group);
    await act(ann, "unfollow", group);
    expect(await group.get("/api/v1/follow_requests")).toEqual([]);
  });

  it("are granted when the account unlocks", async () => {
    const { group, ann } = place(true);
    await act(ann, "follow", group);
    await group.ask("PATCH", "/api/v1/accounts/update_credentials", { locked: "false" });
    const path = `/api/v1/accounts/relationships?id[]=${group.user.accountId}`;
    expect(await ann.get(path)).toMatchObject([{ following: true, requested: false }]);
  });

  it("are paged by links alone", async () => {
    const { a, group } = place(true);
    for (const name of ["one", "two", "three"]) await act(a.user(name), "follow", group);
    const first = await group.ask("GET", "/api/v1/follow_requests?limit=2");
    expect(first.body).toMatchObject([{ acct: "three" }, { acct: "two" }]);
    const rest = await group.ask(
      "GET",
      `/api/v1/follow_requests?limit=2&max_id=${first.links?.maxId}`,
    );
    expect(rest.body).toMatchObject([{ acct: "one" }]);
    expect(rest.links?.maxId).toBeUndefined();
  });
});

describe("other relations", () => {
  it("remove_from_followers, block, mute and back", async () => {
    const { group, ann } = place();
    await act(ann, "follow", group);
    expect((await act(group, "remove_from_followers", ann)).body).toMatchObject({
      followed_by: false,
    });
    expect((await act(group, "mute", ann)).body).toMatchObject({
      muting: true,
      muting_notifications: true,
    });
    expect((await act(group, "unmute", ann)).body).toMatchObject({ muting: false });
    expect((await act(group, "block", ann)).body).toMatchObject({ blocking: true });
    expect(await group.get("/api/v1/blocks")).toMatchObject([{ acct: "ann" }]);
    expect((await act(group, "unblock", ann)).body).toMatchObject({ blocking: false });
  });

  it("are told of many at once, of strangers not at all", async () => {
    const { group, ann } = place();
    const path = `/api/v1/accounts/relationships?id[]=${ann.user.accountId}&id[]=${group.user.accountId}&id[]=7`;
    expect(await group.get(path)).toMatchObject([
      { id: ann.user.accountId },
      { id: group.user.accountId },
    ]);
  });

  it("lists followers and followed, newest first", async () => {
    const { group, ann, a } = place();
    await act(ann, "follow", group);
    await act(a.user("eve"), "follow", group);
    expect(await ann.get(`/api/v1/accounts/${group.user.accountId}/followers`)).toMatchObject([
      { acct: "eve" },
      { acct: "ann" },
    ]);
    expect(await ann.get(`/api/v1/accounts/${ann.user.accountId}/following`)).toMatchObject([
      { acct: "group" },
    ]);
  });
});
