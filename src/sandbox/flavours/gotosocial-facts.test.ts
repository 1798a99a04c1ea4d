import { describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { at, type FlavourStage, idOf, openFlavour } from "../../testing/flavour-stage.js";
import { type Answer, differences } from "../../testing/same-shape.js";
import { openSocket, refusedSocket } from "../../testing/socket-client.js";
import { until } from "../../testing/until.js";
import type { HostOptions } from "../surface.js";
import { gotosocialThrottled } from "./gotosocial-server.js";

const open = (options: Partial<HostOptions> = {}) => openFlavour("gotosocial-0.20", options);
const headers = { "user-agent": "tester" };
const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;

function stream({ here, groupbot }: FlavourStage, more = "stream=user") {
  const path = `/api/v1/streaming?${more}&access_token=${groupbot.token}`;
  return openSocket(here.baseUrl, path, { headers });
}

/** A frame and its payload, to be compared as answers are. */
function answerFrom(frame: string): Answer {
  const { payload, ...rest }: { readonly payload: string } = JSON.parse(frame);
  const isThing = payload.startsWith("{");
  return {
    ...{ status: 0, headers: {} },
    body: { ...rest, payload: isThing ? JSON.parse(payload) : payload },
  };
}

function eventsOf(frames: readonly unknown[]): readonly unknown[] {
  return frames.map((frame) => (frame as { readonly event?: unknown }).event);
}

describe("GoToSocial's streams", () => {
  it("1: open only for who says who they are", async () => {
    await using stage = await open();
    const path = `/api/v1/streaming?stream=user&access_token=${stage.groupbot.token}`;
    const refused = await refusedSocket(stage.here.baseUrl, path);
    expect(refused).toMatchObject({ status: 418, body: expect.stringContaining("user-agent") });
  });

  it("2: are said to be encrypted even where they are not", async () => {
    await using stage = await open();
    const v2 = await stage.ask(undefined, "GET", "/api/v2/instance");
    expect(at(v2, "configuration", "urls", "streaming")).toMatch(/^wss:\/\/127\.0\.0\.1/);
  });

  it("3, 4: take a token anywhere, and refuse bad ones with 401", async () => {
    await using stage = await open();
    const { baseUrl } = stage.here;
    const path = "/api/v1/streaming?stream=user";
    const { token } = stage.groupbot;
    await openSocket(baseUrl, path, { headers, protocol: token });
    await openSocket(baseUrl, path, { headers: { ...headers, authorization: `Bearer ${token}` } });
    const bad = await refusedSocket(baseUrl, `${path}&access_token=bad`, { headers });
    expect(bad).toMatchObject({ status: 401, body: expect.stringContaining('"Unauthorized"') });
    const none = await refusedSocket(baseUrl, path, { headers });
    expect(none.body).toContain("token not supplied");
    const slash = await refusedSocket(baseUrl, "/api/v1/streaming/?stream=user", { headers });
    expect(slash.status).toBe(301);
  });

  it("5, 8: pass over what they do not know", async () => {
    await using stage = await open();
    const odd = await stream(stage, "stream=nonsense");
    odd.socket.send(JSON.stringify({ type: "subscribe", stream: "user:notification" }));
    const byUrl = await stream(stage, "stream=user:notification");
    await stage.alice.post("@groupbot hi");
    await until(() => byUrl.frames.length === 1);
    expect(odd.frames).toEqual([]);
    odd.socket.send(JSON.stringify({ type: "subscribe", stream: "user" }));
    await stage.alice.post("@groupbot hi again");
    await until(() => odd.frames.length === 1);
  });

  it("6: ping whoever has heard nothing, and mind no silence", async () => {
    await using stage = await open({ pingIntervalMs: 20 });
    const path = `/api/v1/streaming?stream=user&access_token=${stage.groupbot.token}`;
    const mute = await openSocket(stage.here.baseUrl, path, { headers, hasPongs: false });
    const payloads: string[] = [];
    mute.socket.on("ping", (payload) => payloads.push(String(payload)));
    await until(() => payloads.length >= 3);
    expect(payloads[0]).toBe("ping!");
    expect(mute.closeCode).toBeUndefined();
  });

  it("9, 10: drop who sends no JSON, and go on when a token is revoked", async () => {
    await using stage = await open();
    const [rude, revoked] = [await stream(stage), await stream(stage)];
    rude.socket.send("hello");
    await until(() => rude.closeCode === 1006);
    stage.groupbot.revokeTokens();
    await stage.alice.post("@groupbot hi");
    await until(() => revoked.frames.length === 1);
    expect(revoked.raw[0]).toMatch(/\n$/);
    const rest = await stage.ask(stage.groupbot, "GET", "/api/v1/accounts/verify_credentials");
    expect(rest.status).toBe(401);
  });

  it("21: tell a mention by somebody followed twice, also a direct one", async () => {
    await using stage = await open();
    await stage.groupbot.follow("alice@here.test");
    const client = await stream(stage);
    await stage.alice.post("@groupbot hi", { visibility: "direct" });
    await until(() => client.frames.length === 2);
    expect(eventsOf(client.frames)).toEqual(["update", "notification"]);
    await stage.bob.post("@groupbot hi");
    await until(() => client.frames.length === 3);
    expect(eventsOf(client.frames).at(-1)).toBe("notification");
  });

  it("7: send frames of the recorded shape", async () => {
    await using stage = await open();
    await stage.groupbot.follow("alice@here.test");
    const client = await stream(stage);
    const { id } = await stage.alice.post("@groupbot hello #foo");
    await until(() => client.raw.length === 2);
    await stage.groupbot.api("POST", "/api/v2/filters", { title: "t", context: ["home"] });
    await until(() => client.raw.length === 3);
    await stage.alice.api("DELETE", `/api/v1/statuses/${id}`);
    await until(() => client.raw.length === 4);
    const names = ["stream-mention-public", "stream-filters-changed", "stream-delete"];
    const recorded = names.flatMap((name) => fixture("gotosocial", name).frames);
    const compared = recorded.map((frame, index) =>
      differences(answerFrom(frame), answerFrom(client.raw[index] ?? ""), { roles: "none here" }),
    );
    expect(compared).toEqual([[], [], [], []]);
  });

  it("tell everybody of every deletion", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("nobody's business", { visibility: "private" });
    const client = await stream(stage);
    await stage.alice.api("DELETE", `/api/v1/statuses/${id}`);
    await until(() => client.frames.length === 1);
    expect(client.frames).toEqual([{ stream: ["user"], event: "delete", payload: id }]);
  });
});

