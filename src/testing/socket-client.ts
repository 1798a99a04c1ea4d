import { WebSocket } from "ws";
import { until } from "./until.js";

/** A WebSocket that notes what happens to it. */
export interface SocketClient {
  readonly socket: WebSocket;
  /** The text frames received, parsed. */
  readonly frames: readonly unknown[];
  readonly raw: readonly string[];
  readonly pingCount: number;
  readonly pongCount: number;
  /** The close code, once closed. */
  readonly closeCode: number | undefined;
}

/** How an upgrade was refused. */
export interface Refusal {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly body: string;
}

interface SocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: string;
  /** False: leaves the server's pings unanswered. */
  readonly hasPongs?: boolean;
}

/** Opens a socket at `baseUrl` + `path`; rejects when it is refused. */
export async function openSocket(
  baseUrl: string,
  path: string,
  options: SocketOptions = {},
): Promise<SocketClient> {
  const noted = watch(create(baseUrl, path, options));
  await until(() => noted.socket.readyState === WebSocket.OPEN || noted.closeCode !== undefined);
  if (noted.closeCode !== undefined) throw new Error("The socket was refused.");
  return noted;
}

/** Asks for a socket and tells how that was refused. */
export async function refusedSocket(
  baseUrl: string,
  path: string,
  options: SocketOptions = {},
): Promise<Refusal> {
  const socket = create(baseUrl, path, options);
  socket.on("error", () => undefined);
  return await new Promise((resolve, reject) => {
    socket.on("open", () => reject(new Error("The socket was opened.")));
    socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += String(chunk);
      });
      response.on("end", () => {
        const reason = response.headers["x-error-message"];
        resolve({ status: response.statusCode, reason: reason?.toString(), body });
      });
    });
  });
}

function create(baseUrl: string, path: string, options: SocketOptions): WebSocket {
  return new WebSocket(`${baseUrl.replace("http", "ws")}${path}`, options.protocol ?? [], {
    autoPong: options.hasPongs ?? true,
    headers: options.headers ?? {},
  });
}

function watch(socket: WebSocket): SocketClient {
  const noted = {
    socket,
    frames: [] as unknown[],
    raw: [] as string[],
    ...{ pingCount: 0, pongCount: 0, closeCode: undefined as number | undefined },
  };
  socket.on("message", (data) => {
    const text = String(data);
    noted.raw.push(text);
    try {
      noted.frames.push(JSON.parse(text));
    } catch {
      noted.frames.push(undefined);
    }
  });
  socket.on("ping", () => noted.pingCount++);
  socket.on("pong", () => noted.pongCount++);
  socket.on("error", () => undefined);
  socket.on("close", (code) => {
    noted.closeCode = code;
  });
  return noted;
}
