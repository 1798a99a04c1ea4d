import { describe, expect, it } from "vitest";
import { createFakeWorld } from "../../../testing/fake-world.js";
import { openSocket, refusedSocket } from "../../../testing/socket-client.js";
import { until } from "../../../testing/until.js";
import type { HostOptions } from "../../surface.js";
import { serveWorld } from "../serve.js";

const update = { event: "update", payload: { id: "7" } } as const;
const notification = { event: "notification", payload: { id: "8" } } as const;

interface Place {
  readonly query?: string;
  readonly protocol?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function aHost(options: Partial<HostOptions> = {}) {
  const world = createFakeWorld();
  const sandbox = await serveWorld(world, { hosts: [{ domain: "sandbox.test", ...options }] });
  const host = sandbox.host("sandbox.test");
  const ada = host.addUser({ username: "ada" });
  const open = (stream = "?stream=user", token = ada.token) =>
    openSocket(host.baseUrl, `/api/v1/streaming${stream}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  return { world, host, ada, open, [Symbol.asyncDispose]: () => sandbox.close() };
}

describe("a stream", () => {
  it.each([
    ["the header", (token: string) => ({ headers: { authorization: `Bearer ${token}` } })],
    ["the query", (token: string) => ({ query: `&access_token=${token}` })],
    ["the subprotocol", (token: string) => ({ protocol: token })],
  ])("takes the token from %s", async (_where, place: (token: string) => Place) => {
    await using at = await aHost();
    const { query = "", ...options } = place(at.ada.token);
    const path = `/api/v1/streaming?stream=user${query}`;
    const client = await openSocket(at.host.baseUrl, path, options);
    at.world.publish("ada", update);
    await until(() => client.frames.length === 1);
    expect(client.socket.protocol).toBe(options.protocol ?? "");
  });

  it("is refused without a good token", async () => {
    await using at = await aHost();
    const path = "/api/v1/streaming?stream=user";
    expect(await refusedSocket(at.host.baseUrl, path)).toEqual({
      ...{ status: 401, reason: "Missing access token", body: "" },
    });
    expect(await refusedSocket(at.host.baseUrl, `${path}&access_token=wrong`)).toEqual({
      ...{ status: 401, reason: "Invalid access token", body: "" },
    });
    at.ada.revokeTokens();
    const revoked = `${path}&access_token=${at.ada.token}`;
    expect(await refusedSocket(at.host.baseUrl, revoked)).toMatchObject({ status: 401 });
    expect(at.host.requests.map((request) => request.status)).toEqual([401, 401, 401]);
  });

  it("sends Mastodon's frames", async () => {
    await using at = await aHost();
    const client = await at.open();
    at.world.publish("ada", update);
    at.world.publish("ada", { event: "delete", payload: "7" });
    await until(() => client.raw.length === 2);
    expect(client.raw).toEqual([
      '{"stream":["user"],"event":"update","payload":"{\\"id\\":\\"7\\"}"}',
      '{"stream":["user"],"event":"delete","payload":"7"}',
    ]);
  });

  it("sends a user's events to that user only", async () => {
    await using at = await aHost();
    const bob = at.host.addUser({ username: "bob" });
    const [ofAda, ofBob] = [await at.open(), await at.open("?stream=user", bob.token)];
    at.world.publish("ada", update);
    at.world.publish("bob", notification);
    await until(() => ofBob.frames.length > 0 && ofAda.frames.length > 0);
    expect(ofBob.frames).toMatchObject([{ event: "notification" }]);
  });

  it("subscribes and unsubscribes by message, at any path below", async () => {
    await using at = await aHost();
    const client = await at.open("/");
    at.world.publish("ada", update);
    client.socket.send('{"type":"subscribe","stream":"user:notification"}');
    client.socket.send('{"type":"subscribe","stream":"nonsense"}');
    await until(() => client.frames.length === 1);
    expect(client.frames).toEqual([{ error: "Unknown stream type", status: 400 }]);
    at.world.publish("ada", update);
    at.world.publish("ada", notification);
    await until(() => client.frames.length === 2);
    expect(client.frames[1]).toMatchObject({
      ...{ stream: ["user:notification"], event: "notification" },
    });
    client.socket.send('{"type":"unsubscribe","stream":"user:notification"}');
    client.socket.send('{"type":"subscribe","stream":"nonsense"}');
    await until(() => client.frames.length === 3);
    at.world.publish("ada", notification);
    at.host.faults.streams.sendRaw("ada", "the end");
    await until(() => client.raw.at(-1) === "the end");
    expect(client.frames).toHaveLength(4);
  });

  it("accepts other streams and never feeds them, and passes over odd messages", async () => {
    await using at = await aHost();
    const client = await at.open("?stream=public:local");
    for (const odd of ["no JSON", "null", "[]", '{"type":"x"}']) client.socket.send(odd);
    client.socket.send('{"type":"subscribe","stream":["hashtag"],"tag":"x"}');
    client.socket.send('{"type":"subscribe"}');
    await until(() => client.frames.length === 1);
    at.world.publish("ada", update);
    at.host.faults.streams.sendRaw("ada", "the end");
    await until(() => client.raw.at(-1) === "the end");
    expect(client.raw).toHaveLength(2);
  });

  it("tells no notifications to a token that may not read them", async () => {
    await using at = await aHost();
    const client = await at.open("?stream=user", at.ada.issueToken("read:statuses"));
    at.world.publish("ada", notification);
    at.world.publish("ada", update);
    await until(() => client.frames.length > 0);
    expect(client.frames).toMatchObject([{ event: "update" }]);
    const blind = await at.open("?stream=user", at.ada.issueToken("write"));
    await until(() => blind.frames.length > 0);
    expect(blind.frames).toMatchObject([{ status: 401 }]);
  });

  it("pings, and cuts off who does not answer", async () => {
    await using at = await aHost({ pingIntervalMs: 20 });
    const mute = await openSocket(
      at.host.baseUrl,
      `/api/v1/streaming?stream=user&access_token=${at.ada.token}`,
      { hasPongs: false },
    );
    const lively = await at.open();
    await until(() => mute.closeCode !== undefined && lively.pingCount >= 3);
    expect(mute.closeCode).toBe(1006);
    expect(lively.closeCode).toBeUndefined();
  });

  it("answers the client's pings", async () => {
    await using at = await aHost();
    const client = await at.open();
    client.socket.ping();
    await until(() => client.pongCount === 1);
  });

  it("closes for a binary frame with 1003", async () => {
    await using at = await aHost();
    const client = await at.open();
    client.socket.send(Buffer.from([1]));
    expect(await until(() => client.closeCode)).toBe(1003);
  });

  it("closes without a code when the token is revoked, and only then", async () => {
    await using at = await aHost();
    const other = await at.open("?stream=user", at.ada.issueToken("read"));
    const client = await at.open();
    at.ada.revokeTokens();
    expect(await until(() => client.closeCode)).toBe(1005);
    expect(await until(() => other.closeCode)).toBe(1005);
    await until(() => at.host.faults.streams.count() === 0);
  });

  it("breaks when the host stops, and is not replayed what it missed", async () => {
    await using at = await aHost();
    const client = await at.open();
    await at.host.stop();
    expect(await until(() => client.closeCode)).toBe(1006);
    at.world.publish("ada", update);
    await at.host.start();
    const again = await at.open();
    at.world.publish("ada", notification);
    await until(() => again.frames.length > 0);
    expect(again.frames).toMatchObject([{ event: "notification" }]);
  });

  it("tells that it is there, unless the host has none", async () => {
    await using at = await aHost();
    expect(await (await fetch(`${at.host.baseUrl}/api/v1/streaming/health`)).text()).toBe("OK");
    await using none = await aHost({ hasStreaming: false });
    const path = `/api/v1/streaming?access_token=${none.ada.token}`;
    expect(await refusedSocket(none.host.baseUrl, path)).toMatchObject({ status: 404 });
    expect((await fetch(`${none.host.baseUrl}/api/v1/streaming/health`)).status).toBe(404);
    const elsewhere = `/elsewhere?access_token=${at.ada.token}`;
    expect(await refusedSocket(at.host.baseUrl, elsewhere)).toMatchObject({ status: 404 });
  });
});
