import { systemClock } from "../clock.js";
import { loadCommon } from "../config/common.js";
import type { Clock } from "../ports.js";
import type { Snapshot } from "../watch/board.js";
import { askDaemon } from "./ask-daemon.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";
import { statusLines } from "./status-text.js";

const refreshMs = 2000;

export interface StatusOptions {
  readonly config: string | undefined;
  readonly json?: boolean;
  /** Again and again, until the signal. */
  readonly watch?: boolean;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Prints what the running daemon tells about its groups.
 * @throws CliError when none runs; ConfigError
 */
export async function statusCommand(
  options: StatusOptions,
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { groupsFolder } = await loadCommon(options.config, io.cwd);
  const clock = options.clock ?? systemClock;
  for (;;) {
    const snapshot = await look(groupsFolder);
    if (options.watch !== true && snapshot === undefined) throw new CliError(absent(groupsFolder));
    if (options.json !== true) {
      const lines = snapshot === undefined ? [absent(groupsFolder)] : statusLines(snapshot);
      // Over what stands there already: a screen cleared first would flicker.
      if (options.watch === true && io.isTTY) io.stdout.write("\x1b[H\x1b[J");
      say(io.stdout, io.secrets, ...lines);
    } else if (snapshot !== undefined) io.stdout.write(`${render(snapshot, options)}\n`);
    if (options.watch !== true) return isSound(snapshot) ? exitCodes.clean : exitCodes.failure;
    await clock.sleep(refreshMs, signal).catch(() => undefined);
    if (signal.aborted) return exitCodes.clean;
  }
}

function absent(groupsFolder: string): string {
  return `No fedigroups runs the groups in ${groupsFolder}.`;
}

/** `undefined`: nobody is there to be asked. */
async function look(groupsFolder: string): Promise<Snapshot | undefined> {
  const answer = await askDaemon(groupsFolder, { method: "GET", path: "/status" });
  if (answer === undefined) return undefined;
  if (!isSnapshot(answer)) throw new CliError("Another version of the service runs; restart it.");
  return answer;
}

/** Both ends are this program; what has to be told from it is only another version's answer. */
function isSnapshot(answer: unknown): answer is Snapshot {
  return typeof answer === "object" && answer !== null && "groups" in answer && "now" in answer;
}

/** One line for each look while watching, for programs that read lines. */
function render(snapshot: Snapshot, { watch }: StatusOptions): string {
  return JSON.stringify(snapshot, undefined, watch === true ? 0 : 2);
}

function isSound(snapshot: Snapshot | undefined): boolean {
  if (snapshot === undefined) return false;
  return snapshot.groups.every(({ phase, isStuck }) => phase !== "stopped" && !isStuck);
}
