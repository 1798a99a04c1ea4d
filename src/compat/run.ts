import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "../cli/io.js";
import { systemClock } from "../clock.js";
import { messageOf } from "../errors.js";
import { startSandbox } from "../sandbox/index.js";
import { Daemon, type Program, type Workplace } from "../stage/daemon.js";
import { signIn } from "../stage/sign-in.js";
import { awayDomain, groupAcct, groupName, homeDomain, Stage } from "../stage/stage.js";
import { maxCharacters, type Play, type Scenario } from "./play.js";
import type { Server } from "./servers.js";

/** How a scenario ended on one kind of server. */
export interface Cell {
  readonly scenario: string;
  /** `degrades`: the server lacks something, and the group did the next best thing. */
  readonly mark: "works" | "degrades" | "fails";
  /** Why not, unless it works. */
  readonly note: string;
  readonly tookMs: number;
}

/** All scenarios on one kind of server. */
export interface Result {
  readonly server: Server;
  readonly cells: readonly Cell[];
  /** The warnings that the daemon logged on the way, each once. */
  readonly warnings: readonly string[];
}

/** What the scenarios are run with. */
export interface RunOptions {
  readonly scenarios: readonly Scenario[];
  readonly program: Program;
  /** Where the daemon believes to be; nothing is printed to it. */
  readonly io: Io;
  readonly signal: AbortSignal;
}

const patienceMs = 15_000;
/** The one scenario that comes before there is a group. */
const signInName = "sign in";

/** The names and titles of all columns. */
export function columnsOf(
  scenarios: readonly Scenario[],
): readonly Pick<Scenario, "name" | "title">[] {
  const first = { name: signInName, title: "The group signs in with the real OAuth dialogue" };
  return [first, ...scenarios];
}

/** Plays every scenario on a sandbox whose group lives on this kind of server. */
export async function runOn(server: Server, options: RunOptions): Promise<Result> {
  const { scenarios, program, io } = options;
  // Of its own: so many waits on one signal would look like a leak.
  const signal = AbortSignal.any([options.signal]);
  await using sandbox = await startSandbox({
    hosts: [
      // The scenarios ask within seconds what takes a group a day; limits have tests of their own.
      { domain: homeDomain, flavour: server.flavour, maxCharacters, hasRateLimits: false },
      { domain: awayDomain },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-compat-"));
  const place: Workplace = { program, folder, io };
  const daemon = new Daemon(place);
  const stage = new Stage({ sandbox, clock: systemClock, signal, patienceMs });
  const play: Play = { stage, daemon, server };
  const cells: Cell[] = [];
  try {
    stage.away.addUser({ username: "alice" });
    stage.home.addUser({ username: groupName, isBot: true, isLocked: server.locksAccounts });
    await writeFile(join(folder, "groups.json5"), JSON.stringify(hastySettings));
    cells.push(
      await attempt(signInName, async () => {
        await signIn(place, stage, signal);
        return undefined;
      }),
    );
    if (cells.some(({ mark }) => mark === "fails")) await install(folder, stage);
    for (const scenario of scenarios) {
      signal.throwIfAborted();
      cells.push(
        await attempt(scenario.name, async () => {
          if (!daemon.isRunning) await daemon.start(stage);
          // Servers do not tell each other of boosts by people whom nobody there follows.
          if (scenario === scenarios[0]) await stage.who("alice").follow(groupAcct);
          return await playOne(scenario, play);
        }),
      );
    }
    return { server, cells, warnings: warningsOf(daemon) };
  } finally {
    await daemon.stop().catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits are for facts, but the daemon has pauses of its own that need not be as long as in life. */
const hastySettings = {
  poll_interval_s: 0.2,
  delay_fetch_page_s: 0.01,
  delay_reopen_closed_s: 0.1,
  delay_reopen_error_s: 0.1,
};

async function playOne(scenario: Scenario, play: Play): Promise<string | undefined> {
  const { needs } = scenario;
  if (needs === undefined || play.server.features.has(needs)) {
    await scenario.play(play);
    return undefined;
  }
  if (scenario.without === undefined) return `no ${needs}`;
  return await scenario.without(play);
}

/** Resolves with the cell, whatever happens; what `act` resolves with is why it degrades. */
async function attempt(scenario: string, act: () => Promise<string | undefined>): Promise<Cell> {
  const startedAt = systemClock.now();
  const end = (mark: Cell["mark"], note: string): Cell => ({
    ...{ scenario, mark, note },
    tookMs: systemClock.now() - startedAt,
  });
  try {
    const note = await act();
    return note !== undefined ? end("degrades", note) : end("works", "");
  } catch (error) {
    return end("fails", messageOf(error));
  }
}

/** What signing in would have written, so that the other scenarios can be played without it. */
async function install(folder: string, stage: Stage): Promise<void> {
  const groupFolder = join(folder, "groups", groupAcct);
  await mkdir(groupFolder, { recursive: true });
  const config = {
    acct: groupAcct,
    appdata: { base: stage.home.baseUrl, token: stage.home.user(groupName).token },
  };
  const control = { admin_users: [stage.who("alice").acct] };
  await writeFile(join(groupFolder, "config.json5"), JSON.stringify(config), { mode: 0o600 });
  await writeFile(join(groupFolder, "control.json5"), JSON.stringify(control));
}

/** Those about connections that a scenario broke on purpose are left out. */
function warningsOf(daemon: Daemon): readonly string[] {
  const lines = daemon.entries().flatMap(({ level, msg, group: _, time: __, ...fields }) => {
    if (level === "info" || level === "debug") return [];
    const details = JSON.stringify(fields);
    return details.includes("UND_ERR_SOCKET") ? [] : [`${msg} ${details}`];
  });
  return [...new Set(lines)];
}