describe("GoToSocial's API", () => {
  it("13, 47: has ULIDs, and whole seconds in notifications", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("@groupbot hi");
    expect(id).toMatch(ulid);
    const answer = await stage.ask(stage.groupbot, "GET", "/api/v1/notifications");
    expect(at(answer, 0, "id")).toMatch(ulid);
    expect(at(answer, 0, "created_at")).toMatch(/\.000Z$/);
  });

  it("15: repeats a home timeline that is shorter than asked for", async () => {
    await using stage = await open();
    await stage.groupbot.follow("alice@here.test");
    const [one, two] = [await stage.alice.post("one"), await stage.alice.post("two")];
    const home = await stage.ask(stage.groupbot, "GET", "/api/v1/timelines/home?limit=20");
    const ids = (home.body as readonly { readonly id: string }[]).map(({ id }) => id);
    expect(ids).toEqual([two.id, one.id, two.id, one.id]);
  });

  it("23, 24: boosts twice, takes back one at a time, and asks nobody how widely", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("hi", { visibility: "unlisted" });
    const act = (name: string) =>
      stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${id}/${name}`, { visibility: "public" });
    const [first, second] = [await act("reblog"), await act("reblog")];
    expect(at(first, "id")).not.toBe(at(second, "id"));
    expect(at(second, "visibility")).toBe("unlisted");
    const count = async () => {
      const { body } = await stage.ask(stage.alice, "GET", `/api/v1/statuses/${id}`);
      return body;
    };
    expect(await count()).toMatchObject({ reblogs_count: 2 });
    const told = await stage.alice.notifications();
    expect(told.filter(({ type }) => type === "reblog")).toHaveLength(2);
    expect(at(await act("unreblog"), "reblogged")).toBe(true);
    expect(await count()).toMatchObject({ reblogs_count: 1 });
    await act("unreblog");
    expect((await act("unreblog")).body).toMatchObject({ reblogged: false, reblogs_count: 0 });
  });

  it("27, 31, 48: heeds no key, replies publicly unless told, and reaches only whom one names", async () => {
    await using stage = await open();
    const post = (body: object) =>
      fetch(`${stage.here.baseUrl}/api/v1/statuses`, {
        method: "POST",
        headers: {
          ...{ authorization: `Bearer ${stage.groupbot.token}`, "idempotency-key": "k" },
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
      }).then((response) => response.json() as Promise<Readonly<Record<string, string>>>);
    const [{ id: one }, { id: other }] = [await post({ status: "a" }), await post({ status: "a" })];
    expect(one).not.toBe(other);
    const direct = await stage.alice.post("@groupbot hi", { visibility: "direct" });
    const { visibility } = await post({ status: "here", in_reply_to_id: direct.id });
    expect(visibility).toBe("public");
    await post({ status: "nobody", visibility: "direct", in_reply_to_id: direct.id });
    expect(await stage.alice.notifications()).toEqual([]);
  });

  it("42: limits all of one address together, upgrades too, and may have too much to do", async () => {
    await using stage = await open();
    const ask = () => stage.ask(stage.groupbot, "GET", "/api/v1/notifications?limit=1");
    expect((await ask()).headers).toMatchObject({ "x-ratelimit-remaining": "299" });
    for (let count = 1; count < 300; count += 1) await ask();
    const refused = await stage.ask(stage.alice, "GET", "/api/v1/notifications?limit=1");
    expect(refused).toMatchObject({ status: 429, body: { error: "rate limit reached" } });
    expect(refused.headers).not.toHaveProperty("retry-after");
    const path = `/api/v1/streaming?stream=user&access_token=${stage.bob.token}`;
    expect((await refusedSocket(stage.here.baseUrl, path, { headers })).status).toBe(429);
    stage.there.faults.failNext({}, gotosocialThrottled);
    const throttled = await stage.ask(stage.dave, "GET", "/api/v1/notifications");
    expect(throttled).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
  });

  it("38, 40, 50: follows at once, says nothing of strangers, and wants the sign before handles", async () => {
    await using stage = await open();
    const carol = stage.here.addUser({ username: "carol" });
    const id = await idOf(stage, "carol");
    const follow = await stage.ask(stage.bob, "POST", `/api/v1/accounts/${id}/follow`);
    expect(follow.body).toMatchObject({ following: false, requested: true });
    expect(carol.username).toBe("carol");
    const nobody = "/api/v1/accounts/relationships?id[]=01HTN5366CYTPR78V0TXKM1JZZ";
    expect((await stage.ask(stage.bob, "GET", nobody)).body).toMatchObject([{ following: false }]);
    const search = (q: string) => stage.ask(stage.bob, "GET", `/api/v1/accounts/search?q=${q}`);
    expect((await search("alice@here.test")).body).toEqual([]);
    expect((await search("@alice@here.test")).body).toHaveLength(1);
  });

  it("49: refuses an empty body that says it is JSON", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("hi");
    const answer = await stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${id}/reblog`, "");
    expect(answer.status).toBe(400);
    const app = { client_name: "a", redirect_uris: ["urn:ietf:wg:oauth:2.0:oob"] };
    expect((await stage.ask(undefined, "POST", "/api/v1/apps", app)).status).toBe(400);
  });
});
