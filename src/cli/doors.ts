import { getRequestListener } from "@hono/node-server";
import type { Logger } from "pino";
import { messageOf } from "../errors.js";
import type { Board } from "../watch/board.js";
import { controlApp } from "../web/control.js";
import { type Listener, listenOnSocket } from "../web/unix-socket.js";

/**
 * Opens what the running daemon can be asked through. Where that cannot be had the log says so, and the
 * groups run without.
 */
export async function openDoors(
  groupsFolder: string,
  board: Board,
  log: Logger,
): Promise<Listener> {
  const { fetch } = controlApp(board);
  const serve = getRequestListener(fetch, { overrideGlobalObjects: false });
  try {
    return await listenOnSocket(groupsFolder, (asked, answer) => void serve(asked, answer));
  } catch (error) {
    log.warn(
      { reason: messageOf(error) },
      "There is no socket for fedigroups status and admin; the groups run without it.",
    );
    return { close: () => Promise.resolve() };
  }
}
