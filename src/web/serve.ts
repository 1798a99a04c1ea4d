import type { createServer, RequestListener } from "node:http";
import type { ListenOptions } from "node:net";
import type { Hono } from "hono";

/** Something that listens, until it is closed. */
export interface Listener {
  /** Ends open connections, too. Never rejects. */
  close(): Promise<void>;
}

/** What a server of Node calls for an app. */
export async function served({ fetch }: Hono): Promise<RequestListener> {
  const { getRequestListener } = await import("@hono/node-server");
  const serve = getRequestListener(fetch, { overrideGlobalObjects: false });
  return (asked, answer) => void serve(asked, answer);
}

/** Resolves once the server listens. @throws what the system says */
export function listening(
  server: ReturnType<typeof createServer>,
  options: ListenOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Resolves once nobody is connected any more; they are hung up on. */
export function closed(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
