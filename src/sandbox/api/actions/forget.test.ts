import { describe, expect, it } from "vitest";
import type { StatusChange } from "../../surface.js";
import { testWorld } from "../testing/client.js";

const keeps = 20;

function aSmallWorld() {
  const changes: StatusChange[] = [];
  const onStatus = (change: StatusChange) => void changes.push(change);
  const [here, away] = testWorld(["a.test", "b.test"], { keeps, onStatus });
  if (here === undefined || away === undefined) throw new Error("There are two hosts.");
  return { changes, here, ada: here.user("ada"), bob: away.user("bob") };
}

describe("a world that keeps only so many statuses", () => {
  it("forgets the oldest everywhere, with their boosts and notifications, in silence", async () => {
    const { here, ada, bob } = aSmallWorld();
    const first = await bob.post("/api/v1/statuses", { status: "The first, @ada@a.test" });
    const [told] = await ada.get<{ id: string; status: { id: string } }[]>("/api/v1/notifications");
    await ada.post(`/api/v1/statuses/${told?.status.id}/reblog`);
    const spoken = ada.events.length;
    for (let number = 0; number < 2 * keeps; number++) {
      await bob.post("/api/v1/statuses", { status: `Number ${number}` });
    }
    expect((await bob.ask("GET", `/api/v1/statuses/${first.id}`)).status).toBe(404);
    expect((await ada.ask("GET", `/api/v1/statuses/${told?.status.id}`)).status).toBe(404);
    expect(here.api.localStatusId(first.uri)).toBeUndefined();
    expect(await ada.get("/api/v1/notifications")).toEqual([]);
    expect(await ada.get("/api/v1/timelines/home")).toEqual([]);
    const kept = await bob.get<{ content: string }[]>(
      `/api/v1/accounts/${bob.user.accountId}/statuses?limit=40`,
    );
    expect(kept.length).toBeGreaterThanOrEqual(keeps);
    expect(kept.length).toBeLessThanOrEqual(keeps * 1.1);
    expect(kept[0]?.content).toContain(`Number ${2 * keeps - 1}`);
    expect(ada.events).toHaveLength(spoken);
  });

  it("tells whoever wants to know what is made and taken back", async () => {
    const { changes, ada, bob } = aSmallWorld();
    const post = await bob.post("/api/v1/statuses", { status: "Hello @ada@a.test" });
    const [told] = await ada.get<{ status: { id: string } }[]>("/api/v1/notifications");
    await ada.post("/api/v1/statuses", { status: "Hello", in_reply_to_id: told?.status.id });
    await ada.post(`/api/v1/statuses/${told?.status.id}/reblog`);
    await bob.ask("DELETE", `/api/v1/statuses/${post.id}`);
    expect(changes).toMatchObject([
      { kind: "made", uri: post.uri, author: "bob@b.test", mentions: ["ada@a.test"] },
      { kind: "made", author: "ada@a.test", inReplyTo: post.uri, reblogOf: undefined },
      { kind: "made", author: "ada@a.test", inReplyTo: undefined, reblogOf: post.uri },
      { kind: "gone", author: "ada@a.test", reblogOf: post.uri },
      { kind: "gone", uri: post.uri },
    ]);
  });
});
