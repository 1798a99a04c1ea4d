import { describe, expect, it } from "vitest";
import { testWorld, type Wire } from "../testing/client.js";

const viewers = ["author", "follower", "mentioned", "other", "blocked", "nobody"] as const;
type Viewer = (typeof viewers)[number];

async function seenBy(visibility: string): Promise<readonly Viewer[]> {
  const [host] = testWorld();
  if (host === undefined) throw new Error("There is no host.");
  const author = host.user("author");
  const others = {
    follower: host.user("follower"),
    mentioned: host.user("mentioned"),
    other: host.user("other"),
    blocked: host.user("blocked"),
  };
  await others.follower.post(`/api/v1/accounts/${author.user.accountId}/follow`);
  await author.post(`/api/v1/accounts/${others.blocked.user.accountId}/block`);
  const { id } = await author.post<Wire>("/api/v1/statuses", {
    status: "hi @mentioned",
    visibility,
  });
  const askers = { author, ...others, nobody: host.stranger };
  const seen: Viewer[] = [];
  for (const viewer of viewers) {
    const answer = await askers[viewer].ask("GET", `/api/v1/statuses/${id}`);
    if (answer.status === 200) seen.push(viewer);
    else expect(answer).toMatchObject({ status: 404, body: { error: "Record not found" } });
  }
  return seen;
}

describe("who sees a status", () => {
  it.each([
    ["public", ["author", "follower", "mentioned", "other", "nobody"]],
    ["unlisted", ["author", "follower", "mentioned", "other", "nobody"]],
    ["private", ["author", "follower", "mentioned"]],
    ["direct", ["author", "mentioned"]],
  ])("%s: %j", async (visibility, expected) => {
    expect(await seenBy(visibility)).toEqual(expected);
  });
});
