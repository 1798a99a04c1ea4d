import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Acct, StatusId } from "../core/model.js";
import type { MastodonGateway, OutgoingPost } from "../ports.js";
import {
  type Sandbox,
  type SandboxHost,
  type SandboxUser,
  startSandbox,
} from "../sandbox/index.js";
import { createGateway } from "./gateway.js";

const never = new AbortController().signal;
const gone = "999999999999999999" as StatusId;

let sandbox: Sandbox;
let here: SandboxHost;
let group: SandboxUser;
let ada: SandboxUser;
let carol: SandboxUser;
let gateway: MastodonGateway;
let warnings: string[];

beforeAll(async () => {
  sandbox = await startSandbox({
    hosts: [
      { domain: "here.test", hasRateLimits: false },
      { domain: "there.test", hasRateLimits: false },
    ],
  });
  here = sandbox.host("here.test");
});
afterAll(() => sandbox.close());
afterEach(() => here.faults.clear());

let round = 0;
beforeEach(() => {
  const n = ++round;
  group = here.addUser({ username: `group${n}`, isBot: true, note: "A group #nobot" });
  carol = here.addUser({ username: `carol${n}` });
  ada = sandbox.host("there.test").addUser({ username: `ada${n}` });
  warnings = [];
  gateway = gatewayOf(group);
});

function gatewayOf({ acct, token }: { acct: string; token: string }, requestTimeoutMs?: number) {
  return createGateway({
    baseUrl: here.baseUrl,
    token,
    acct: acct as Acct,
    clock: systemClock,
    version: "1.2.3",
    requestTimeoutMs,
    log: { debug: () => {}, warn: (_fields, message) => warnings.push(message) },
  });
}

function outgoing(more: Partial<OutgoingPost> = {}): OutgoingPost {
  return {
    text: "Hello",
    inReplyTo: undefined,
    visibility: "public",
    spoilerText: "",
    isSensitive: false,
    mediaIds: [],
    language: undefined,
    key: "k1",
    ...more,
  };
}

function bodyOf(path: RegExp): unknown {
  return here.requests.findLast((each) => each.method !== "GET" && path.test(each.path))?.body;
}

describe("whoAmI", () => {
  it("tells whose token it is", async () => {
    expect(await gateway.whoAmI(never)).toMatchObject({
      acct: group.acct,
      isBot: true,
      profileText: "A group #nobot",
    });
  });

  it("says `auth` for a dead token, also where the server says 403 or an empty 422", async () => {
    for (const status of [403, 422]) {
      here.faults.failNext({ path: /verify_credentials/ }, { kind: "respond", status, body: "" });
      await expect(gateway.whoAmI(never)).rejects.toMatchObject({ failure: "auth", status });
    }
    group.revokeTokens();
    await expect(gateway.whoAmI(never)).rejects.toMatchObject({ failure: "auth", status: 401 });
  });

  it("does not take a page for an account", async () => {
    for (const body of ["{}", "[]", "null", "<html>"]) {
      here.faults.failNext({ path: /verify/ }, { kind: "respond", status: 200, body });
      await expect(gateway.whoAmI(never)).rejects.toMatchObject({ failure: "transient" });
    }
  });
});

describe("notifications and home", () => {
  it("read everything by pages, newest first", async () => {
    const texts = Array.from({ length: 45 }, (_, i) => `@${group.acct} number ${i}`);
    for (const text of texts) await ada.post(text, { visibility: "public" });
    const seen: string[] = [];
    let maxId: string | undefined;
    do {
      const page = await gateway.notifications(maxId, never);
      for (const event of page.events) {
        if (event.kind === "mention") seen.push(event.status.text);
      }
      maxId = page.nextMaxId;
    } while (maxId !== undefined);
    expect(seen).toEqual(texts.reverse());
  });

  it("map follows and mentions with complete addresses", async () => {
    await ada.follow(group.acct);
    await carol.post(`@${group.username} hi #Foo`, { visibility: "direct", spoilerText: "cw" });
    await gateway.openNotifications(never);
    const { events } = await gateway.notifications(undefined, never);
    expect(events).toMatchObject([
      {
        kind: "mention",
        status: {
          text: `@${group.acct} hi #Foo`,
          author: { acct: carol.acct },
          mentions: [{ acct: group.acct }],
          tags: ["foo"],
          visibility: "direct",
          spoilerText: "cw",
        },
      },
      { kind: "follow", account: { acct: ada.acct } },
    ]);
  });

  it("read the home timeline", async () => {
    await group.follow(ada.acct);
    await ada.post("One");
    await ada.post("Two");
    const page = await gateway.home(undefined, never);
    expect(page.events.map((event) => event.kind === "home" && event.status.text)).toEqual([
      "Two",
      "One",
    ]);
    const older = await gateway.home(page.nextMaxId, never);
    expect(older).toEqual({ events: [], nextMaxId: undefined });
  });

  it("go on past items that cannot be read", async () => {
    const body = JSON.stringify([
      { id: "9" },
      { id: "8", type: "x" },
      null,
      5,
      { id: "3", account: 1 },
    ]);
    here.faults.failNext({ path: /home/ }, { kind: "respond", status: 200, body });
    expect(await gateway.home(undefined, never)).toEqual({ events: [], nextMaxId: "3" });
    here.faults.failNext({ path: /notifications/ }, { kind: "respond", status: 200, body });
    expect(await gateway.notifications(undefined, never)).toMatchObject({
      events: [{ id: "9" }, { id: "8" }, { id: "3" }],
      nextMaxId: "3",
    });
    here.faults.failNext({ path: /notifications/ }, { kind: "respond", status: 200, body: "{}" });
    await expect(gateway.notifications(undefined, never)).rejects.toMatchObject({
      failure: "transient",
    });
  });
});

