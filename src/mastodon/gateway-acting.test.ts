import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Acct, StatusId } from "../core/model.js";
import { GatewayStage, outgoing } from "../testing/gateway-stage.js";

const never = new AbortController().signal;
const gone = "999999999999999999" as StatusId;

let stage: GatewayStage;
let here: GatewayStage["here"];
let cast: ReturnType<GatewayStage["cast"]>;

beforeAll(async () => {
  stage = await GatewayStage.open();
  here = stage.here;
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  cast = stage.cast();
});

describe("reblog and unreblog", () => {
  it("boost with the visibility said, and take it back, each any number of times", async () => {
    const { group, carol, gateway } = cast;
    const post = await carol.post("Share me", { visibility: "unlisted" });
    const id = post.id as StatusId;
    await gateway.reblog(id, "unlisted", never);
    await gateway.reblog(id, "unlisted", never);
    expect(stage.bodyOf(/reblog$/)).toEqual({ visibility: "unlisted" });
    expect((await group.statusesOf(group.acct))[0]).toMatchObject({
      reblog: { id },
      visibility: "unlisted",
    });
    await gateway.unreblog(id, never);
    await gateway.unreblog(id, never);
    expect(await group.statusesOf(group.acct)).toEqual([]);
    await gateway.unreblog(gone, never);
  });

  it("refuse what the server refuses", async () => {
    const { group, carol, gateway } = cast;
    const post = await carol.post(`@${group.acct} hush`, { visibility: "private" });
    await expect(gateway.reblog(post.id as StatusId, "private", never)).rejects.toMatchObject({
      failure: "permanent",
    });
    await expect(gateway.reblog(gone, "public", never)).rejects.toMatchObject({
      failure: "permanent",
    });
    await expect(gateway.reblog(gone, "direct", never)).rejects.toMatchObject({
      failure: "permanent",
    });
  });

  it("take a refusal of what is boosted already for success (Mitra), others not", async () => {
    const { carol, gateway } = cast;
    const post = await carol.post("Twice");
    await gateway.reblog(post.id as StatusId, "public", never);
    here.faults.failNext(
      { path: /reblog/ },
      { kind: "respond", status: 400, body: '{"error":"exists"}' },
    );
    await gateway.reblog(post.id as StatusId, "public", never);
    const other = await carol.post("Never");
    here.faults.failNext({ path: /reblog/ }, { kind: "respond", status: 400 });
    await expect(gateway.reblog(other.id as StatusId, "public", never)).rejects.toMatchObject({
      status: 400,
    });
  });

  it("accept 400 and 404 for what was not boosted", async () => {
    const { gateway } = cast;
    for (const status of [400, 404]) {
      here.faults.failNext({ path: /unreblog/ }, { kind: "respond", status });
      await gateway.unreblog(gone, never);
    }
  });
});

describe("deleteStatus", () => {
  it("deletes our own, once and again", async () => {
    const { gateway } = cast;
    const id = await gateway.post(outgoing(), never);
    await gateway.deleteStatus(id, never);
    expect(await gateway.status(id, never)).toBeUndefined();
    await gateway.deleteStatus(id, never);
  });

  it("never even asks the server to delete somebody else's", async () => {
    const { carol, gateway } = cast;
    const post = await carol.post("Mine");
    await expect(gateway.deleteStatus(post.id as StatusId, never)).rejects.toMatchObject({
      failure: "permanent",
      isOutcomeKnown: true,
    });
    expect(
      here.requests.some(({ method, path }) => method === "DELETE" && path.endsWith(post.id)),
    ).toBe(false);
  });
});

