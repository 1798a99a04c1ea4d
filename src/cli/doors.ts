import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { ListenAddress } from "../config/settings.js";
import { messageOf } from "../errors.js";
import { createServer } from "../node-http.js";
import type { Clock } from "../ports.js";
import type { Board } from "../watch/board.js";
import type { TakeOrder } from "../web/control.js";
import { closed, type Listener, listening, served } from "../web/serve.js";
import { listenOnSocket } from "../web/unix-socket.js";

interface Parts {
  readonly board: Board;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What the running daemon can be asked through. Where something cannot be opened the log says so, and the
 * groups run without.
 */
export class Doors {
  readonly #parts: Parts;
  #control: Listener | undefined;
  #page: Listener | undefined;
  #address: string | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Opens the socket for the daemon's own user. */
  async openControl(groupsFolder: string, takeOrder: TakeOrder): Promise<void> {
    const { board, log } = this.#parts;
    try {
      // Most daemons are hardly ever asked, and what answers takes some megabytes.
      const answering = onceAsked(async () => {
        const { controlApp } = await import("../web/control.js");
        return await served(controlApp(board, takeOrder));
      }, log);
      this.#control = await listenOnSocket(groupsFolder, answering);
    } catch (error) {
      log.warn(
        { reason: messageOf(error) },
        "There is no socket for fedigroups status and admin; the groups run without it.",
      );
    }
  }

  /** Serves the status page there and nowhere else; `undefined`: nowhere. */
  async showPage(listen: ListenAddress | undefined): Promise<void> {
    const address = listen && `http://${listen.host}:${listen.port}/`;
    if (address === this.#address && (address === undefined || this.#page !== undefined)) return;
    await this.#page?.close();
    this.#page = undefined;
    this.#address = address;
    if (listen === undefined) return;
    const { board, clock, log } = this.#parts;
    // Who does without the page shall not hold it in memory.
    const { Metrics } = await import("../web/metrics.js");
    const { statusApp } = await import("../web/status-app.js");
    const metrics = new Metrics();
    const server = createServer(await served(statusApp(board, { clock, metrics })));
    try {
      await listening(server, listen);
      this.#page = {
        close: async () => {
          metrics.close();
          await closed(server);
        },
      };
      log.info({ address }, "The status page is up.");
    } catch (error) {
      metrics.close();
      log.error(
        { reason: messageOf(error) },
        `The status page cannot be served at ${address}; choose another http_listen and reload. The groups run without it.`,
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#control?.close(), this.#page?.close()]);
  }
}

/** A listener that is made when it is called for the first time. */
function onceAsked(make: () => Promise<RequestListener>, log: Logger): RequestListener {
  let made: Promise<RequestListener> | undefined;
  return (asked, answer) => {
    made ??= make();
    made.then(
      (listener) => listener(asked, answer),
      (error: unknown) => {
        // Next time the disk may be there again.
        made = undefined;
        log.error({ reason: messageOf(error) }, "What answers fedigroups status cannot be loaded.");
        answer.destroy();
      },
    );
  };
}