describe("openNotifications", () => {
  it("lets private mentions of strangers through, those of before too", async () => {
    for (let i = 0; i < 3; i++) await ada.post(`@${group.acct} ${i}`, { visibility: "direct" });
    await carol.post(`@${group.acct} psst`, { visibility: "direct" });
    expect(await gateway.openNotifications(never)).toBe(2);
    const { events } = await gateway.notifications(undefined, never);
    expect(events.filter(({ kind }) => kind === "mention")).toHaveLength(4);
    expect(await gateway.openNotifications(never)).toBe(0);
    expect(bodyOf(/policy/)).toMatchObject({ for_private_mentions: "accept", for_bots: "accept" });
  });

  it.each([404, 405, 418, 501])("says undefined where the server says %i", async (status) => {
    here.faults.failNext({ path: /policy/ }, { kind: "respond", status });
    expect(await gateway.openNotifications(never)).toBeUndefined();
  });
});

describe("status", () => {
  it("is undefined when it is gone or hidden", async () => {
    const hidden = await carol.post("For my eyes", { visibility: "direct" });
    expect(await gateway.status(hidden.id as StatusId, never)).toBeUndefined();
    expect(await gateway.status(gone, never)).toBeUndefined();
  });

  it("unwraps a boost", async () => {
    const post = await carol.post("Original");
    const boost = await group.api<{ id: string }>("POST", `/api/v1/statuses/${post.id}/reblog`);
    expect(await gateway.status(boost.id as StatusId, never)).toMatchObject({
      id: post.id,
      author: { acct: carol.acct },
      rebloggedByUs: true,
    });
  });
});

describe("account", () => {
  it("finds people here by name and people there by asking their server", async () => {
    expect(await gateway.account(carol.acct as Acct, never)).toMatchObject({ acct: carol.acct });
    expect(await gateway.account(ada.acct as Acct, never)).toMatchObject({ acct: ada.acct });
  });

  it("is undefined for nobody, and for somebody else of a similar name", async () => {
    expect(await gateway.account("nobody@there.test" as Acct, never)).toBeUndefined();
    expect(await gateway.account("nobody@nowhere.test" as Acct, never)).toBeUndefined();
    const body = JSON.stringify({ id: "1", acct: `x${carol.acct}` });
    here.faults.failNext({ path: /lookup/ }, { kind: "respond", status: 200, body });
    here.faults.failAlways({ path: /search/ }, { kind: "respond", status: 404 });
    expect(await gateway.account(carol.acct as Acct, never)).toBeUndefined();
  });

  it("does not call a server that is down an answer", async () => {
    here.faults.failNext({ path: /lookup/ }, { kind: "respond", status: 502, type: "text/html" });
    await expect(gateway.account(ada.acct as Acct, never)).rejects.toMatchObject({
      failure: "transient",
    });
  });
});

describe("reblog and unreblog", () => {
  it("boost with the visibility said, and take it back, each any number of times", async () => {
    const post = await carol.post("Share me", { visibility: "unlisted" });
    const id = post.id as StatusId;
    await gateway.reblog(id, "unlisted", never);
    await gateway.reblog(id, "unlisted", never);
    expect(bodyOf(/reblog$/)).toEqual({ visibility: "unlisted" });
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
    for (const status of [400, 404]) {
      here.faults.failNext({ path: /unreblog/ }, { kind: "respond", status });
      await gateway.unreblog(gone, never);
    }
  });
});

