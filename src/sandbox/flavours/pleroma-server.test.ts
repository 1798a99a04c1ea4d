import { describe, expect, it } from "vitest";
import { openFlavour } from "../../testing/flavour-stage.js";
import { openSocket, refusedSocket } from "../../testing/socket-client.js";
import { until } from "../../testing/until.js";

const streaming = "/api/v1/streaming";

const open = () => openFlavour("pleroma-2.7", { hasRateLimits: false });

describe("Pleroma's tokens", () => {
  it.each([
    ["none", () => undefined],
    ["a wrong one", () => "wrong"],
  ])("are missed with 403 and never 401: %s", async (_, token) => {
    await using stage = await open();
    const answer = await stage.ask(token(), "GET", "/api/v1/notifications");
    expect([answer.status, answer.body]).toEqual([403, { error: "Invalid credentials." }]);
  });

  it("that are revoked or too narrow are answered alike", async () => {
    await using stage = await open();
    const path = "/api/v1/notifications";
    const narrow = await stage.ask(stage.bob.issueToken("write"), "GET", path);
    expect([narrow.status, narrow.body]).toEqual([
      403,
      { error: "Insufficient permissions: read:notifications." },
    ]);
    stage.alice.revokeTokens();
    expect((await stage.ask(stage.alice, "GET", path)).status).toBe(403);
    // For what is open to all, a dead token is no token.
    const timeline = await stage.ask(stage.alice, "GET", "/api/v1/timelines/public");
    expect(timeline.status).toBe(200);
  });

  it("end, and can be had anew with a refresh token", async () => {
    await using stage = await openFlavour("pleroma-2.7", { tokenLifetimeMs: 60_000 });
    const { here, ask, alice } = stage;
    const out = "urn:ietf:wg:oauth:2.0:oob";
    const app = await ask(undefined, "POST", "/api/v1/apps", {
      ...{ client_name: "Test", redirect_uris: out, scopes: "read" },
    });
    const { client_id, client_secret } = Object(app.body);
    const query = new URLSearchParams({
      ...{ client_id, redirect_uri: out, response_type: "code", scope: "read" },
    });
    const code = await alice.approve(`${here.baseUrl}/oauth/authorize?${query}`);
    const shared = { client_id, client_secret, redirect_uri: out };
    const first = await ask(undefined, "POST", "/oauth/token", {
      ...{ ...shared, grant_type: "authorization_code", code },
    });
    expect(first.body).toMatchObject({ expires_in: 60, refresh_token: expect.any(String) });
    const { access_token: old, refresh_token } = Object(first.body);
    const renew = { ...shared, grant_type: "refresh_token", refresh_token };
    const second = await ask(undefined, "POST", "/oauth/token", renew);
    const { access_token: fresh } = Object(second.body);
    const path = "/api/v1/accounts/verify_credentials";
    expect((await ask(fresh, "GET", path)).status).toBe(200);
    expect((await ask(old, "GET", path)).status).toBe(403);
    expect((await ask(undefined, "POST", "/oauth/token", renew)).status).toBe(400);
    expect((await ask(undefined, "POST", "/oauth/revoke", { token: "any" })).body).toEqual({});
  });
});

describe("Pleroma's Idempotency-Key", () => {
  it("is everybody's, for every path, and remembers failures", async () => {
    await using stage = await open();
    const { here, alice, bob } = stage;
    const post = (token: string, path: string, body: object) =>
      fetch(`${here.baseUrl}${path}`, {
        method: "POST",
        headers: {
          ...{ authorization: `Bearer ${token}`, "content-type": "application/json" },
          "idempotency-key": "k",
        },
        body: JSON.stringify(body),
      });
    const first = await post(alice.token, "/api/v1/statuses", { status: "" });
    expect(first.status).toBe(422);
    expect(first.headers.has("idempotent-replayed")).toBe(false);
    const second = await post(bob.token, "/api/v1/statuses", { status: "Good" });
    expect(second.status).toBe(422);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(second.headers.get("x-original-request-id")).not.toBe("");
    expect((await post(bob.token, "/api/v1/notifications/clear", {})).status).toBe(422);
  });
});

