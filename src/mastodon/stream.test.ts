import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Acct } from "../core/model.js";
import { cautiousTraits } from "../core/traits.js";
import type { StreamItem } from "../ports.js";
import { FakeClock } from "../testing/fake-clock.js";
import {
  hangUpAll,
  homes,
  kinds,
  listen,
  openStream,
  sendFrames,
  serveSockets,
  update,
} from "../testing/stream-listener.js";
import type { TinyServer } from "../testing/tiny-server.js";
import { until } from "../testing/until.js";
import { Session } from "./session.js";
import { connect } from "./stream.js";

afterEach(hangUpAll);

const wrongToken = { token: "s3cret\n", acct: "groupbot@127.0.0.1" as Acct, version: "1" };

describe("connect", () => {
  it("says who it is in the address and the headers, offers no protocol, and sends no text", async () => {
    const received: string[] = [];
    const server = await serveSockets({
      open: (socket) => socket.on("message", (data) => received.push(`${data}`)),
    });
    const { items } = listen(server);
    await until(() => items.length > 0);
    const [upgrade] = server.upgrades;
    expect(upgrade?.path).toBe("/api/v1/streaming");
    expect(Object.fromEntries(upgrade?.query ?? [])).toEqual({
      stream: "user",
      access_token: "s3cret",
    });
    expect(upgrade?.headers).toMatchObject({
      authorization: "Bearer s3cret",
      "user-agent": `fedigroups/1.2.3 (+${server.baseUrl})`,
    });
    expect(upgrade?.headers).not.toHaveProperty("sec-websocket-protocol");
    sendFrames(server, update("1"));
    await until(() => items.length > 1);
    expect(received).toEqual([]);
  });

  it("leaves nothing counted as under way when the socket cannot even be dialled", async () => {
    const server = await serveSockets();
    const clock = new FakeClock();
    const any = { kind: "any", count: 3, windowMs: 1000, per: "account" } as const;
    const session = new Session({ ...wrongToken, clock, baseUrl: server.baseUrl });
    session.traits = { ...session.traits, limits: [any] };
    const { signal } = new AbortController();
    for (let nth = 0; nth < 3; nth++) {
      const dialled = connect(session, { aliveTimeoutMs: 1000 }, () => {}, signal);
      await expect(dialled).rejects.toThrow(/header/iu);
    }
    await clock.advance(1001);
    expect(session.budgets()).toMatchObject([{ used: 0 }]);
  });

  it.each(["/base", "/base/api/v1/streaming", "/base/api/v1/streaming/", "/base/", "/base#x"])(
    "takes %s for the place of the stream",
    async (path) => {
      const server = await serveSockets();
      const { items } = listen(server, { path });
      await until(() => items.length > 0);
      expect(server.upgrades[0]?.path).toBe("/base/api/v1/streaming");
    },
  );

  it("is there at once, not after masto's second", async () => {
    const server = await serveSockets();
    const tookMs: number[] = [];
    // The quickest of several counts: a busy machine may hold up any of them.
    while (tookMs.length < 5 && !(Math.min(...tookMs) < 900)) {
      const begun = performance.now();
      const { items } = listen(server);
      await until(() => items.length > 0);
      tookMs.push(performance.now() - begun);
    }
    expect(Math.min(...tookMs)).toBeLessThan(900);
  });

  it("loses no frame that comes with the opening, or while the reader is busy", async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `${i}`);
    const server = await serveSockets({
      open: (socket) => {
        for (const id of ids) socket.send(JSON.stringify(update(id)));
      },
    });
    const { items } = listen(server);
    await until(() => items.length > 50);
    expect(items[0]).toEqual({ kind: "connected" });
    expect(homes(items)).toEqual(ids);
  });

  it("gives what came before the socket closed, then ends", async () => {
    const server = await serveSockets({
      open: (socket) => {
        socket.send(JSON.stringify(update("1")));
        socket.send(JSON.stringify(update("2")));
        socket.close(1012);
      },
    });
    const { items, outcome } = listen(server);
    expect(await outcome).toBeUndefined();
    expect(kinds(items)).toEqual(["connected", "home", "home", "closed"]);
    expect(items.at(-1)).toEqual({ kind: "closed", because: "server", code: 1012 });
    expect(server.upgrades).toHaveLength(1);
  });

  it("costs the socket, not the program, when a bug keeps an event from being taken", async () => {
    const server = await serveSockets();
    const { session } = openStream(server);
    const kinds: string[] = [];
    const bug = new TypeError("a bug");
    const ended = new Promise<StreamItem>((resolve) => {
      const take = (item: StreamItem) => {
        kinds.push(item.kind);
        if (item.kind === "home") throw bug;
        if (item.kind === "closed") resolve(item);
      };
      void connect(session, { aliveTimeoutMs: 90_000 }, take, new AbortController().signal);
    });
    await until(() => server.sockets.size > 0);
    sendFrames(server, update("1"), update("2"));
    expect(await ended).toEqual({ kind: "closed", because: "error", error: bug, code: 1006 });
    expect(kinds).toEqual(["connected", "home", "closed"]);
  });

  it("tells 1005 of a revoked token from 1006 of a fallen server", async () => {
    for (const [code, hangUp] of [
      [1005, "close"],
      [1006, "terminate"],
    ] as const) {
      const server = await serveSockets();
      const { items, outcome } = listen(server);
      await until(() => items.length > 0);
      for (const socket of server.sockets) socket[hangUp]();
      await outcome;
      expect(items.at(-1)).toEqual({ kind: "closed", because: "server", code });
    }
  });
});

