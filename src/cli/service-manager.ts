import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Logger } from "pino";
import { messageOf } from "../errors.js";
import type { Clock } from "../ports.js";
import type { Board } from "../watch/board.js";
import type { Condition } from "../watch/snapshot.js";
import { stateText } from "../watch/words.js";
import type { Io } from "./io.js";

/** Until all groups are up, and then. */
const firstLooksMs = 250;
const lookEveryMs = 5000;
const sendTimeoutMs = 10_000;
/** systemd wants to hear often enough that one message may be lost. */
const feedsPerPeriod = 3;

/** Tells the service manager something, such as `READY=1`. */
export type Send = (...fields: readonly string[]) => Promise<void>;

interface Telling {
  readonly board: Board;
  readonly clock: Clock;
  readonly send: Send;
  /** How often it wants a sign of life; `undefined`: never. */
  readonly watchdogMs: number | undefined;
}

/**
 * Tells the service manager that the groups are up, how they are, and that their loops turn, for as long
 * as they do: once one is stuck it hears no more, and starts the program anew. Ends with the signal.
 */
export async function tellServiceManager(
  { board, clock, send, watchdogMs }: Telling,
  signal: AbortSignal,
): Promise<void> {
  let isReady = false;
  let lastStatus = "";
  let fedMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const groups = board.conditions();
    const fields: string[] = [];
    if (!isReady && groups.every(isUp)) {
      isReady = true;
      fields.push("READY=1");
    }
    const status = statusText(groups, clock.now());
    if (status !== lastStatus) fields.push(`STATUS=${status}`);
    const isDue =
      watchdogMs !== undefined && clock.steadyMs() - fedMs >= watchdogMs / feedsPerPeriod;
    if (isDue && groups.every(({ isStuck }) => !isStuck)) {
      fedMs = clock.steadyMs();
      fields.push("WATCHDOG=1");
    }
    lastStatus = status;
    if (fields.length > 0) await send(...fields);
    const lookMs = isReady ? lookEveryMs : firstLooksMs;
    const pauseMs = Math.min(lookMs, (watchdogMs ?? lookMs * feedsPerPeriod) / feedsPerPeriod);
    await clock.sleep(pauseMs, signal).catch(() => undefined);
  }
  await send("STOPPING=1");
}

/** It runs, or has told what it waits for: not all servers need be there for the service to be up. */
function isUp({ phase, waits }: Condition): boolean {
  return phase !== "starting" || waits.length > 0;
}

/** One line; changes only when something does. */
function statusText(groups: readonly Condition[], now: number): string {
  const live = groups.filter(({ phase, isStuck }) => phase === "live" && !isStuck);
  const others = groups
    .filter((group) => !live.includes(group))
    .map((group) => `${group.acct}: ${stateText(group, now)}`);
  const told = [`${live.length} of ${groups.length} groups live`, ...others].join("; ");
  return told.replace(/\s+/gu, " ").slice(0, 1000);
}

/** What systemd said when it started us; `undefined` when it did not, or does not want to be told. */
export function serviceManagerOf(
  { env, pid }: Pick<Io, "env" | "pid">,
  log: Logger,
): Pick<Telling, "send" | "watchdogMs"> | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: micros, WATCHDOG_PID: watched, PATH: path } = env;
  if (socket === undefined || socket === "") return undefined;
  const isOurs = watched === undefined || watched === `${pid}`;
  const watchdogMs = isOurs && Number(micros) > 0 ? Number(micros) / 1000 : undefined;
  let hasWarned = false;
  const send: Send = async (...fields) => {
    try {
      // Node knows no datagrams on Unix sockets, and native code is not worth it for a message a minute.
      const options = { env: { NOTIFY_SOCKET: socket, PATH: path }, timeout: sendTimeoutMs };
      await promisify(execFile)("systemd-notify", [...fields], options);
    } catch (error) {
      if (hasWarned) return;
      hasWarned = true;
      log.warn(
        { reason: messageOf(error) },
        "The service manager cannot be told how we are: systemd-notify cannot be run, or it failed.",
      );
    }
  };
  return { send, watchdogMs };
}
