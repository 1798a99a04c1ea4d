import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ApiAnswer } from "../../seam.js";

/** Answers a request for a socket as any other request. */
export function refuseUpgrade(socket: Duplex, { status, body, headers }: ApiAnswer): void {
  const text =
    body === undefined ? "" : typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
  const isJson = body !== undefined && typeof body !== "string";
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`,
    "Connection: close",
    ...(isJson ? ["Content-Type: application/json; charset=utf-8"] : []),
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`);
}
