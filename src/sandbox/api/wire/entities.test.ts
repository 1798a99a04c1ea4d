import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Body, testWorld, type Wire } from "../testing/client.js";

/** What GoToSocial adds to Mastodon's entities, and where the two differ on purpose. */
const foreignKeys = new Set([
  "text",
  "content_type",
  "interaction_policy",
  "web_visibility",
  "web_layout",
  "status_content_type",
  "account_domain",
  "allow_custom_css",
  // Mastodon has it on one's own posts only.
  "pinned",
  // Mastodon has it only once somebody chose one.
  "focus",
]);

function recorded(name: string): unknown {
  const url = new URL(`../../../testing/fixtures/gotosocial/${name}.json`, import.meta.url);
  const { response } = JSON.parse(readFileSync(url, "utf8")) as { response: { body: unknown } };
  return response.body;
}

/** Where ours lacks a key of the recording, or has another type there. */
function differences(theirs: unknown, ours: unknown, path = ""): readonly string[] {
  if (theirs === null || ours === null) return [];
  if (Array.isArray(theirs)) {
    if (!Array.isArray(ours)) return [`${path} is no list`];
    const [first] = theirs;
    return first === undefined || ours.length === 0 ? [] : differences(first, ours[0], `${path}[]`);
  }
  if (typeof theirs !== "object") {
    return typeof theirs === typeof ours ? [] : [`${path} is ${typeof ours}`];
  }
  if (typeof ours !== "object") return [`${path} is ${typeof ours}`];
  return Object.entries(theirs as Body).flatMap(([key, value]) => {
    const inner = `${path}.${key}`;
    if (foreignKeys.has(key) || ["supported_mime_types", "emojis"].includes(key)) {
      return [];
    }
    if (!Object.hasOwn(ours, key)) return [`${inner} is missing`];
    return differences(value, (ours as Body)[key], inner);
  });
}

async function place() {
  const [host] = testWorld();
  if (host === undefined) throw new Error("There is no host.");
  const alice = host.user({ username: "alice", fields: [{ name: "a", value: "b" }] });
  const group = host.user("groupbot");
  const status = await group.post<Wire>("/api/v1/statuses", {
    status: "hi @alice #foo https://example.org/a",
  });
  return { host, alice, group, status };
}

describe("entities have the keys and types of a recorded server", () => {
  it("status", async () => {
    const { status } = await place();
    expect(differences(recorded("post-plain"), status)).toEqual([]);
  });

  it("account", async () => {
    const { alice, group } = await place();
    const account = await group.get(`/api/v1/accounts/${alice.user.accountId}`);
    expect(differences(recorded("account-get"), account)).toEqual([]);
  });

  it("own account", async () => {
    const { group } = await place();
    const account = await group.get("/api/v1/accounts/verify_credentials");
    expect(differences(recorded("verify-credentials"), account)).toEqual([]);
  });

  it("notification", async () => {
    const { alice } = await place();
    const notifications = await alice.get("/api/v1/notifications");
    expect(notifications).toHaveLength(1);
    expect(differences(recorded("notifications-mention-only"), notifications)).toEqual([]);
  });

  it("relationship", async () => {
    const { alice, group } = await place();
    const path = `/api/v1/accounts/relationships?id[]=${alice.user.accountId}`;
    expect(differences(recorded("relationship-after-follow"), await group.get(path))).toEqual([]);
  });

  it("instance", async () => {
    const { host } = await place();
    const instance = await host.stranger.get("/api/v2/instance");
    expect(differences(recorded("instance-v2"), instance)).toEqual([]);
  });

  it("attachment", async () => {
    const { group } = await place();
    const file = { bytes: new Uint8Array([1]), type: "image/png" };
    const { body } = await group.ask("POST", "/api/v2/media", { description: "x" }, { file });
    expect(differences(recorded("media-upload"), body)).toEqual([]);
  });
});

describe("a status", () => {
  it("has marks only for who is signed in, and pinned only for its author", async () => {
    const { host, alice, status } = await place();
    expect(status).toHaveProperty("pinned", false);
    const path = `/api/v1/statuses/${status.id}`;
    expect(await host.stranger.get(path)).not.toHaveProperty("favourited");
    const seen = await alice.get(path);
    expect(seen).toHaveProperty("favourited", false);
    expect(seen).not.toHaveProperty("pinned");
  });

  it("tells times with milliseconds", async () => {
    const { status } = await place();
    expect(status.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
