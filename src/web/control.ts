import { Hono } from "hono";
import type { Board } from "../watch/board.js";

/** What the daemon's own user may ask of it over the socket. */
export function controlApp(board: Board): Hono {
  const app = new Hono();
  app.get("/status", (c) => c.json(board.snapshot()));
  return app;
}
