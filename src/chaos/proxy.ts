import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { systemClock } from "../clock.js";

/** What the proxy knows of a request when it must decide what becomes of it. */
export interface Passing {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** It asks for a WebSocket. */
  readonly isUpgrade: boolean;
}

/**
 * What befalls one request. `before`: the server never hears of it; `after`: the server has acted, and
 * its answer is lost.
 */
export type NetworkFault =
  /** The connection is reset. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  /** As `reset`, and something else happens just before it. */
  | {
      readonly kind: "strike";
      readonly when: "before" | "after";
      readonly strike: () => Promise<void>;
    }
  /** The connection ends in the middle of the answer. */
  | { readonly kind: "cut" }
  /** The answer comes late. */
  | { readonly kind: "stall"; readonly delayMs: number }
  /** Nothing ever comes, and the connection stays open. */
  | { readonly kind: "half-open"; readonly when: "before" | "after" }
  /** The answer comes in small pieces. */
  | { readonly kind: "drip"; readonly pieceBytes: number; readonly everyMs: number }
  /** Another answer comes in place of the server's. */
  | { readonly kind: "respond"; readonly when: "before" | "after"; readonly answer: FalseAnswer };

/** What a broken server, or something in front of it, says. */
export interface FalseAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Decides over each request. It is asked once, and only for what reaches the proxy. */
export type Decide = (passing: Passing) => NetworkFault | undefined;

/** A way to a server on this machine that can be as bad as any in life. */
export interface FaultyProxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string;
  /** Where it leads; until it is told, connections are reset. */
  leadTo(baseUrl: string): void;
  decide: Decide | undefined;
  /** How many WebSockets pass through it. */
  socketCount(): number;
  /** Resets open WebSockets. Returns how many. */
  cutSockets(): number;
  /** From now on nothing passes through the open WebSockets, which stay open. Returns how many. */
  freezeSockets(): number;
  /** Nothing bad happens from now on: what hangs is reset, what is slow goes on. */
  heal(): void;
}

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  /** WebSocket frames pass, or will once the fault is over. */
  isSocket: boolean;
  /** Neither way does anything pass. */
  isFrozen: boolean;
  /** The fault of the request under way. */
  fault: NetworkFault | undefined;
  /** Has the server begun to answer the last request? */
  isAnswered: boolean;
}

/** Listens on a free port of loopback. */
export async function startProxy(): Promise<FaultyProxy> {
  const lines = new Set<Line>();
  const waiting = new Set<AbortController>();
  let targetPort: number | undefined;
  const sockets = () =>
    [...lines].filter((line) => line.isSocket && !line.isFrozen && line.fault === undefined);

  const server: Server = createServer({ noDelay: true }, (client) => {
    client.on("error", () => client.destroy());
    if (targetPort === undefined) {
      client.resetAndDestroy();
      return;
    }
    open(client, connect({ host: "127.0.0.1", port: targetPort, noDelay: true }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  function open(client: Socket, upstream: Socket): void {
    const line: Line = {
      ...{ client, server: upstream, isSocket: false, isFrozen: false },
      ...{ fault: undefined, isAnswered: true },
    };
    lines.add(line);
    client.on("data", (bytes) => fromClient(line, bytes));
    upstream.on("data", (bytes) => fromServer(line, bytes));
    upstream.on("error", () => reset(line));
    client.on("close", () => {
      lines.delete(line);
      upstream.destroy();
    });
    upstream.on("close", () => {
      if (!line.isFrozen && line.fault === undefined) client.end();
    });
  }

  function fromClient(line: Line, bytes: Buffer): void {
    if (line.isFrozen) return;
    const isNew = line.isAnswered && !line.isSocket;
    const passing = isNew ? read(bytes) : undefined;
    if (passing !== undefined) {
      line.isAnswered = false;
      line.fault = proxy.decide?.(passing);
      line.isSocket = passing.isUpgrade;
      if (line.fault !== undefined && "when" in line.fault && line.fault.when === "before") {
        befall(line, line.fault, bytes);
        return;
      }
    }
    line.server.write(bytes);
  }

  function fromServer(line: Line, bytes: Buffer): void {
    if (line.isFrozen) return;
    line.isAnswered = true;
    if (line.fault === undefined) line.client.write(bytes);
    else befall(line, line.fault, bytes);
  }

  function befall(line: Line, fault: NetworkFault, bytes: Buffer): void {
    switch (fault.kind) {
      case "reset":
        reset(line);
        break;
      case "strike":
        line.isFrozen = true;
        void fault.strike().then(() => reset(line));
        break;
      case "cut":
        line.client.end(bytes.subarray(0, Math.ceil(bytes.length / 2)));
        line.isFrozen = true;
        line.server.destroy();
        break;
      case "half-open":
        line.isFrozen = true;
        break;
      case "stall":
        void pass(line, [bytes], fault.delayMs);
        break;
      case "drip": {
        const count = Math.ceil(bytes.length / fault.pieceBytes);
        const pieces = Array.from({ length: count }, (_, index) =>
          bytes.subarray(index * fault.pieceBytes, (index + 1) * fault.pieceBytes),
        );
        void pass(line, pieces, fault.everyMs);
        break;
      }
      case "respond":
        line.isFrozen = true;
        line.client.end(asText(fault.answer));
        line.server.destroy();
        break;
    }
  }

  /** Lets bytes pass with a pause before each piece; what the server says meanwhile waits. */
  async function pass(line: Line, pieces: readonly Buffer[], pauseMs: number): Promise<void> {
    line.server.pause();
    for (const piece of pieces) {
      await pause(pauseMs);
      line.client.write(piece);
    }
    line.fault = undefined;
    line.server.resume();
    if (line.server.destroyed) line.client.end();
  }

  /** Ends early when all is healed. */
  async function pause(pauseMs: number): Promise<void> {
    const waker = new AbortController();
    waiting.add(waker);
    await systemClock.sleep(pauseMs, waker.signal).catch(() => undefined);
    waiting.delete(waker);
  }

  function heal(): void {
    proxy.decide = undefined;
    for (const waker of waiting) waker.abort();
    for (const line of lines) {
      line.fault = undefined;
      if (line.isFrozen) reset(line);
    }
  }

  const proxy: FaultyProxy = {
    baseUrl: `http://127.0.0.1:${portOf(server)}`,
    decide: undefined,
    leadTo: (baseUrl) => {
      targetPort = Number(new URL(baseUrl).port);
    },
    socketCount: () => sockets().length,
    cutSockets: () => {
      const cut = sockets();
      for (const line of cut) reset(line);
      return cut.length;
    },
    freezeSockets: () => {
      const frozen = sockets();
      for (const line of frozen) line.isFrozen = true;
      return frozen.length;
    },
    heal,
    [Symbol.asyncDispose]: async () => {
      heal();
      const closed = once(server, "close");
      server.close();
      for (const line of lines) reset(line);
      await closed;
    },
  };
  return proxy;
}

function reset({ client, server }: Line): void {
  client.resetAndDestroy();
  server.destroy();
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return address.port;
}

const requestLine = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/u;

/** Reads the head of a request; clients send it in one piece. */
function read(bytes: Buffer): Passing | undefined {
  const head = bytes.toString("latin1");
  const [, method, target] = requestLine.exec(head) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const [path = ""] = target.split("?");
  return { method, path, isUpgrade: /^upgrade: *websocket\r$/imu.test(head) };
}

function asText({ status, headers, body }: FalseAnswer): string {
  const length = String(Buffer.byteLength(body));
  const all = { ...headers, "Content-Length": length, Connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Chaos\r\n${lines.join("")}\r\n${body}`;
}
