import type { Logger } from "pino";
import { systemClock } from "../clock.js";
import { type Config, loadConfig } from "../config/load.js";
import type { GroupConfig } from "../config/load-group.js";
import { hostOf } from "../core/acct.js";
import { createTranslate } from "../core/messages.js";
import { createLog, type LogLevel } from "../log.js";
import { createGateway, Throttle } from "../mastodon/gateway.js";
import type { Clock } from "../ports.js";
import { createFileStore } from "../store/file-store.js";
import { acquireLock } from "../store/lock.js";
import { Board } from "../watch/board.js";
import type { WorkerDeps } from "../worker/deps.js";
import { Door } from "../worker/door.js";
import { runGroups } from "../worker/groups.js";
import { commandLine } from "./command-line.js";
import { describeProblem } from "./describe.js";
import { openDoors } from "./doors.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";
import { readVersion } from "./version.js";

/** A group does something else rather than wait longer for room in the server's limits. */
const maxWaitMs = 10_000;

/** What `fedigroups` without an errand is told. */
export interface RunOptions {
  readonly config: string | undefined;
  readonly level: LogLevel;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * The daemon: reads the files, puts the parts together and runs every group until the signal.
 * @throws ConfigError, CliError, LockedError, FileError when there is nothing it can run
 */
export async function runCommand(
  options: RunOptions,
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const config = await loadConfig(options.config, io.cwd);
  rememberSecrets(config, io);
  const { NO_COLOR: noColor } = io.env;
  const log = createLog({
    level: options.level,
    isPretty: io.isTTY,
    hasColor: io.isTTY && !noColor,
    secrets: io.secrets,
    write: (text) => io.stdout.write(text),
  });
  for (const notice of config.notices) log.warn(notice);
  reportBroken(config, io);
  const signIn = commandLine(io, options.config, "-a", "group@example.social");
  const groups = startable(config, signIn);
  const release = await acquireLock(config.groupsFolder, { pid: io.pid });
  try {
    const version = readVersion();
    const accts = groups.map(({ acct }) => acct);
    log.info({ version, count: accts.length, groups: accts }, "Starting.");
    const { settings } = config;
    const clock = options.clock ?? systemClock;
    const throttle = new Throttle(clock, maxWaitMs);
    const board = new Board(clock, version);
    const shared = {
      settings,
      version,
      clock,
      random: Math.random,
      door: new Door(clock),
      throttle,
      board,
    };
    const doors = await openDoors(config.groupsFolder, board, log);
    const ends = await runGroups(
      groups.map((group) => wire(group, shared, log)),
      signal,
    ).finally(() => doors.close());
    if (signal.aborted) return exitCodes.clean;
    log.fatal({ groups: Object.fromEntries(ends) }, "No group is left that could run.");
    const isForOperator = [...ends.values()].every((reason) => reason === "broken-files");
    return isForOperator ? exitCodes.config : exitCodes.failure;
  } finally {
    await release();
  }
}

function rememberSecrets(config: Config, io: Io): void {
  for (const { appdata } of config.groups) io.secrets.add(appdata.token, appdata.clientSecret);
}

/** On stderr and whatever the log level: without these lines nobody could mend it. */
function reportBroken({ broken, groups }: Config, io: Io): void {
  if (broken.length === 0) return;
  const count = broken.length === 1 ? "A group" : `${broken.length} groups`;
  const others = groups.length === 0 ? "" : " (the others do)";
  say(
    io.stderr,
    io.secrets,
    `fedigroups: The configuration needs you. ${count} cannot run${others}:`,
    ...broken.flatMap(({ problems }) => problems.map(describeProblem)),
  );
}

function startable(
  { groups, broken, groupsFolder }: Config,
  signIn: string,
): readonly GroupConfig[] {
  const enabled = groups.filter((group) => group.enabled);
  if (enabled.length > 0) return enabled;
  if (groups.length > 0) {
    const sentence = `Every group in ${groupsFolder} is switched off; set enabled to true in the config.json5 of one.`;
    throw new CliError(sentence, exitCodes.config);
  }
  const sentence =
    broken.length > 0
      ? "No group can run."
      : `There is no group to run in ${groupsFolder}. Sign one in with: ${signIn}`;
  throw new CliError(sentence, exitCodes.config);
}

type Shared = Pick<WorkerDeps, "settings" | "version" | "clock" | "random" | "door"> & {
  readonly throttle: Throttle;
  readonly board: Board;
};

/** Puts one group's parts together. */
function wire(group: GroupConfig, given: Shared, parentLog: Logger): WorkerDeps {
  const { acct, folder, tables, characterLimit, appdata } = group;
  const { throttle, board, ...shared } = given;
  const witness = board.witnessOf(acct);
  const { clock, version } = shared;
  const log = parentLog.child({ group: acct });
  const { base: baseUrl, token, tokenExpiresAt } = appdata;
  return {
    ...shared,
    acct,
    characterLimit,
    log,
    witness,
    tokenExpiresAt,
    gateway: createGateway({ baseUrl, token, acct, clock, version, log, throttle, witness }),
    store: createFileStore(folder, { localHost: hostOf(acct) }),
    translate: (format) => createTranslate(tables, format),
  };
}
