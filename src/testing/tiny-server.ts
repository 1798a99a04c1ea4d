import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

export interface TinyRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** `hang`: no answer, ever. `drop`: the connection breaks. */
export type TinyAnswer =
  | {
      readonly status?: number;
      /** Default `application/json`; empty for none. */
      readonly type?: string;
      /** Anything but text is sent as JSON. */
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | "hang"
  | "drop";

export interface TinyServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string;
  readonly requests: readonly TinyRequest[];
  /** Requests for a socket, and what became of them. */
  readonly upgrades: readonly TinyRequest[];
  readonly sockets: ReadonlySet<WebSocket>;
  close(): Promise<void>;
}

export interface TinySockets {
  /** An HTTP status refuses, `hang` never answers; default: every socket is opened. */
  readonly upgrade?: (request: TinyRequest) => number | "hang" | undefined;
  readonly open?: (socket: WebSocket) => void;
  /** False: pings of the client are not answered. */
  readonly autoPong?: boolean;
}

/** A server that answers as one function says, for answers no decent server would give. */
export async function startTinyServer(
  handle: (request: TinyRequest) => TinyAnswer | Promise<TinyAnswer>,
  sockets: TinySockets = {},
): Promise<TinyServer> {
  const requests: TinyRequest[] = [];
  const upgrades: TinyRequest[] = [];
  const connections = new Set<Socket>();
  const webSockets = new WebSocketServer({ noServer: true, autoPong: sockets.autoPong ?? true });
  const server = createServer(async (incoming, response) => {
    const request = { ...head(incoming), body: await bodyOf(incoming) };
    requests.push(request);
    const answer = await handle(request);
    if (answer === "hang") return;
    if (answer === "drop") {
      incoming.socket.destroy();
      return;
    }
    const { status = 200, type = "application/json", body = {}, headers = {} } = answer;
    response.writeHead(status, { ...(type === "" ? {} : { "content-type": type }), ...headers });
    response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => {});
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, first: Buffer) => {
    const request = { ...head(incoming), body: "" };
    upgrades.push(request);
    const refusal = sockets.upgrade?.(request);
    if (refusal === "hang") return;
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    webSockets.handleUpgrade(incoming, socket, first, (webSocket) => {
      webSocket.on("error", () => {});
      sockets.open?.(webSocket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of connections) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    upgrades,
    sockets: webSockets.clients,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function head(incoming: IncomingMessage): Omit<TinyRequest, "body"> {
  const url = new URL(incoming.url ?? "/", "http://host");
  return {
    method: incoming.method ?? "GET",
    // As it was sent: `URL` would tidy it.
    path: (incoming.url ?? "/").split("?")[0] ?? "/",
    query: url.searchParams,
    headers: incoming.headers,
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
