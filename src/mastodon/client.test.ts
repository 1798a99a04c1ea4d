import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { GatewayError } from "../errors.js";
import {
  startTinyServer,
  type TinyAnswer,
  type TinyRequest,
  type TinyServer,
} from "../testing/tiny-server.js";
import { createClient, segment } from "./client.js";
import type { HttpOptions } from "./http.js";

const servers: TinyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const never = new AbortController().signal;

async function serve(handle: (request: TinyRequest) => TinyAnswer | Promise<TinyAnswer>) {
  const server = await startTinyServer(handle);
  servers.push(server);
  return server;
}

function options(server: TinyServer, more: Partial<HttpOptions> = {}): HttpOptions {
  return {
    baseUrl: server.baseUrl,
    token: "s3cret",
    version: "1.2.3",
    clock: systemClock,
    ...more,
  };
}

async function failure(call: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw new Error("There was no GatewayError.", { cause: error });
}

describe("createClient, when the server answers oddly", () => {
  const html = "<!DOCTYPE html><title>nginx</title>";
  it.each<[string, TinyAnswer, object]>([
    [
      "an HTML 502",
      { status: 502, type: "text/html", body: html },
      { status: 502, failure: "transient", isOutcomeKnown: false },
    ],
    [
      "an HTML 200",
      { type: "text/html", body: html },
      { status: 200, failure: "transient", isOutcomeKnown: false },
    ],
    [
      "an empty 200",
      { type: "text/html", body: "" },
      { status: 200, failure: "transient", isOutcomeKnown: false },
    ],
    [
      "half a JSON 200",
      { body: '{"id":"1' },
      { status: 200, failure: "transient", isOutcomeKnown: false },
    ],
    [
      "a plain 503",
      { status: 503, type: "text/plain", body: "busy" },
      { status: 503, failure: "transient" },
    ],
    [
      "a 502 without type",
      { status: 502, type: "", body: "" },
      { status: 502, failure: "transient" },
    ],
    [
      "an empty 500 that says JSON",
      { status: 500, body: "" },
      { status: 500, failure: "transient", isOutcomeKnown: false },
    ],
    ["a JSON string 500", { status: 500, body: '"oops"' }, { status: 500, failure: "transient" }],
    [
      "a 401",
      { status: 401, body: { error: "The access token is invalid" } },
      { status: 401, failure: "auth" },
    ],
    [
      "an empty 401",
      { status: 401, type: "text/html", body: "" },
      { status: 401, failure: "auth" },
    ],
    [
      "a 404",
      { status: 404, type: "text/html", body: "<h1>404</h1>" },
      { status: 404, failure: "permanent", isOutcomeKnown: true },
    ],
    [
      "a 429",
      { status: 429, body: { error: "Too many requests" }, headers: { "retry-after": "9" } },
      { status: 429, failure: "transient", retryAfterMs: 9_000, isOutcomeKnown: true },
    ],
    [
      "a dropped connection",
      "drop",
      { status: undefined, failure: "transient", isOutcomeKnown: false },
    ],
  ])("keeps the truth about %s", async (_name, answer, expected) => {
    const server = await serve(() => answer);
    const client = createClient(options(server), never);
    expect(await failure(client.api.v1.statuses.$select("1").reblog())).toMatchObject(expected);
  });

  it("reads JSON under any content type, or none", async () => {
    for (const type of ["", "application/activity+json", "text/html"]) {
      const server = await serve(() => ({ type, body: '{"max_toot_chars":7}' }));
      const client = createClient(options(server), never);
      expect(await client.api.v1.instance.fetch()).toEqual({ maxTootChars: 7 });
    }
  });

  it("takes 204 for done", async () => {
    const server = await serve(() => ({ status: 204, type: "", body: "" }));
    await createClient(options(server), never).api.v1.statuses.$select("1").remove();
  });

  it("gives up when nobody is there", async () => {
    const server = await serve(() => ({}));
    await server.close();
    servers.pop();
    const error = await failure(createClient(options(server), never).api.v1.instance.fetch());
    expect(error).toMatchObject({ failure: "transient", status: undefined, isOutcomeKnown: true });
  });

  it("gives up on a server that does not answer, lists too", async () => {
    const server = await serve(() => "hang");
    const { api } = createClient(options(server, { timeoutMs: 30 }), never);
    for (const call of [api.v1.instance.fetch(), Promise.resolve(api.v1.notifications.list())]) {
      const error = await failure(call);
      expect(error).toMatchObject({ failure: "transient", isOutcomeKnown: false });
      expect(error.message).toContain("no answer within 30 ms");
    }
  });

  it("refuses an answer that is too long", async () => {
    const server = await serve(() => ({ body: { text: "x".repeat(5_000) } }));
    const client = createClient(options(server, { maxBytes: 1_000 }), never);
    const error = await failure(client.api.v1.instance.fetch());
    expect(error).toMatchObject({ failure: "transient", isOutcomeKnown: false });
    expect(error.message).toContain("too long");
  });

  it("rejects with the signal's reason at once, before and during a call, lists too", async () => {
    const server = await serve(() => "hang");
    const reason = new Error("shutting down");
    const aborted = AbortSignal.abort(reason);
    await expect(createClient(options(server), aborted).api.v1.instance.fetch()).rejects.toBe(
      reason,
    );
    expect(server.requests).toHaveLength(0);

    const controller = new AbortController();
    const { api } = createClient(options(server), controller.signal);
    const calls = [api.v1.instance.fetch(), Promise.resolve(api.v1.timelines.home.list())];
    const settled = Promise.allSettled(calls);
    controller.abort(reason);
    expect(await settled).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
  });

  it.each(["two\nlines", "hvězda", "", "a b"])(
    "does not send, or show, the token %j",
    async (token) => {
      const server = await serve(() => ({}));
      const error = await failure(
        createClient(options(server, { token }), never).api.v1.instance.fetch(),
      );
      expect(error).toMatchObject({ failure: "auth", isOutcomeKnown: true });
      if (token !== "") expect(`${error.stack}`).not.toContain(token);
      expect(server.requests).toHaveLength(0);
    },
  );

  it("never shows the token", async () => {
    const server = await serve(({ headers }) => ({
      status: 422,
      body: { error: `You sent ${headers.authorization} to ?access_token=s3cret` },
    }));
    const error = await failure(createClient(options(server), never).api.v1.instance.fetch());
    expect(`${error.message} ${error.stack}`).not.toContain("s3cret");
  });
});