describe("connect, when there is no socket to be had", () => {
  it.each([
    [404, "permanent"],
    [400, "permanent"],
    [418, "permanent"],
    [501, "permanent"],
    [401, "transient"],
    [403, "transient"],
    [429, "transient"],
    [500, "transient"],
    [503, "transient"],
    [200, "transient"],
    [301, "transient"],
  ] as const)("takes a refusal with %i for %s", async (status, failure) => {
    const server = await serveSockets({ upgrade: () => status });
    const { items, outcome } = listen(server);
    expect(await outcome).toMatchObject({ name: "GatewayError", failure, status });
    expect(items).toEqual([]);
    expect(JSON.stringify(await outcome) + (await outcome)).not.toContain("s3cret");
  });

  it("calls an absent server transient", async () => {
    const server = await serveSockets();
    await server.close();
    const error = await listen(server).outcome;
    expect(error).toMatchObject({ name: "GatewayError", failure: "transient", status: undefined });
    expect(`${error}`).not.toContain("s3cret");
  });

  it("says so where the server has no stream", async () => {
    const session = new Session({
      baseUrl: "http://127.0.0.1:1",
      token: "t",
      acct: "a@b.c" as Acct,
      clock: systemClock,
      version: "1",
    });
    session.traits = cautiousTraits;
    const { signal } = new AbortController();
    const connecting = connect(session, { aliveTimeoutMs: 1 }, () => undefined, signal);
    await expect(connecting).rejects.toMatchObject({ failure: "permanent" });
  });
});

