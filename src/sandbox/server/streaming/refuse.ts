import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Answers a request for a socket with an HTTP status and no body, as Mastodon does. */
export function refuseUpgrade(socket: Duplex, status: number, reason?: string): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`,
    "Connection: close",
    "Content-Type: text/plain",
    "Content-Length: 0",
    ...(reason === undefined ? [] : [`X-Error-Message: ${reason}`]),
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n`);
}
