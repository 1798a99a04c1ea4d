import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { until } from "../testing/until.js";
import { type FaultyProxy, type NetworkFault, startProxy } from "./proxy.js";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A server that counts what reaches it and answers with a long word, and a proxy in front of it. */
async function stage(): Promise<{ readonly proxy: FaultyProxy; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.end("x".repeat(1000));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (text) => socket.send(String(text))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const proxy = await startProxy();
  proxy.leadTo(`http://127.0.0.1:${port}`);
  stops.push(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  stops.push(async () => {
    await proxy[Symbol.asyncDispose]();
  });
  return { proxy, heard };
}

async function ask(proxy: FaultyProxy, fault: NetworkFault | undefined): Promise<string> {
  proxy.decide = () => fault;
  const answer = await fetch(`${proxy.baseUrl}/duck?quack=1`, { method: "POST", body: "feather" });
  return `${answer.status} ${await answer.text()}`;
}

const whole = `200 ${"x".repeat(1000)}`;

describe("the proxy", () => {
  it("lets everything pass, and tells what passes, each request of a connection once", async () => {
    const { proxy, heard } = await stage();
    const seen: string[] = [];
    proxy.decide = ({ method, path }) => {
      seen.push(`${method} ${path}`);
      return undefined;
    };
    for (const name of ["a", "b", "c"]) {
      await (await fetch(`${proxy.baseUrl}/${name}?q=1`)).text();
    }
    expect(seen).toEqual(["GET /a", "GET /b", "GET /c"]);
    expect(heard).toEqual(["GET /a?q=1", "GET /b?q=1", "GET /c?q=1"]);
  });

  it("resets before the server hears of it, or after it has acted", async () => {
    const { proxy, heard } = await stage();
    await expect(ask(proxy, { kind: "reset", when: "before" })).rejects.toThrow("fetch failed");
    expect(heard).toEqual([]);
    await expect(ask(proxy, { kind: "reset", when: "after" })).rejects.toThrow("fetch failed");
    expect(heard).toEqual(["POST /duck?quack=1"]);
    expect(await ask(proxy, undefined)).toBe(whole);
  });

  it("strikes at the same two moments", async () => {
    const { proxy, heard } = await stage();
    const struck: number[] = [];
    const strike = async () => void struck.push(heard.length);
    await expect(ask(proxy, { kind: "strike", when: "before", strike })).rejects.toThrow();
    await expect(ask(proxy, { kind: "strike", when: "after", strike })).rejects.toThrow();
    expect(struck).toEqual([0, 1]);
  });

  it("cuts an answer in its middle", async () => {
    const { proxy, heard } = await stage();
    await expect(ask(proxy, { kind: "cut" })).rejects.toThrow(/terminated|fetch failed/u);
    expect(heard).toHaveLength(1);
  });

  it("stalls an answer, and drips it", async () => {
    const { proxy } = await stage();
    const begunAt = performance.now();
    expect(await ask(proxy, { kind: "stall", delayMs: 50 })).toBe(whole);
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(49);
    expect(await ask(proxy, { kind: "drip", pieceBytes: 100, everyMs: 2 })).toBe(whole);
  });

  it("leaves a request without an answer until it is healed", async () => {
    const { proxy, heard } = await stage();
    const faults: NetworkFault[] = [
      { kind: "half-open", when: "before" },
      { kind: "half-open", when: "after" },
    ];
    proxy.decide = () => faults.shift();
    let isOver = false;
    const lost = [1, 2].map(async () => {
      await fetch(proxy.baseUrl).catch(() => "reset");
      isOver = true;
    });
    await until(() => heard.length === 1);
    expect(isOver).toBe(false);
    proxy.heal();
    await Promise.all(lost);
  });

  it("answers in the server's place, before or after it has acted", async () => {
    const { proxy, heard } = await stage();
    const answer = { status: 502, headers: { "Content-Type": "text/html" }, body: "<h1>Bad</h1>" };
    expect(await ask(proxy, { kind: "respond", when: "before", answer })).toBe("502 <h1>Bad</h1>");
    expect(heard).toHaveLength(0);
    expect(await ask(proxy, { kind: "respond", when: "after", answer })).toBe("502 <h1>Bad</h1>");
    expect(heard).toHaveLength(1);
  });

  it("cuts open sockets, and freezes them", async () => {
    const { proxy } = await stage();
    const open = async () => {
      const socket = new WebSocket(proxy.baseUrl.replace("http", "ws"));
      socket.on("error", () => undefined);
      await once(socket, "open");
      return socket;
    };
    const first = await open();
    first.send("hello");
    expect(String((await once(first, "message"))[0])).toBe("hello");
    expect(proxy.socketCount()).toBe(1);
    const closed = once(first, "close");
    expect(proxy.cutSockets()).toBe(1);
    expect((await closed)[0]).toBe(1006);

    const second = await open();
    expect(proxy.freezeSockets()).toBe(1);
    let isAnswered = false;
    second.on("message", () => {
      isAnswered = true;
    });
    second.send("anybody?");
    // Another socket's answer proves that there was time for this one.
    const third = await open();
    third.send("hello");
    await once(third, "message");
    expect([isAnswered, second.readyState]).toEqual([false, WebSocket.OPEN]);
    const reset = once(second, "close");
    proxy.heal();
    await reset;
  });
});