describe("connect, as time passes", () => {
  it("hangs up when nothing comes, not even an answer to its own ping", async () => {
    const clock = new FakeClock();
    const server = await serveSockets({ autoPong: false });
    const { items, outcome } = listen(server, { clock, aliveTimeoutMs: 90_000 });
    await until(() => clock.sleeping === 1);
    await clock.advance(89_999);
    expect(kinds(items)).toEqual(["connected"]);
    await clock.advance(1);
    expect(await outcome).toBeUndefined();
    expect(items.at(-1)).toEqual({ kind: "closed", because: "silent", code: 1006 });
    expect(clock.sleeping).toBe(0);
    await until(() => server.sockets.size === 0);
  });

  it("notices silence as soon and no sooner when the machine's clock is set", async () => {
    const clock = new FakeClock();
    const server = await serveSockets({ autoPong: false });
    const { items, outcome } = listen(server, { clock, aliveTimeoutMs: 90_000 });
    await until(() => clock.sleeping === 1);
    clock.set(clock.now() + 3_600_000);
    await clock.advance(60_000);
    expect(kinds(items)).toEqual(["connected"]);
    clock.set(clock.now() - 7_200_000);
    await clock.advance(30_000);
    expect(await outcome).toBeUndefined();
    expect(items.at(-1)).toMatchObject({ kind: "closed", because: "silent" });
  });

  it("asks for a sign of life three times before that", async () => {
    const clock = new FakeClock();
    let pings = 0;
    const server = await serveSockets({
      autoPong: false,
      open: (socket) => socket.on("ping", () => pings++),
    });
    listen(server, { clock, aliveTimeoutMs: 90_000 });
    for (const count of [1, 2, 3]) {
      await until(() => pings === count && clock.sleeping === 1);
      await clock.advance(30_000);
    }
  });

  it.each([
    [
      "a ping",
      (server: TinyServer) =>
        [...server.sockets].forEach((socket) => {
          socket.ping("ping!");
        }),
    ],
    ["any frame", (server: TinyServer) => sendFrames(server, "pong")],
  ])("stays when %s comes in time", async (_name, sign) => {
    const clock = new FakeClock();
    const server = await serveSockets({ autoPong: false });
    const { items } = listen(server, { clock, aliveTimeoutMs: 90_000 });
    await until(() => clock.sleeping === 1);
    for (let i = 0; i < 3; i++) {
      await clock.advance(80_000);
      sign(server);
      // The update is behind the sign, so the sign has been seen.
      sendFrames(server, update(`${i}`));
      await until(() => homes(items).length === i + 1);
    }
    expect(kinds(items)).not.toContain("closed");
  });

  it("stays when its pings are answered", async () => {
    const server = await serveSockets();
    let pings = 0;
    const { items, end, outcome } = listen(server, { aliveTimeoutMs: 600 });
    await until(() => {
      for (const socket of server.sockets) {
        if (socket.listenerCount("ping") === 0) socket.on("ping", () => pings++);
      }
      return pings > 4;
    });
    expect(kinds(items)).toEqual(["connected"]);
    end.abort(new Error("enough"));
    await outcome;
  });
});

describe("connect, when it is told to end", () => {
  it("closes at once and leaves nothing behind, even with nobody reading", async () => {
    const clock = new FakeClock();
    const server = await serveSockets();
    const { stream, end } = openStream(server, { clock });
    expect(await stream.next()).toEqual({ done: false, value: { kind: "connected" } });
    const reason = new Error("bye");
    end.abort(reason);
    await until(() => server.sockets.size === 0 && clock.sleeping === 0);
    await expect(stream.next()).rejects.toBe(reason);
  });

  it("rejects with the reason while it waits for a frame", async () => {
    const server = await serveSockets();
    const { items, outcome, end } = listen(server);
    await until(() => items.length > 0);
    const reason = new Error("bye");
    end.abort(reason);
    expect(await outcome).toBe(reason);
    await until(() => server.sockets.size === 0);
  });

  it("rejects with the reason while it connects, and opens nothing later", async () => {
    const server = await serveSockets({ upgrade: () => "hang" });
    const { items, outcome, end } = listen(server);
    await until(() => server.upgrades.length > 0);
    const reason = new Error("bye");
    end.abort(reason);
    expect(await outcome).toBe(reason);
    expect(items).toEqual([]);
    expect(server.sockets.size).toBe(0);
  });

  it("connects to nothing when it was told before", async () => {
    const server = await serveSockets();
    const { outcome, end } = listen(server);
    end.abort(new Error("bye"));
    expect(await outcome).toMatchObject({ message: "bye" });
  });

  it("closes when its reader leaves", async () => {
    const server = await serveSockets();
    const clock = new FakeClock();
    const { stream } = openStream(server, { clock });
    for await (const item of stream) {
      expect(item).toEqual({ kind: "connected" });
      break;
    }
    await until(() => server.sockets.size === 0 && clock.sleeping === 0);
  });
});
