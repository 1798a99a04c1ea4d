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

describe("whoAmI", () => {
  it("tells whose token it is", async () => {
    const { group, gateway } = cast;
    expect(await gateway.whoAmI(never)).toMatchObject({
      acct: group.acct,
      isBot: true,
      profileText: "A group #nobot",
    });
  });

  it("says `auth` for a dead token, also where the server says 403 or an empty 422", async () => {
    const { group, gateway } = cast;
    for (const status of [403, 422]) {
      here.faults.failNext({ path: /verify_credentials/ }, { kind: "respond", status, body: "" });
      await expect(gateway.whoAmI(never)).rejects.toMatchObject({ failure: "auth", status });
    }
    group.revokeTokens();
    await expect(gateway.whoAmI(never)).rejects.toMatchObject({ failure: "auth", status: 401 });
  });

  it("does not take a page for an account", async () => {
    const { gateway } = cast;
    for (const body of ["{}", "[]", "null", "<html>"]) {
      here.faults.failNext({ path: /verify/ }, { kind: "respond", status: 200, body });
      await expect(gateway.whoAmI(never)).rejects.toMatchObject({ failure: "transient" });
    }
  });
});

describe("notifications and home", () => {
  it("read everything by pages, newest first", async () => {
    const { group, ada, gateway } = cast;
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
    const { group, carol, ada, gateway } = cast;
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
    const { group, ada, gateway } = cast;
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
    const { gateway } = cast;
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
    const { group, carol, ada, gateway } = cast;
    for (let i = 0; i < 3; i++) await ada.post(`@${group.acct} ${i}`, { visibility: "direct" });
    await carol.post(`@${group.acct} psst`, { visibility: "direct" });
    expect(await gateway.openNotifications(never)).toBe(2);
    const { events } = await gateway.notifications(undefined, never);
    expect(events.filter(({ kind }) => kind === "mention")).toHaveLength(4);
    expect(await gateway.openNotifications(never)).toBe(0);
    expect(stage.bodyOf(/policy/)).toMatchObject({
      for_private_mentions: "accept",
      for_bots: "accept",
    });
  });

  it.each([404, 405, 418, 501])("says undefined where the server says %i", async (status) => {
    const { gateway } = cast;
    here.faults.failNext({ path: /policy/ }, { kind: "respond", status });
    expect(await gateway.openNotifications(never)).toBeUndefined();
  });
});

describe("status", () => {
  it("is undefined when it is gone or hidden", async () => {
    const { carol, gateway } = cast;
    const hidden = await carol.post("For my eyes", { visibility: "direct" });
    expect(await gateway.status(hidden.id as StatusId, never)).toBeUndefined();
    expect(await gateway.status(gone, never)).toBeUndefined();
  });

  it("unwraps a boost", async () => {
    const { group, carol, gateway } = cast;
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
    const { carol, ada, gateway } = cast;
    expect(await gateway.account(carol.acct as Acct, never)).toMatchObject({ acct: carol.acct });
    expect(await gateway.account(ada.acct as Acct, never)).toMatchObject({ acct: ada.acct });
  });

  it("is undefined for nobody, and for somebody else of a similar name", async () => {
    const { carol, gateway } = cast;
    expect(await gateway.account("nobody@there.test" as Acct, never)).toBeUndefined();
    expect(await gateway.account("nobody@nowhere.test" as Acct, never)).toBeUndefined();
    const body = JSON.stringify({ id: "1", acct: `x${carol.acct}` });
    here.faults.failNext({ path: /lookup/ }, { kind: "respond", status: 200, body });
    here.faults.failAlways({ path: /search/ }, { kind: "respond", status: 404 });
    expect(await gateway.account(carol.acct as Acct, never)).toBeUndefined();
  });

  it("does not call a server that is down an answer", async () => {
    const { ada, gateway } = cast;
    here.faults.failNext({ path: /lookup/ }, { kind: "respond", status: 502, type: "text/html" });
    await expect(gateway.account(ada.acct as Acct, never)).rejects.toMatchObject({
      failure: "transient",
    });
  });
});

describe("learnTraits", () => {
  it("learns a Mastodon", async () => {
    const { gateway } = cast;
    expect(await gateway.learnTraits(never)).toEqual({
      software: expect.stringMatching(/^mastodon 4\./i),
      isGuess: false,
      maxCharacters: 500,
      following: { count: 7_500, perFollower: 1.1 },
      tellsMaxCharacters: true,
      counting: "mastodon",
      format: "plain",
      streamingUrl: here.baseUrl.replace("http:", "ws:"),
      takesStreamHeader: true,
      hasIdempotencyKey: true,
      hasNotificationFilter: true,
      pageSize: 40,
      tellsOwnBoosts: true,
      boostsByItself: false,
      hasContentWarnings: true,
      limits: expect.any(Array),
    });
  });

  it("forgets nothing of a server that cannot say now what it is", async () => {
    const { gateway } = cast;
    const known = await gateway.learnTraits(never);
    here.faults.failNext({ path: /nodeinfo/u }, { kind: "respond", status: 502 });
    expect(await gateway.learnTraits(never)).toEqual(known);
  });
});

describe("every method", () => {
  it("gives up after the time allowed, and ends when told to", async () => {
    const { group, ada, gateway } = cast;
    here.faults.failAlways({}, { kind: "hang", when: "before-effect" });
    const hasty = stage.gatewayOf(group, { requestTimeoutMs: 30 });
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
