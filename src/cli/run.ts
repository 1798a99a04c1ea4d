import { systemClock } from "../clock.js";
import { type Config, loadConfig } from "../config/load.js";
import type { GroupConfig } from "../config/load-group.js";
import { watchFolders } from "../config/watch-folders.js";
import { createLog, type LogLevel } from "../log.js";
import type { Clock } from "../ports.js";
import { acquireLock } from "../store/lock.js";
import { Board } from "../watch/board.js";
import type { TakeOrder } from "../web/control.js";
import { groupsPerSecond } from "../worker/door.js";
import { orderOnFiles } from "./admin.js";
import { commandLine } from "./command-line.js";
import { describeProblem } from "./describe.js";
import { Doors } from "./doors.js";
import { Fleet } from "./fleet.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";
import { serviceManagerOf, tellServiceManager } from "./service-manager.js";
import { readVersion } from "./version.js";
import { createWiring } from "./wiring.js";

/** What `fedigroups` without an errand is told. */
export interface RunOptions {
  readonly config: string | undefined;
  readonly level: LogLevel;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Where the groups tell what happens. Default: one of their own. */
  readonly board?: Board;
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
  const load = async () => {
    const config = await loadConfig(options.config, io.cwd);
    rememberSecrets(config, io);
    return config;
  };
  const config = await load();
  const { NO_COLOR: noColor } = io.env;
  const log = createLog({
    level: options.level,
    format: io.isTTY ? await forPeople(!noColor) : undefined,
    secrets: io.secrets,
    write: (text) => io.stdout.write(text),
  });
  for (const notice of config.notices) log.warn(notice);
  reportBroken(config, io);
  const signIn = commandLine(io, options.config, "-a", "group@example.social");
  const groups = startable(config, signIn);
  const { groupsFolder } = config;
  const release = await acquireLock(groupsFolder, { pid: io.pid });
  const over = new AbortController();
  try {
    const version = readVersion();
    const accts = groups.map(({ acct }) => acct);
    log.info({ version, count: accts.length, groups: accts }, "Starting.");
    const clock = options.clock ?? systemClock;
    const endBurst = io.beginBurst?.() ?? (() => undefined);
    // Each group passes the door twice, for itself and for its socket.
    const burstMs = (2000 * accts.length) / groupsPerSecond;
    void clock.sleep(burstMs, over.signal).then(endBurst, endBurst);
    const board = options.board ?? new Board(clock, version);
    const doors = new Doors({ board, clock, log });
    const wiring = createWiring({ board, clock, version, log });
    const fleet = new Fleet(
      config,
      {
        load: async () => {
          const config = await load();
          startable(config, signIn);
          return config;
        },
        orderOnFiles: (acct, order) => orderOnFiles(groupsFolder, acct, order),
        adopt: ({ settings }) => doors.showPage(settings.httpListen),
        ...{ ...wiring, clock, log },
      },
      signal,
    );
    const takeOrder: TakeOrder = (acct, order) => fleet.order(acct, order);
    await doors.openControl(groupsFolder, takeOrder);
    await doors.showPage(config.settings.httpListen);
    const stopReloading = io.onHangUp?.(() => void fleet.reload());
    void watchFolders(config, { clock, log }, over.signal);
    const untilOver = AbortSignal.any([signal, over.signal]);
    const manager = serviceManagerOf(io, log);
    const telling = manager && tellServiceManager({ board, clock, ...manager }, untilOver);
    const ends = await fleet.ended();
    over.abort();
    stopReloading?.();
    await telling;
    await doors.close();
    if (signal.aborted) return exitCodes.clean;
    log.fatal({ groups: Object.fromEntries(ends) }, "No group is left that could run.");
    const isForOperator = [...ends.values()].every((reason) => reason === "broken-files");
    return isForOperator ? exitCodes.config : exitCodes.failure;
  } finally {
    over.abort();
    await release();
  }
}

async function forPeople(hasColor: boolean): Promise<(line: string) => string> {
  const { createPretty } = await import("../log-for-people.js");
  return createPretty(hasColor);
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
