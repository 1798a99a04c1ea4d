import { afterEach, describe, expect, it } from "vitest";
import { GatewayError } from "../../errors.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { fixture } from "../../testing/fixtures.js";
import {
  hangUpAll,
  kinds,
  listen,
  rawPost,
  sendFrames,
  serveSockets,
  update,
} from "../../testing/stream-listener.js";
import { until } from "../../testing/until.js";

afterEach(hangUpAll);

describe("the stream", () => {
  it("rule 27 (live G1, G3, H6): token in address and header, a User-Agent, no protocol, no text", async () => {
    const texts: string[] = [];
    const server = await serveSockets({
      open: (s) => s.on("message", (text) => texts.push(`${text}`)),
    });
    const { items } = listen(server);
    await until(() => items.length > 0);
    const [{ path, query, headers } = { path: "", query: undefined, headers: {} }] =
      server.upgrades;
    expect(path).toBe("/api/v1/streaming");
    expect(query?.get("access_token")).toBe("s3cret");
    expect(headers.authorization).toBe("Bearer s3cret");
    expect(headers["user-agent"]).toMatch(/^fedigroups\//u);
    expect(headers["sec-websocket-protocol"]).toBeUndefined();
    // GoToSocial drops whoever says what is not JSON, Iceshrimp.NET what is longer than 256 bytes.
    sendFrames(server, update("1"));
    await until(() => items.length > 1);
    expect(texts).toEqual([]);
  });

  it("rule 27 (live G7): no frame ends it: none without stream, payload, sense or text", async () => {
    const server = await serveSockets();
    const { items } = listen(server);
    await until(() => items.length > 0);
    sendFrames(
      server,
      "pong",
      { event: "pleroma:respond", payload: '{"result":"success"}' },
      { event: "delete", payload: "1" },
      { stream: ["user"], event: "filters_changed", payload: "" },
      { stream: ["user"], event: "filters_changed" },
      { stream: ["user"], event: "notifications_merged", payload: "1" },
      { stream: ["user"], event: "update", payload: "{" },
      { error: "Unknown stream type", status: 400 },
      ...fixture("gotosocial", "stream-filters-changed").frames,
      ...fixture("gotosocial", "stream-delete").frames,
      update("after"),
    );
    await until(() => items.length > 1);
    expect(items[1]).toMatchObject({ kind: "home", status: { id: "after" } });
  });

  it("rule 28 (live G5, G8): user is all it asks for, and frames go by event, whatever their label", async () => {
    const server = await serveSockets();
    const { items } = listen(server);
    await until(() => items.length > 0);
    expect(server.upgrades[0]?.query.getAll("stream")).toEqual(["user"]);
    const labels = [["user"], ["user:9abc"], ["user:notification"], [], undefined];
    for (const [index, stream] of labels.entries()) {
      sendFrames(server, { stream, event: "update", payload: JSON.stringify(rawPost(`${index}`)) });
    }
    await until(() => items.length > labels.length);
    expect(kinds(items).slice(1)).toEqual(labels.map(() => "home"));
  });

  it("rule 29: pings of its own, and an end when not even they are answered", async () => {
    const clock = new FakeClock();
    let pings = 0;
    const server = await serveSockets({
      autoPong: false,
      open: (socket) => socket.on("ping", () => pings++),
    });
    const { items } = listen(server, { clock, aliveTimeoutMs: 75_000 });
    await until(() => items.length > 0);
    for (let i = 1; i <= 3; i++) {
      await until(() => pings >= i);
      await clock.advance(25_000);
    }
    await until(() => items.length > 1);
    expect(items.at(-1)).toMatchObject({ kind: "closed", because: "silent" });
  });

  it.each([400, 404, 405, 410, 418, 426, 501])(
    "rule 26 (B1): an upgrade refused with %i means that there is no stream",
    async (status) => {
      const server = await serveSockets({ upgrade: () => status });
      expect(await listen(server).outcome).toMatchObject({ failure: "permanent", status });
    },
  );

  it.each([401, 403, 429, 500, 503])(
    "rule 29 (live G4, G42): an upgrade refused with %i says nothing of the stream itself",
    async (status) => {
      const server = await serveSockets({ upgrade: () => status });
      expect(await listen(server).outcome).toMatchObject({ failure: "transient", status });
    },
  );

  it("rule 30: the address with the token is in no error", async () => {
    for (const status of [401, 404, 500]) {
      const server = await serveSockets({ upgrade: () => status });
      const error = await listen(server).outcome;
      if (!(error instanceof GatewayError)) throw new Error("It was opened.");
      expect(`${error.message} ${error.stack}`).not.toContain("s3cret");
    }
  });

  it("live G9, G10: 1006 without a goodbye is an end like any other", async () => {
    const server = await serveSockets();
    const { items } = listen(server);
    await until(() => items.length > 0);
    for (const socket of server.sockets) socket.terminate();
    await until(() => items.length > 1);
    expect(items.at(-1)).toMatchObject({ kind: "closed", because: "server", code: 1006 });
  });
});
