import { describe, expect, it } from "vitest";
import { type Body, type Client, testWorld, type Wire } from "../testing/client.js";

function place(maxCharacters = 500) {
  const [host] = testWorld([{ domain: "a.test", maxCharacters }]);
  if (host === undefined) throw new Error("There is no host.");
  return { host, ann: host.user("ann"), bob: host.user("bob") };
}

const write = (who: Client, body: Body) => who.ask("POST", "/api/v1/statuses", body);
const tooLong = { error: "Validation failed: Text character limit of 500 exceeded" };

describe("posting", () => {
  it.each([
    ["500 letters", { status: "x".repeat(500) }],
    ["500 families", { status: "👩‍👩‍👧‍👦".repeat(500) }],
    ["a link of 600 letters", { status: `https://example.org/${"x".repeat(600)}` }],
    ["handles with long domains", { status: "@ann@a.test ".repeat(100).trim() }],
  ])("accepts %s", async (_, body) => {
    expect((await write(place().ann, body)).status).toBe(200);
  });

  it.each([
    ["501 letters", { status: "x".repeat(501) }, tooLong],
    [
      "a warning that makes it too long",
      { status: "x".repeat(490), spoiler_text: "x".repeat(11) },
      tooLong,
    ],
    ["nothing", {}, { error: "Validation failed: Text can't be blank" }],
    ["white space", { status: " \n" }, { error: "Validation failed: Text can't be blank" }],
    [
      "an unknown visibility",
      { status: "x", visibility: "loud" },
      { error: "Validation failed: Visibility is not included in the list" },
    ],
    [
      "somebody's media",
      { status: "x", media_ids: ["1"] },
      { error: "Media 1 not found or already attached to another post" },
    ],
  ])("refuses %s", async (_, body, error) => {
    expect(await write(place().ann, body)).toEqual({ status: 422, body: error });
  });

  it("obeys the host's own limit", async () => {
    expect((await write(place(10).ann, { status: "x".repeat(11) })).body).toEqual({
      error: "Validation failed: Text character limit of 10 exceeded",
    });
  });

  it("takes defaults from the account", async () => {
    const { ann } = place();
    await ann.ask("PATCH", "/api/v1/accounts/update_credentials", {
      source: { privacy: "unlisted", sensitive: true, language: "de" },
    });
    expect((await write(ann, { status: "x" })).body).toMatchObject({
      visibility: "unlisted",
      sensitive: true,
      language: "de",
    });
  });

  it("of a locked account is private unless said", async () => {
    const { host } = place();
    const shy = host.user({ username: "shy", isLocked: true });
    expect((await write(shy, { status: "x" })).body).toMatchObject({ visibility: "private" });
  });

  it("with a warning is sensitive; a warning alone becomes the text", async () => {
    const { ann } = place();
    expect((await write(ann, { status: "x", spoiler_text: "w" })).body).toMatchObject({
      spoiler_text: "w",
      sensitive: true,
    });
    expect((await write(ann, { spoiler_text: "w" })).body).toMatchObject({
      spoiler_text: "",
      content: "<p>w</p>",
    });
  });

  it("answers a post, or what a boost boosts", async () => {
    const { ann, bob } = place();
    const post = await ann.post<Wire>("/api/v1/statuses", { status: "x" });
    const boost = await bob.post<Wire>(`/api/v1/statuses/${post.id}/reblog`);
    expect((await write(bob, { status: "y", in_reply_to_id: boost.id })).body).toMatchObject({
      in_reply_to_id: post.id,
      in_reply_to_account_id: ann.user.accountId,
    });
  });

  it("cannot answer what is not there or not to be seen", async () => {
    const { ann, bob } = place();
    const secret = await ann.post<Wire>("/api/v1/statuses", { status: "x", visibility: "direct" });
    const error = "The post you are trying to reply to does not appear to exist.";
    for (const in_reply_to_id of [secret.id, "12345", "nonsense"]) {
      const answer = await write(bob, { status: "y", in_reply_to_id });
      expect(answer).toEqual({ status: 404, body: { error } });
    }
  });

  it("survives any body", async () => {
    const { ann } = place();
    const odd = [null, 1, true, [], {}, [[]], { a: 1 }, "\u0000", "__proto__"];
    for (const value of odd) {
      for (const key of ["status", "visibility", "media_ids", "in_reply_to_id", "language"]) {
        const answer = await write(ann, { status: "x", [key]: value });
        expect([200, 404, 422]).toContain(answer.status);
      }
    }
  });
});

