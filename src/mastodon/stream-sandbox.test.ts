import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Acct } from "../core/model.js";
import type { StreamItem } from "../ports.js";
import { type HostOptions, startSandbox } from "../sandbox/index.js";
import { FakeClock } from "../testing/fake-clock.js";
import { itemsBy } from "../testing/stream-items.js";
import { until } from "../testing/until.js";
import { createGateway } from "./gateway.js";

const never = new AbortController().signal;

/** A group on a host, with its stream open. */
async function stage(options: Partial<HostOptions> = {}, clock = systemClock) {
  const sandbox = await startSandbox({ hosts: [{ domain: "here.test", ...options }] });
  const host = sandbox.host("here.test");
  const group = host.addUser({ username: "group" });
  const gateway = createGateway({
    baseUrl: host.baseUrl,
    token: group.token,
    acct: group.acct as Acct,
    clock,
    version: "1",
  });
  await gateway.learnTraits(never);
  const end = new AbortController();
  const listen = () => {
    const items: StreamItem[] = [];
    const read = async () => {
      for await (const item of itemsBy(gateway, { aliveTimeoutMs: 90_000 }, end.signal)) {
        items.push(item);
      }
    };
    return { items, outcome: read().catch((error: unknown) => error) };
  };
  const close = async () => {
    end.abort();
    await sandbox.close();
  };
  const ada = host.addUser({ username: "ada" });
  return { host, group, ada, listen, end, [Symbol.asyncDispose]: close };
}

const kinds = (items: readonly StreamItem[]) => items.map(({ kind }) => kind);

describe("a stream of a Mastodon", () => {
  it("brings home statuses, mentions and follows, and passes over the rest", async () => {
    await using at = await stage();
    const { host, group, ada } = at;
    await group.follow(ada.acct);
    const { items } = at.listen();
    await until(() => items.length === 1);
    const post = await ada.post("For all my followers");
    await ada.api("PUT", `/api/v1/statuses/${post.id}`, { status: "For all of them" });
    await ada.api("DELETE", `/api/v1/statuses/${post.id}`);
    host.faults.streams.sendRaw("group", "not JSON");
    host.faults.streams.sendRaw("group", '{"event":"pleroma:respond"}');
    await ada.follow(group.acct);
    await ada.post(`@${group.username} hello`, { visibility: "private" });
    await until(() => kinds(items).includes("mention"));
    expect(kinds(items)).toEqual(["connected", "home", "follow", ...kinds(items).slice(3)]);
    expect(items).toContainEqual(
      expect.objectContaining({
        kind: "mention",
        status: expect.objectContaining({ text: `@${group.acct} hello`, visibility: "private" }),
      }),
    );
  });

  it("ends when the token is revoked, and is not to be had again", async () => {
    await using at = await stage();
    const { items, outcome } = at.listen();
    await until(() => items.length === 1);
    at.group.revokeTokens();
    expect(await outcome).toBeUndefined();
    expect(items.at(-1)).toEqual({ kind: "closed", because: "server", code: 1005 });
    const again = at.listen();
    expect(await again.outcome).toMatchObject({
      failure: "transient",
      status: 401,
      message: expect.stringContaining("Invalid access token"),
    });
  });

  it("is not to be had where there is none", async () => {
    await using at = await stage({ hasStreaming: false });
    expect(await at.listen().outcome).toMatchObject({ failure: "permanent" });
  });

  it("ends when the server falls or refuses", async () => {
    await using at = await stage();
    const { items, outcome } = at.listen();
    await until(() => items.length === 1);
    at.host.faults.streams.drop("group");
    await outcome;
    expect(items.at(-1)).toEqual({ kind: "closed", because: "server", code: 1006 });
    at.host.faults.streams.refuse(503);
    expect(await at.listen().outcome).toMatchObject({ failure: "transient", status: 503 });
    at.host.faults.streams.refuse(undefined);
    await at.host.stop();
    expect(await at.listen().outcome).toMatchObject({ failure: "transient", status: undefined });
  });

  it("ends when it freezes, though the socket stays open", async () => {
    const clock = new FakeClock();
    await using at = await stage({}, clock);
    const { items, outcome } = at.listen();
    await until(() => clock.sleeping === 1);
    at.host.faults.streams.freeze(true);
    await clock.advance(90_000);
    await outcome;
    expect(items.at(-1)).toEqual({ kind: "closed", because: "silent", code: 1006 });
  });

  it("repeats and reorders as the server does, and loses nothing", async () => {
    await using at = await stage();
    await at.group.follow(at.ada.acct);
    const { items } = at.listen();
    await until(() => items.length === 1);
    at.host.faults.streams.repeat(2);
    await at.ada.post("Twice");
    await until(() => items.length === 3);
    at.host.faults.streams.repeat(1);
    at.host.faults.streams.reorder(2);
    await at.ada.post("One");
    await at.ada.post("Two");
    await until(() => items.length === 5);
    const texts = items.map((item) => (item.kind === "home" ? item.status.text : item.kind));
    expect(texts).toEqual(["connected", "Twice", "Twice", "Two", "One"]);
  });

  it("goes with its group: closed at once when that is told to stop", async () => {
    await using at = await stage();
    const { items, outcome } = at.listen();
    await until(() => items.length === 1);
    const reason = new Error("bye");
    at.end.abort(reason);
    expect(await outcome).toBe(reason);
    await until(() => at.host.faults.streams.count("group") === 0);
  });
});
