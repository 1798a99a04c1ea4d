import { describe, expect, it } from "vitest";
import { aFakeSandbox } from "../../../testing/fake-sandbox.js";
import { openSocket, refusedSocket } from "../../../testing/socket-client.js";
import { until } from "../../../testing/until.js";
import type { HostOptions } from "../../surface.js";

async function aSandbox(options: Partial<HostOptions> = {}) {
  const at = await aFakeSandbox(options);
  const path = (token: string) => `/api/v1/streaming?stream=user&access_token=${token}`;
  const publish = (...ids: readonly string[]) => {
    for (const payload of ids) at.world.publish("ada", { event: "delete", payload });
  };
  return {
    ...{ ...at, publish, faults: at.host.faults.streams, path: path(at.ada.token) },
    open: (token = at.ada.token) => openSocket(at.host.baseUrl, path(token)),
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}

const payloads = (client: { readonly frames: readonly unknown[] }) =>
  client.frames.map((frame) => Object(frame).payload as unknown);

describe("stream faults", () => {
  it("count and drop the sockets of one user or of all", async () => {
    await using at = await aSandbox();
    const bob = at.host.addUser({ username: "bob" });
    const [a, b, c] = [await at.open(), await at.open(), await at.open(bob.token)];
    expect([at.faults.count(), at.faults.count("ada"), at.faults.count("bob")]).toEqual([3, 2, 1]);
    at.faults.drop("ada");
    expect(at.faults.count()).toBe(1);
    expect(await until(() => a.closeCode)).toBe(1006);
    expect(await until(() => b.closeCode)).toBe(1006);
    at.faults.drop(undefined, 1012);
    expect(await until(() => c.closeCode)).toBe(1012);
  });

  it("silence: pings, but no events", async () => {
    await using at = await aSandbox({ pingIntervalMs: 10 });
    const client = await at.open();
    at.faults.silence(true);
    at.publish("lost");
    const { pingCount } = client;
    await until(() => client.pingCount > pingCount + 2);
    at.faults.silence(false);
    at.publish("1");
    await until(() => client.frames.length > 0);
    expect(payloads(client)).toEqual(["1"]);
  });

  it("freeze: nothing at all, neither way, but the sockets stay", async () => {
    await using at = await aSandbox({ pingIntervalMs: 10 });
    const [client, dead] = [await at.open(), await at.open()];
    await until(() => client.pingCount > 0);
    at.faults.freeze(true);
    at.publish("lost");
    at.faults.sendRaw("ada", "lost");
    client.socket.ping();
    dead.socket.ping();
    // Whatever was on its way arrives before the answer to a request.
    await at.askAs("GET", "/api/v1/timelines/home");
    const { pingCount } = client;
    const startedAt = performance.now();
    await until(() => performance.now() - startedAt > 60);
    expect([client.pingCount, client.pongCount, client.frames.length]).toEqual([pingCount, 0, 0]);
    expect(client.closeCode).toBeUndefined();
    dead.socket.terminate();
    const late = await at.open();
    at.faults.freeze(false);
    await until(() => client.pongCount === 1 && at.faults.count() === 2);
    at.publish("1");
    await until(() => client.frames.length > 0 && late.frames.length > 0);
    expect(payloads(client)).toEqual(["1"]);
  });

  it("repeat each event", async () => {
    await using at = await aSandbox();
    const client = await at.open();
    at.faults.repeat(3);
    at.publish("1", "2");
    await until(() => client.frames.length === 6);
    expect(payloads(client)).toEqual(["1", "1", "1", "2", "2", "2"]);
  });

  it("reorder events, and let go what is held when called off", async () => {
    await using at = await aSandbox();
    const client = await at.open();
    at.faults.reorder(3);
    at.publish("1", "2", "3", "4", "5");
    await until(() => client.frames.length === 3);
    at.faults.reorder(0);
    at.publish("6");
    await until(() => client.frames.length === 6);
    expect(payloads(client)).toEqual(["3", "2", "1", "4", "5", "6"]);
  });

  it("send any frame", async () => {
    await using at = await aSandbox();
    const client = await at.open();
    at.faults.sendRaw("ada", "no JSON");
    at.faults.sendRaw("bob", "never");
    at.faults.sendRaw("ada", "");
    await until(() => client.raw.length === 2);
    expect(client.raw).toEqual(["no JSON", ""]);
  });

  it("refuse upgrades", async () => {
    await using at = await aSandbox();
    at.faults.refuse(503);
    expect(await refusedSocket(at.host.baseUrl, at.path)).toMatchObject({ status: 503 });
    at.faults.refuse(undefined);
    await at.open();
  });

  it("are all called off by clear", async () => {
    await using at = await aSandbox();
    const client = await at.open();
    at.faults.silence(true);
    at.faults.freeze(true);
    at.faults.repeat(2);
    at.faults.reorder(2);
    at.faults.refuse(503);
    at.host.faults.clear();
    await at.open();
    at.publish("1");
    await until(() => client.frames.length > 0);
    expect(payloads(client)).toEqual(["1"]);
  });
});
