import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Acct, StatusId } from "../core/model.js";
import type { MastodonGateway, OutgoingPost } from "../ports.js";
import { FakeClock } from "../testing/fake-clock.js";
import { fixture, type RecordedServer } from "../testing/fixtures.js";
import { itemsBy } from "../testing/stream-items.js";
import { startTinyServer, type TinyAnswer, type TinyRequest } from "../testing/tiny-server.js";
import { until } from "../testing/until.js";
import { createGateway } from "./gateway.js";

const never = new AbortController().signal;

const accts: Readonly<Record<RecordedServer, Acct>> = {
  gotosocial: "groupbot@127.0.0.1" as Acct,
  hollo: "groupbot@127.0.0.83" as Acct,
  snac: "groupbot@127.0.0.84" as Acct,
};

function recorded(server: RecordedServer, name: string): TinyAnswer {
  const { status, body, headers } = fixture(server, name);
  const { "content-type": type = "", link } = headers;
  return { status, body, type, headers: link === undefined ? {} : { link } };
}

/** A server that answers from what another recorded: `METHOD /path` to a fixture's name, or an answer. */
async function replay(
  server: RecordedServer,
  answers: Readonly<Record<string, string | TinyAnswer>>,
) {
  const tiny = await startTinyServer(({ method, path }: TinyRequest) => {
    const answer = answers[`${method} ${path}`];
    if (answer === undefined) return { status: 404, type: "text/html", body: "<h1>404" };
    return typeof answer === "string" ? recorded(server, answer) : answer;
  });
  const gateway: MastodonGateway = createGateway({
    baseUrl: tiny.baseUrl,
    token: "t",
    acct: accts[server],
    clock: systemClock,
    version: "1",
  });
  return { tiny, gateway, [Symbol.asyncDispose]: tiny.close };
}

function outgoing(more: Partial<OutgoingPost>): OutgoingPost {
  return {
    text: "",
    inReplyTo: undefined,
    visibility: "direct",
    spoilerText: "",
    isSensitive: false,
    mediaIds: [],
    language: undefined,
    key: "k",
    ...more,
  };
}

const me = "GET /api/v1/accounts/verify_credentials";

describe("a gateway to snac", () => {
  it("knows itself and a dead token", async () => {
    await using alive = await replay("snac", { [me]: "019-verify-credentials" });
    expect(await alive.gateway.whoAmI(never)).toMatchObject({
      acct: "groupbot@127.0.0.84",
      url: "http://127.0.0.84/groupbot",
    });
    for (const name of ["009-401-no-token", "010-401-bad-token"]) {
      await using dead = await replay("snac", { [me]: name });
      await expect(dead.gateway.whoAmI(never)).rejects.toMatchObject({ failure: "auth" });
    }
  });

  it("reads a stranger's mention that is called `status`, once it knows itself", async () => {
    await using snac = await replay("snac", {
      [me]: "019-verify-credentials",
      "GET /api/v1/notifications": "fed-49-notifications-remote-mention",
    });
    await snac.gateway.whoAmI(never);
    const { events } = await snac.gateway.notifications("17/95:x", never);
    expect(events.filter(({ kind }) => kind === "mention")).toHaveLength(4);
    expect(snac.tiny.requests[1]?.query.get("limit")).toBe("40");
    expect(snac.tiny.requests[1]?.query.get("max_id")).toBe("17/95:x");
  });

  it("takes the disguise off boosted posts", async () => {
    const id = "1795232686ebbfa12a65ea02dfa62a42f004ac7aca" as StatusId;
    await using snac = await replay("snac", {
      [`GET /api/v1/statuses/${id}`]: "080-status-after-reblog",
      "GET /api/v1/timelines/home": "084-home-bot-after-reblog",
    });
    expect(await snac.gateway.status(id, never)).toMatchObject({ id, rebloggedByUs: true });
    const page = await snac.gateway.home(undefined, never);
    expect(page.nextMaxId).toMatch(/^[0-9a-f]+$/);
    for (const event of page.events) {
      if (event.kind === "home") expect(event.status.id).toMatch(/^[0-9a-f]+$/);
    }
  });

  it("finds strangers by search, where lookup knows none", async () => {
    await using snac = await replay("snac", {
      "GET /api/v1/accounts/lookup": "029-lookup-missing-remote",
      "GET /api/v2/search": "fed-01-search-remote-handle",
    });
    const acct = "groupbot@127.0.0.83" as Acct;
    expect(await snac.gateway.account(acct, never)).toMatchObject({ acct });
    expect(snac.tiny.requests[1]?.query.get("q")).toBe(`@${acct}`);
    expect(await snac.gateway.account("other@127.0.0.83" as Acct, never)).toBeUndefined();
  });

  it("does not delete what only looks like ours because we boosted it", async () => {
    const id = "1795232686ebbfa12a65ea02dfa62a42f004ac7aca" as StatusId;
    await using snac = await replay("snac", {
      [`GET /api/v1/statuses/${id}`]: "080-status-after-reblog",
    });
    await expect(snac.gateway.deleteStatus(id, never)).rejects.toMatchObject({
      failure: "permanent",
    });
    expect(snac.tiny.requests).toHaveLength(1);
  });

  it("has no stream", async () => {
    await using snac = await replay("snac", { "GET /api/v1/instance": "001-instance-v1" });
    await snac.gateway.learnTraits(never);
    const stream = itemsBy(snac.gateway, { aliveTimeoutMs: 1_000 }, never);
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      failure: "permanent",
    });
  });
});

