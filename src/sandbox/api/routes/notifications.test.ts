import { describe, expect, it } from "vitest";
import { type Client, testWorld, type Wire } from "../testing/client.js";

function place() {
  const [host] = testWorld();
  if (host === undefined) throw new Error("There is no host.");
  return { host, group: host.user("group"), ann: host.user("ann") };
}

const mention = (who: Client) => who.post<Wire>("/api/v1/statuses", { status: "hi @group" });
const listOf = (who: Client, query = "") =>
  who.get<readonly Wire[]>(`/api/v1/notifications${query}`);
const idsOf = async (who: Client, query: string) => (await listOf(who, query)).map(({ id }) => id);

describe("notifications", () => {
  it("have small ids that grow, and page like Mastodon's", async () => {
    const { group, ann } = place();
    for (let count = 0; count < 100; count += 1) await mention(ann);
    expect(await idsOf(group, "?limit=3")).toEqual(["100", "99", "98"]);
    expect(await idsOf(group, "?limit=2&max_id=50")).toEqual(["49", "48"]);
    expect(await idsOf(group, "?limit=2&since_id=50")).toEqual(["100", "99"]);
    expect(await idsOf(group, "?limit=2&min_id=50")).toEqual(["52", "51"]);
    expect(await listOf(group)).toHaveLength(40);
    expect(await listOf(group, "?limit=999")).toHaveLength(80);
    const page = await group.ask("GET", "/api/v1/notifications?max_id=3");
    expect(page.links).toEqual({ maxId: "1", minId: "2" });
  });

  it("are filtered by type", async () => {
    const { group, ann } = place();
    await mention(ann);
    await ann.post(`/api/v1/accounts/${group.user.accountId}/follow`);
    expect(await listOf(group, "?types[]=follow")).toMatchObject([{ type: "follow" }]);
    expect(await listOf(group, "?types[]=follow&types[]=mention")).toHaveLength(2);
    expect(await listOf(group, "?exclude_types[]=follow")).toMatchObject([{ type: "mention" }]);
    expect(await listOf(group, "?types[]=nonsense")).toEqual([]);
    expect(await listOf(group, "?types=follow")).toHaveLength(2);
  });

  it("have a status only where there is one", async () => {
    const { group, ann } = place();
    await ann.post(`/api/v1/accounts/${group.user.accountId}/follow`);
    const [follow] = await listOf(group);
    expect(follow).not.toHaveProperty("status");
  });

  it("can be read one by one, dismissed and cleared", async () => {
    const { group, ann } = place();
    for (const _ of "123") await mention(ann);
    expect(await group.get("/api/v1/notifications/2")).toMatchObject({ id: "2", type: "mention" });
    expect(await group.post("/api/v1/notifications/2/dismiss")).toEqual({});
    expect((await group.ask("GET", "/api/v1/notifications/2")).status).toBe(404);
    expect((await group.ask("POST", "/api/v1/notifications/2/dismiss")).status).toBe(404);
    expect((await ann.ask("GET", "/api/v1/notifications/1")).status).toBe(404);
    expect(await idsOf(group, "")).toEqual(["3", "1"]);
    await group.post("/api/v1/notifications/clear");
    expect(await listOf(group)).toEqual([]);
  });

  it("tell followers who asked of each post", async () => {
    const { group, ann } = place();
    await group.post(`/api/v1/accounts/${ann.user.accountId}/follow`, { notify: true });
    const { id } = await ann.post<Wire>("/api/v1/statuses", { status: "news" });
    expect(await listOf(group)).toMatchObject([{ type: "status", status: { id } }]);
  });

  it("go out to streams as they are listed", async () => {
    const { group, ann } = place();
    await mention(ann);
    const [listed] = await listOf(group);
    expect(group.events).toEqual([{ event: "notification", payload: listed }]);
  });

  it("are counted until marked as read", async () => {
    const { group, ann } = place();
    for (const _ of "123") await mention(ann);
    const path = "/api/v1/notifications/unread_count";
    expect(await group.get(path)).toEqual({ count: 3 });
    await group.post("/api/v1/markers", { notifications: { last_read_id: "2" } });
    expect(await group.get(path)).toEqual({ count: 1 });
    expect(await group.get("/api/v1/markers?timeline[]=notifications")).toMatchObject({
      notifications: { last_read_id: "2", version: 0 },
    });
  });
});