describe("reading", () => {
  it("gives many at once, without those one may not see", async () => {
    const { ann, bob } = place();
    const one = await ann.post<Wire>("/api/v1/statuses", { status: "1" });
    const two = await ann.post<Wire>("/api/v1/statuses", { status: "2", visibility: "private" });
    const path = `/api/v1/statuses?id[]=${one.id}&id[]=${two.id}&id[]=5`;
    expect(await bob.get(path)).toMatchObject([{ id: one.id }]);
    expect(await ann.get(path)).toHaveLength(2);
  });

  it("gives the thread around a post, as far as one sees it", async () => {
    const { ann, bob } = place();
    const say = async (who: Client, status: string, parent?: Wire, visibility = "public") =>
      who.post<Wire>("/api/v1/statuses", { status, in_reply_to_id: parent?.id, visibility });
    const root = await say(ann, "root");
    const middle = await say(bob, "middle", root);
    const leaf = await say(ann, "leaf", middle);
    await say(ann, "secret", middle, "direct");
    const side = await say(bob, "side", root);
    expect(await bob.get(`/api/v1/statuses/${middle.id}/context`)).toMatchObject({
      ancestors: [{ id: root.id }],
      descendants: [{ id: leaf.id }],
    });
    expect(await bob.get(`/api/v1/statuses/${root.id}/context`)).toMatchObject({
      descendants: [{ id: middle.id }, { id: leaf.id }, { id: side.id }],
    });
  });

  it("tells the source and the history", async () => {
    const { ann } = place();
    const { id } = await ann.post<Wire>("/api/v1/statuses", { status: "one *" });
    await ann.ask("PUT", `/api/v1/statuses/${id}`, { status: "two" });
    expect(await ann.get(`/api/v1/statuses/${id}/source`)).toEqual({
      id,
      text: "two",
      spoiler_text: "",
    });
    expect(await ann.get(`/api/v1/statuses/${id}/history`)).toMatchObject([
      { content: "<p>one *</p>" },
      { content: "<p>two</p>" },
    ]);
  });
});

describe("editing and deleting", () => {
  it("is for the author only", async () => {
    const { ann, bob } = place();
    const { id } = await ann.post<Wire>("/api/v1/statuses", { status: "x" });
    const path = `/api/v1/statuses/${id}`;
    expect((await bob.ask("DELETE", path)).status).toBe(404);
    expect((await bob.ask("PUT", path, { status: "y" })).status).toBe(404);
    expect((await ann.ask("DELETE", path)).status).toBe(200);
    expect((await ann.ask("DELETE", path)).status).toBe(404);
  });

  it("changes nothing when the words stay", async () => {
    const { ann } = place();
    const { id } = await ann.post<Wire>("/api/v1/statuses", { status: "x" });
    const events = ann.events.length;
    const { body } = await ann.ask("PUT", `/api/v1/statuses/${id}`, { status: "x" });
    expect(body).toMatchObject({ edited_at: null });
    expect(ann.events).toHaveLength(events);
  });

  it("leaves replies without a parent", async () => {
    const { ann, bob } = place();
    const { id } = await ann.post<Wire>("/api/v1/statuses", { status: "x" });
    const reply = await bob.post<Wire>("/api/v1/statuses", { status: "y", in_reply_to_id: id });
    await ann.ask("DELETE", `/api/v1/statuses/${id}`);
    expect(await bob.get(`/api/v1/statuses/${reply.id}`)).toMatchObject({ in_reply_to_id: null });
  });
});