describe("deleteStatus", () => {
  it("deletes our own, once and again", async () => {
    const id = await gateway.post(outgoing(), never);
    await gateway.deleteStatus(id, never);
    expect(await gateway.status(id, never)).toBeUndefined();
    await gateway.deleteStatus(id, never);
  });

  it("never even asks the server to delete somebody else's", async () => {
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
    expect(bodyOf(/statuses$/)).toEqual({ status: "Hello", visibility: "public" });
  });

  it("posts once, however often it is sent with one key", async () => {
    const first = await gateway.post(outgoing(), never);
    expect(await gateway.post(outgoing(), never)).toBe(first);
    expect(await gateway.post(outgoing({ key: "k2" }), never)).not.toBe(first);
    const keys = here.requests.map(({ headers }) => headers["idempotency-key"]).filter(Boolean);
    expect(keys.at(-1)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(keys.at(-1)).not.toBe(keys.at(-2));
  });

  it("warns of a direct post that reaches nobody", async () => {
    await gateway.post(outgoing({ text: `@${carol.acct} hi`, visibility: "direct" }), never);
    expect(warnings).toEqual([]);
    await gateway.post(
      outgoing({ text: "@nobody@x.test hi", visibility: "direct", key: "2" }),
      never,
    );
    expect(warnings).toHaveLength(1);
  });

  it("does not take any JSON for a post", async () => {
    here.faults.failNext({ path: /statuses$/ }, { kind: "respond", status: 200, body: "{}" });
    await expect(gateway.post(outgoing(), never)).rejects.toMatchObject({
      failure: "transient",
      isOutcomeKnown: false,
    });
  });

  it("says when it does not know what became of it, and then finds it", async () => {
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
  ])("fetches nothing from %s", async (url) => {
    await expect(gateway.copyMedia({ url, description: "" }, never)).rejects.toMatchObject({
      failure: "permanent",
    });
  });
});

describe("follow, unfollow and acceptFollow", () => {
  it("do so without boosts, and without complaint when there is nothing to do", async () => {
    const them = await gateway.account(carol.acct as Acct, never);
    if (them === undefined) throw new Error("Nobody is there.");
    await gateway.follow(them.id, never);
    expect(bodyOf(/follow$/)).toEqual({ reblogs: false });
    await gateway.unfollow(them.id, never);
    await gateway.unfollow(them.id, never);
    await gateway.acceptFollow(them.id, never);
  });

  it("accept everybody who waits, over all pages", async () => {
    await group.api("PATCH", "/api/v1/accounts/update_credentials", { locked: true });
    const accts: string[] = [];
    for (let i = 0; i < 45; i++) {
      const user = here.addUser({ username: `f${round}x${i}` });
      await user.follow(group.acct);
      accts.push(user.acct);
    }
    const waiting = await gateway.followRequests(never);
    expect(waiting.map(({ acct }) => acct).sort()).toEqual(accts.sort());
    for (const { id } of waiting) await gateway.acceptFollow(id, never);
    expect(await gateway.followRequests(never)).toEqual([]);
  });
});

describe("learnTraits", () => {
  it("learns a Mastodon", async () => {
    expect(await gateway.learnTraits(never)).toEqual({
      software: expect.stringMatching(/^mastodon 4\./i),
      maxCharacters: 500,
      counting: "mastodon",
      format: "plain",
      streamingUrl: here.baseUrl.replace("http:", "ws:"),
      hasIdempotencyKey: true,
      hasNotificationPolicy: true,
    });
  });
});

describe("every method", () => {
  it("gives up after the time allowed, and ends when told to", async () => {
    here.faults.failAlways({}, { kind: "hang", when: "before-effect" });
    const hasty = gatewayOf(group, 30);
    await expect(hasty.home(undefined, never)).rejects.toMatchObject({ failure: "transient" });
    const reason = new Error("bye");
    const controller = new AbortController();
    const calls = [
      gateway.whoAmI(controller.signal),
      gateway.learnTraits(controller.signal),
      gateway.notifications(undefined, controller.signal),
      gateway.followRequests(controller.signal),
      gateway.account(ada.acct as Acct, controller.signal),
      gateway.post(outgoing(), controller.signal),
      gateway.openNotifications(controller.signal),
    ];
    const settled = Promise.allSettled(calls);
    controller.abort(reason);
    expect(await settled).toEqual(calls.map(() => ({ status: "rejected", reason })));
  });
});
