import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Sending } from "../mastodon/exchange.js";

/** A server that speaks no protocol by itself. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>/` */
  readonly url: URL;
  /** How many connections there were. */
  readonly connections: () => number;
  /** Of those, how many are open still. */
  readonly open: () => number;
  /** All that was sent to it, as latin1. */
  readonly received: () => string;
}

/** Does with each connection, and with what comes by it, as the functions say. */
export async function startRawServer(
  hear: (socket: Socket, text: string, nth: number) => void,
  { server = createServer(), host = "127.0.0.1" }: { server?: Server; host?: string } = {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let received = "";
  let heard = 0;
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    socket.on("data", (data: Buffer) => {
      received += data.toString("latin1");
      hear(socket, data.toString("latin1"), heard++);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: new URL(`http://127.0.0.1:${port}/`),
    connections: () => connections,
    open: () => sockets.size,
    received: () => received,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A plain request, which has ten seconds. */
export function aSending(url: URL, more: Partial<Sending> = {}): Sending {
  const timeoutMs = more.timeoutMs ?? 10_000;
  return {
    ...{ what: `GET ${url.host}${url.pathname}`, method: "GET", url, headers: {} },
    ...{ maxBytes: 100_000, tooLong: "transient", timeoutMs },
    endsAtMs: performance.now() + timeoutMs,
    ...more,
  };
}
