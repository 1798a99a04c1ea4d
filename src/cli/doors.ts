import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Logger } from "pino";
import { messageOf } from "../errors.js";
import type { Board } from "../watch/board.js";
import { controlApp, type TakeOrder } from "../web/control.js";
import { type Listener, listenOnSocket } from "../web/unix-socket.js";

/**
 * Opens what the running daemon can be asked through by its own user. Where that cannot be had the log says
 * so, and the groups run without.
 */
export async function openControl(
  groupsFolder: string,
  {
    board,
    takeOrder,
    log,
  }: {
    readonly board: Board;
    readonly takeOrder: TakeOrder;
    readonly log: Logger;
  },
): Promise<Listener> {
  try {
    return await listenOnSocket(groupsFolder, served(controlApp(board, takeOrder)));
  } catch (error) {
    log.warn(
      { reason: messageOf(error) },
      "There is no socket for fedigroups status and admin; the groups run without it.",
    );
    return { close: () => Promise.resolve() };
  }
}

function served({ fetch }: Hono): RequestListener {
  const serve = getRequestListener(fetch, { overrideGlobalObjects: false });
  return (asked, answer) => void serve(asked, answer);
}