describe("Pleroma's stream", () => {
  it("takes its token from the query only", async () => {
    await using stage = await open();
    const { baseUrl } = stage.here;
    const { token } = stage.groupbot;
    const headers = { authorization: `Bearer ${token}` };
    const path = `${streaming}?stream=user`;
    const byHeader = await refusedSocket(baseUrl, path, { headers });
    expect(byHeader).toMatchObject({ status: 401, body: "Unauthorized" });
    expect((await refusedSocket(baseUrl, path, { protocol: token })).status).toBe(401);
    expect((await refusedSocket(baseUrl, `${path}&access_token=no`)).status).toBe(401);
    const nonsense = `${streaming}?stream=nonsense&access_token=${token}`;
    expect((await refusedSocket(baseUrl, nonsense)).status).toBe(404);
    await openSocket(baseUrl, `${path}&access_token=${token}`);
  });

  it("echoes no subprotocol, so that those who offer one give up", async () => {
    await using stage = await open();
    const { token } = stage.groupbot;
    const path = `${streaming}?stream=user&access_token=${token}`;
    await expect(openSocket(stage.here.baseUrl, path, { protocol: token })).rejects.toThrow();
  });

  it("acknowledges subscriptions, labels frames and deletes without a label", async () => {
    await using stage = await open();
    const { groupbot, alice, here } = stage;
    const path = `${streaming}?access_token=${groupbot.token}`;
    const client = await openSocket(here.baseUrl, path);
    const say = (type: string, stream: string) =>
      client.socket.send(JSON.stringify({ type, stream }));
    say("subscribe", "user");
    say("subscribe", "user");
    say("subscribe", "nonsense");
    say("subscribe", "user:notification");
    await until(() => client.frames.length === 4);
    const answer = (result: object) => ({
      event: "pleroma:respond",
      payload: JSON.stringify({ ...result, type: "subscribe" }),
    });
    expect(client.frames).toEqual([
      answer({ result: "success" }),
      answer({ result: "ignored" }),
      answer({ result: "error", error: "bad_topic" }),
      answer({ result: "success" }),
    ]);
    const { id } = await alice.post("@groupbot hi");
    await until(() => client.frames.length === 6);
    // By either of two subscriptions.
    expect(client.frames.slice(4)).toMatchObject([
      { stream: ["user"], event: "notification" },
      { stream: ["user:notification"], event: "notification" },
    ]);
    await alice.api("DELETE", `/api/v1/statuses/${id}`);
    await until(() => client.frames.length >= 7);
    expect(client.frames[6]).toEqual({ event: "delete", payload: id });
  });

  it("may be signed in later, and closes with its token", async () => {
    await using stage = await open();
    const { groupbot, here } = stage;
    const client = await openSocket(here.baseUrl, streaming);
    const { token } = groupbot;
    client.socket.send(JSON.stringify({ type: "subscribe", stream: "user" }));
    client.socket.send(JSON.stringify({ type: "pleroma:authenticate", token }));
    client.socket.send(JSON.stringify({ type: "subscribe", stream: "user" }));
    await until(() => client.frames.length === 3);
    expect(client.raw.map((frame) => /unauthorized|success/.exec(frame)?.[0])).toEqual([
      ...["unauthorized", "success", "success"],
    ]);
    groupbot.revokeTokens();
    await until(() => client.closeCode !== undefined);
  });

  it("pings, and minds nobody who does not answer", async () => {
    await using stage = await openFlavour("pleroma-2.7", { pingIntervalMs: 10 });
    const path = `${streaming}?stream=user&access_token=${stage.groupbot.token}`;
    const mute = await openSocket(stage.here.baseUrl, path, { hasPongs: false });
    await until(() => mute.pingCount >= 4);
    expect(mute.closeCode).toBeUndefined();
  });
});

describe("Pleroma's limits", () => {
  it("counts text in code points, links whole", async () => {
    await using stage = await openFlavour("pleroma-2.7", { maxCharacters: 10 });
    const post = async (status: string, spoiler_text = "") =>
      await stage.ask(stage.alice, "POST", "/api/v1/statuses", { status, spoiler_text });
    expect((await post("👍🏽".repeat(5))).status).toBe(200);
    const long = await post("https://x.test");
    expect([long.status, long.body]).toEqual([
      422,
      { error: "The status is over the character limit" },
    ]);
    expect((await post("12345678", "abc")).status).toBe(422);
  });

  it("throttles actions, and says nothing of when to come back", async () => {
    await using stage = await openFlavour("pleroma-2.7");
    const { id } = await stage.post(stage.alice, "@groupbot hi");
    const reblog = () => stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${id}/reblog`);
    for (let count = 0; count < 3; count++) expect((await reblog()).status).toBe(200);
    const fourth = await reblog();
    expect([fourth.status, fourth.body]).toEqual([429, { error: "Throttled" }]);
    const names = Object.keys(fourth.headers).filter((name) => /ratelimit|retry/i.test(name));
    expect(names).toEqual([]);
  });
});