describe("a gateway to a server with media", () => {
  it.each<[string, TinyAnswer, object]>([
    ["is gone", { status: 404 }, { failure: "permanent", status: 404 }],
    ["is not to be had now", { status: 503 }, { failure: "transient", status: 503 }],
    ["is too big", { body: Buffer.alloc(40_000_001) }, { failure: "permanent" }],
    [
      "leads into the operator's own network",
      { status: 302, headers: { location: "http://192.168.0.1/" } },
      { failure: "permanent", status: undefined },
    ],
  ])("copies no file that %s", async (_name, answer, expected) => {
    await using server = await replay("snac", { "GET /media/1.png": answer });
    const url = `${server.tiny.baseUrl}/media/1.png`;
    await expect(server.gateway.copyMedia({ url, description: "" }, never)).rejects.toMatchObject(
      expected,
    );
    expect(server.tiny.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it("waits until the server has made up its mind about a file", async () => {
    const seen: string[] = [];
    await using tiny = await startTinyServer(({ method, path }) => {
      seen.push(`${method} ${path}`);
      if (path === "/media/1.png") return { type: "image/png", body: "x" };
      if (method === "POST") return { status: 202, body: { id: "7", url: null } };
      const polls = seen.filter((each) => each.endsWith("/7")).length;
      if (polls === 1) return { status: 206, body: { id: "7", url: null } };
      if (polls === 2) return { status: 404 };
      return { body: { id: "7", url: "http://x" } };
    });
    const clock = new FakeClock();
    const { baseUrl } = tiny;
    const acct = accts.snac;
    const gateway = createGateway({ baseUrl, token: "t", acct, clock, version: "1" });
    const copied = gateway.copyMedia({ url: `${baseUrl}/media/1.png`, description: "x" }, never);
    for (let i = 0; i < 3; i++) {
      await until(() => clock.sleeping === 1);
      await clock.advance(1_000);
    }
    expect(await copied).toBe("7");
    const upload = tiny.requests.find(({ method }) => method === "POST");
    expect(upload?.path).toBe("/api/v2/media");
    expect(upload?.body).toContain('name="description"');
    expect(upload?.body).toContain('filename="1.png"');
    expect(upload?.body).not.toContain("skip");
  });
});

describe("a gateway to Hollo", () => {
  it("pages by ids with slashes and colons", async () => {
    await using hollo = await replay("hollo", {
      "GET /api/v1/notifications": "fed-12-notifications-remote-mention",
    });
    const first = await hollo.gateway.notifications(undefined, never);
    expect(first.nextMaxId).toMatch(/^\d{4}-.*Z\/.*\//);
    await hollo.gateway.notifications(first.nextMaxId, never);
    expect(hollo.tiny.requests[1]?.query.get("max_id")).toBe(first.nextMaxId);
  });

  it("takes a dead token's 401 for one", async () => {
    await using hollo = await replay("hollo", { [me]: "010-401-bad-token" });
    await expect(hollo.gateway.whoAmI(never)).rejects.toMatchObject({ failure: "auth" });
  });

  it("tells whether a boost that broke half-way is there", async () => {
    const id = "01a1fc35-2c1c-7d6c-a5a6-1e2f7c1f2b11" as StatusId;
    await using hollo = await replay("hollo", {
      [`POST /api/v1/statuses/${id}/reblog`]: "073-reblog-again",
      [`GET /api/v1/statuses/${id}`]: "074-status-after-reblog",
    });
    await expect(hollo.gateway.reblog(id, "public", never)).rejects.toMatchObject({
      failure: "transient",
      isOutcomeKnown: false,
      status: 500,
    });
    expect(await hollo.gateway.status(id, never)).toMatchObject({ rebloggedByUs: true });
  });

  it("does not delete other people's posts, though Hollo would", async () => {
    const id = "01a1" as StatusId;
    await using hollo = await replay("hollo", {
      [`GET /api/v1/statuses/${id}`]: "074-status-after-reblog",
      [`DELETE /api/v1/statuses/${id}`]: { body: {} },
    });
    await expect(hollo.gateway.deleteStatus(id, never)).rejects.toMatchObject({
      failure: "permanent",
    });
  });

  it("reads who waits to follow", async () => {
    await using hollo = await replay("hollo", {
      "GET /api/v1/follow_requests": "181-follow-requests",
    });
    expect(await hollo.gateway.followRequests(never)).toMatchObject([
      { acct: expect.stringMatching(/@127\.0\.0\.83$/) },
    ]);
  });
});

describe("a gateway to GoToSocial", () => {
  it("asks for markdown once it knows that it may", async () => {
    await using server = await replay("gotosocial", {
      "GET /api/v2/instance": "instance-v2",
      "POST /api/v1/statuses": "idempotency-first",
    });
    await server.gateway.post(outgoing({ text: "a" }), never);
    await server.gateway.learnTraits(never);
    await server.gateway.post(outgoing({ text: "a" }), never);
    const bodies = server.tiny.requests
      .filter(({ method }) => method === "POST")
      .map(({ body }) => JSON.parse(body));
    expect(bodies).toEqual([
      { status: "a", visibility: "direct" },
      { status: "a", visibility: "direct", content_type: "text/markdown" },
    ]);
  });

  it("obeys both of its kinds of 429", async () => {
    for (const [name, headers, waitMs] of [
      [
        "ratelimit-429",
        { "x-ratelimit-reset": new Date(Date.now() + 60_000).toISOString() },
        60_000,
      ],
      ["throttled-429", { "retry-after": "30" }, 30_000],
    ] as const) {
      const { body } = fixture("gotosocial", name);
      await using server = await replay("gotosocial", {
        "GET /api/v1/timelines/home": { status: 429, body, headers },
      });
      const error: unknown = await server.gateway.home(undefined, never).catch((e: unknown) => e);
      expect(error).toMatchObject({ failure: "transient", status: 429, isOutcomeKnown: true });
      const told = (error as { retryAfterMs: number }).retryAfterMs;
      expect(Math.abs(told - waitMs)).toBeLessThan(5_000);
    }
  });

  it("skips what may not be boosted", async () => {
    await using server = await replay("gotosocial", {
      "POST /api/v1/statuses/1/reblog": "reblog-direct",
    });
    await expect(server.gateway.reblog("1" as StatusId, "public", never)).rejects.toMatchObject({
      failure: "permanent",
      status: 403,
    });
  });

  it("finds its own post by what it typed", async () => {
    const raw = fixture("gotosocial", "post-markdown").body as {
      account: { id: string };
      text: string;
    };
    const mine = { ...raw, created_at: new Date().toISOString() };
    const acct = "alice@127.0.0.1" as Acct;
    await using tiny = await startTinyServer(({ path }) =>
      path.endsWith("verify_credentials") ? { body: raw.account } : { body: [null, {}, mine] },
    );
    const gateway = createGateway({
      baseUrl: tiny.baseUrl,
      token: "t",
      acct,
      clock: systemClock,
      version: "1",
    });
    expect(await gateway.whoAmI(never)).toHaveProperty("acct");
    const post = outgoing({ text: raw.text, visibility: "public" });
    expect(await gateway.findPost(post, never)).toBe((mine as unknown as { id: string }).id);
    expect(await gateway.findPost({ ...post, text: "other" }, never)).toBeUndefined();
  });
});
