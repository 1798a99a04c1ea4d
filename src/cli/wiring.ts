import type { Logger } from "pino";
import type { GroupConfig } from "../config/load-group.js";
import type { Settings } from "../config/settings.js";
import { hostOf } from "../core/acct.js";
import { createTranslate } from "../core/messages.js";
import type { Acct } from "../core/model.js";
import { createGateway, Throttle } from "../mastodon/gateway.js";
import type { Clock } from "../ports.js";
import { createFileStore } from "../store/file-store.js";
import type { Board } from "../watch/board.js";
import type { WorkerDeps } from "../worker/deps.js";
import { Door } from "../worker/door.js";
import { OrderDesk } from "../worker/order-desk.js";

/** A group does something else rather than wait longer for room in the server's limits. */
const maxWaitMs = 10_000;

/** What all groups of the program have in common. */
interface Shared {
  readonly board: Board;
  readonly clock: Clock;
  readonly version: string;
  readonly log: Logger;
}

/** What groups are made with. */
interface Wiring {
  /** Puts a group's parts together. */
  readonly wire: (group: GroupConfig, settings: Settings) => WorkerDeps;
  /** The group is not the program's any more. */
  readonly forget: (acct: Acct) => void;
}

export function createWiring({ board, clock, version, log: programLog }: Shared): Wiring {
  const throttle = new Throttle(clock, maxWaitMs);
  const door = new Door(clock);
  const wire: Wiring["wire"] = ({ acct, folder, tables, characterLimit, appdata }, settings) => {
    const log = programLog.child({ group: acct });
    const witness = board.witnessOf(acct);
    const { base: baseUrl, token, tokenExpiresAt } = appdata;
    return {
      ...{ acct, characterLimit, clock, door, log, settings, tokenExpiresAt, version, witness },
      random: Math.random,
      desk: new OrderDesk(),
      gateway: createGateway({ baseUrl, token, acct, clock, version, log, throttle, witness }),
      store: createFileStore(folder, {
        localHost: hostOf(acct),
        landmark: "config",
        tellMended: (sentence) => log.warn(sentence),
      }),
      translate: (format) => createTranslate(tables, format),
    };
  };
  const forget = (acct: Acct) => {
    board.forget(acct);
    throttle.leave(acct);
  };
  return { wire, forget };
}