describe("createClient, what it sends", () => {
  it("says who it is", async () => {
    const server = await serve(() => ({ body: {} }));
    await createClient(options(server), never).api.v1.accounts.verifyCredentials();
    expect(server.requests[0]).toMatchObject({
      method: "GET",
      path: "/api/v1/accounts/verify_credentials",
      headers: {
        authorization: "Bearer s3cret",
        "user-agent": `fedigroups/1.2.3 (+${server.baseUrl})`,
      },
    });
  });

  it("sends neither body nor content type without data", async () => {
    const server = await serve(() => ({ body: {} }));
    await createClient(options(server), never).api.v1.statuses.$select("1").unreblog();
    expect(server.requests[0]).toMatchObject({
      method: "POST",
      path: "/api/v1/statuses/1/unreblog",
      body: "",
    });
    expect(server.requests[0]?.headers).not.toHaveProperty("content-type");
  });

  it("sends data as JSON", async () => {
    const server = await serve(() => ({ body: {} }));
    await createClient(options(server), never).api.v1.statuses.create(
      { status: "hi", inReplyToId: "7" },
      { requestInit: { headers: { "Idempotency-Key": "k" } } },
    );
    expect(server.requests[0]?.headers).toMatchObject({
      "content-type": "application/json",
      "idempotency-key": "k",
    });
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      status: "hi",
      in_reply_to_id: "7",
    });
  });

  it("encodes ids that hold slashes and colons", async () => {
    const server = await serve(() => ({ body: [] }));
    const id = "2026-11-21T03:46:42.448Z/mention/a-b";
    const { api } = createClient(options(server), never);
    await api.v1.notifications.list({ limit: 40, maxId: id });
    await api.v1.notifications.$select(segment(id)).fetch();
    expect(server.requests[0]?.query.get("max_id")).toBe(id);
    expect(server.requests[1]?.path).toBe(`/api/v1/notifications/${encodeURIComponent(id)}`);
    expect(() => segment("..")).toThrow(GatewayError);
  });

  it("asks for the same path twice", async () => {
    const server = await serve(() => ({ body: {} }));
    const reblog = () => createClient(options(server), never).api.v1.statuses.$select("9").reblog();
    await reblog();
    await reblog();
    expect(server.requests.map(({ path }) => path)).toEqual([
      "/api/v1/statuses/9/reblog",
      "/api/v1/statuses/9/reblog",
    ]);
  });

  it("follows links that are relative or hold commas", async () => {
    const server = await serve(({ query }) => {
      const page = Number(query.get("page") ?? "0");
      const link = [
        '</api/v1/blocks?page=1>; rel="next"',
        '<http://other.example/api/v1/blocks?page=2&types=a,b>; rel="next", <x>; rel="prev"',
      ][page];
      return { body: [{ id: `${page}` }], headers: link === undefined ? {} : { link } };
    });
    const ids: string[] = [];
    for await (const page of createClient(options(server), never).api.v1.blocks.list()) {
      ids.push(...page.map(({ id }) => id));
    }
    expect(ids).toEqual(["0", "1", "2"]);
  });
});

describe("createClient, when it is redirected", () => {
  it("follows within the server", async () => {
    const server = await serve(({ path }) =>
      path === "/api/v1/instance"
        ? { status: 301, headers: { location: "/api/v1/instance2" } }
        : { body: { uri: "here" } },
    );
    expect(await createClient(options(server), never).api.v1.instance.fetch()).toEqual({
      uri: "here",
    });
    expect(server.requests[1]?.headers.authorization).toBe("Bearer s3cret");
  });

  it("does not carry the token to another server", async () => {
    const other = await serve(() => ({ body: { uri: "elsewhere" } }));
    const server = await serve(() => ({
      status: 302,
      headers: { location: `${other.baseUrl}/x` },
    }));
    const error = await failure(createClient(options(server), never).api.v1.instance.fetch());
    expect(error).toMatchObject({ failure: "transient", status: 302 });
    expect(error.message).toContain(other.baseUrl);
    expect(other.requests).toHaveLength(0);
  });

  it("does not post a second time, and does not run in circles", async () => {
    const server = await serve(({ path }) => ({ status: 307, headers: { location: path } }));
    const { api } = createClient(options(server), never);
    expect(await failure(api.v1.statuses.create({ status: "x" }))).toMatchObject({ status: 307 });
    expect(server.requests).toHaveLength(1);
    expect(await failure(api.v1.instance.fetch())).toMatchObject({ status: 307 });
    expect(server.requests).toHaveLength(7);
  });
});