describe("post", () => {
  it("says everything it has to say, and the visibility always", async () => {
    const { group, carol, gateway } = cast;
    const asked = await carol.post(`@${group.acct} ping`);
    const id = await gateway.post(
      outgoing({
        text: `@${carol.username} pong`,
        inReplyTo: asked.id as StatusId,
        visibility: "unlisted",
        spoilerText: "cw",
        isSensitive: true,
        language: "cs",
      }),
      never,
    );
    expect(await gateway.status(id, never)).toMatchObject({
      inReplyTo: asked.id,
      visibility: "unlisted",
      spoilerText: "cw",
      isSensitive: true,
      language: "cs",
      author: { acct: group.acct },
    });
    await gateway.post(outgoing({ key: "k2" }), never);
    expect(stage.bodyOf(/statuses$/)).toEqual({ status: "Hello", visibility: "public" });
  });

  it("posts once, however often it is sent with one key", async () => {
    const { gateway } = cast;
    const first = await gateway.post(outgoing(), never);
    expect(await gateway.post(outgoing(), never)).toBe(first);
    expect(await gateway.post(outgoing({ key: "k2" }), never)).not.toBe(first);
    const keys = here.requests.map(({ headers }) => headers["idempotency-key"]).filter(Boolean);
    expect(keys.at(-1)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(keys.at(-1)).not.toBe(keys.at(-2));
  });

  it("warns of a direct post that reaches nobody", async () => {
    const { carol, gateway, warnings } = cast;
    await gateway.post(outgoing({ text: `@${carol.acct} hi`, visibility: "direct" }), never);
    expect(warnings).toEqual([]);
    await gateway.post(
      outgoing({ text: "@nobody@x.test hi", visibility: "direct", key: "2" }),
      never,
    );
    expect(warnings).toHaveLength(1);
  });

  it("does not take any JSON for a post", async () => {
    const { gateway } = cast;
    here.faults.failNext({ path: /statuses$/ }, { kind: "respond", status: 200, body: "{}" });
    await expect(gateway.post(outgoing(), never)).rejects.toMatchObject({
      failure: "transient",
      isOutcomeKnown: false,
    });
  });

  it("says when it does not know what became of it, and then finds it", async () => {
    const { group, carol, gateway } = cast;
    const asked = await carol.post(`@${group.acct} ping`);
    const lost = outgoing({
      text: `@${carol.acct} *Pong*, it is [here](https://x.test/a_b) — \\_you\\_ 🏓`,
      inReplyTo: asked.id as StatusId,
    });
    expect(await gateway.findPost(lost, never)).toBeUndefined();
    here.faults.failNext(
      { method: "POST", path: /statuses$/ },
      { kind: "drop", when: "after-effect" },
    );
    await expect(gateway.post(lost, never)).rejects.toMatchObject({
      failure: "transient",
      isOutcomeKnown: false,
    });
    const id = await gateway.findPost(lost, never);
    expect(id).toBeDefined();
    expect(await gateway.findPost({ ...lost, inReplyTo: undefined }, never)).toBeUndefined();
    expect(await gateway.findPost({ ...lost, text: `${lost.text} more` }, never)).toBeUndefined();
    expect(
      await gateway.findPost({ ...lost, text: lost.text.replace(carol.acct, "eve@x.test") }, never),
    ).toBeUndefined();
  });
});

describe("copyMedia", () => {
  it("makes another attachment of a file, description and all", async () => {
    const { carol, gateway } = cast;
    const media = [{ description: "A dot", bytes: new Uint8Array([1, 2, 3]), type: "image/png" }];
    const {
      media_attachments: [theirs],
    } = await carol.post("See", { media });
    const url = theirs?.url ?? "";
    const id = await gateway.copyMedia({ url, description: "A dot" }, never);
    const post = await gateway.post(outgoing({ mediaIds: [id] }), never);
    const copy = await gateway.status(post, never);
    expect(copy?.attachments).toEqual([{ url: expect.any(String), description: "A dot" }]);
    expect(copy?.attachments[0]?.url).not.toBe(url);
    const bytes = await (await fetch(copy?.attachments[0]?.url ?? "")).arrayBuffer();
    expect([...new Uint8Array(bytes)]).toEqual([1, 2, 3]);
  });

  it.each([
    "file:///etc/passwd",
    "data:text/plain,x",
    "not a url",
    "http://169.254.169.254/latest",
    "http://[::1]:8080/x",
    "http://[::ffff:10.0.0.1]/x",
    "http://localhost/x",
    "http://10.1.2.3/x",
    // The machine of our own server, but another service on it.
    "http://127.0.0.1:1/x",
    "http://198.18.0.1/x",
    "http://[64:ff9b::a00:1]/x",
    "http://[2002:7f00:1::]/x",
  ])("fetches nothing from %s", async (url) => {
    const { gateway } = cast;
    await expect(gateway.copyMedia({ url, description: "" }, never)).rejects.toMatchObject({
      failure: "permanent",
    });
  });
});

describe("follow, unfollow and acceptFollow", () => {
  it("do so without boosts, and without complaint when there is nothing to do", async () => {
    const { carol, gateway } = cast;
    const them = await gateway.account(carol.acct as Acct, never);
    if (them === undefined) throw new Error("Nobody is there.");
    await gateway.follow(them.id, never);
    expect(stage.bodyOf(/follow$/)).toEqual({ reblogs: false });
    await gateway.unfollow(them.id, never);
    await gateway.unfollow(them.id, never);
    await gateway.acceptFollow(them.id, never);
  });

  it("accept everybody who waits, over all pages", async () => {
    const { group, gateway } = cast;
    await group.api("PATCH", "/api/v1/accounts/update_credentials", { locked: true });
    const accts: string[] = [];
    for (let i = 0; i < 45; i++) {
      const user = here.addUser({ username: `${group.username}x${i}` });
      await user.follow(group.acct);
      accts.push(user.acct);
    }
    const waiting = await gateway.followRequests(never);
    expect(waiting.map(({ acct }) => acct).sort()).toEqual(accts.sort());
    for (const { id } of waiting) await gateway.acceptFollow(id, never);
    expect(await gateway.followRequests(never)).toEqual([]);
  });
});
