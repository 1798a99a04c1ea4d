import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.js";
import { story } from "../demo/story.js";
import { messageOf } from "../errors.js";
import { startSandbox } from "../sandbox/index.js";
import type { Sandbox } from "../sandbox/surface.js";
import { Daemon, type Program } from "../stage/daemon.js";
import { signIn } from "../stage/sign-in.js";
import { awayDomain, groupAcct, homeDomain, Stage } from "../stage/stage.js";
import { commandLine } from "./command-line.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";

/** On a terminal each line stays alone this long, so that one can follow. */
const paceMs = 350;

/**
 * Plays the story of one group against the sandbox: the real sign-in, the real daemon, a folder of
 * its own that is gone afterwards. Each step is checked through the API as its people see it.
 */
export async function demoCommand(
  program: Program,
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-demo-"));
  const sandbox = await startSandbox({
    hosts: [{ domain: homeDomain }, { domain: awayDomain }],
  });
  const daemon = new Daemon({ program, folder, io });
  const startedAt = systemClock.now();
  try {
    peoplePlaces(sandbox);
    const stage = new Stage({ sandbox, clock: systemClock, signal });
    const screen = new Screen(io);
    screen.line(
      `Two servers are up: ${sandbox.hosts.map(({ domain, baseUrl }) => `${domain} (${baseUrl})`).join(", ")}.`,
    );
    await screen.scene("The group signs in with the real OAuth dialogue", signal, async (tell) => {
      await signIn({ program, folder, io }, stage, signal);
      tell(`fedigroups -a ${groupAcct} --admin alice@${homeDomain}: signed in.`);
      await daemon.start(stage);
      tell("fedigroups: the daemon runs and listens to the stream.");
    });
    for (const { title, play } of story) {
      await screen.scene(title, signal, (tell) =>
        play({
          stage,
          tell,
          stopDaemon: () => daemon.stop(),
          startDaemon: () => daemon.start(stage),
        }),
      );
    }
    await daemon.stop();
    const seconds = ((systemClock.now() - startedAt) / 1000).toFixed(1);
    screen.line(`\nAll ${story.length + 1} steps hold, checked from the outside, in ${seconds} s.`);
    screen.line(`Try it yourself: ${commandLine(io, undefined, "sandbox")}`);
    return exitCodes.clean;
  } catch (error) {
    if (signal.aborted) throw new CliError("The demo was stopped.");
    const reason = messageOf(error);
    say(
      io.stderr,
      io.secrets,
      `✗ ${reason}`,
      "The last lines of the daemon's log:",
      ...daemon.lastLines(),
    );
    return exitCodes.failure;
  } finally {
    await daemon.stop().catch(() => undefined);
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function peoplePlaces(sandbox: Sandbox): void {
  const home = sandbox.host(homeDomain);
  for (const username of ["alice", "bob", "carol", "mallory"]) home.addUser({ username });
  home.addUser({ username: "ducks", displayName: "Friends of Ducks", isBot: true });
  const away = sandbox.host(awayDomain);
  for (const username of ["dave", "erin"]) away.addUser({ username });
  away.addUser({ username: "frank", note: "I like to be left alone. #nobot" });
}

/** What the audience sees. */
class Screen {
  readonly #io: Io;

  constructor(io: Io) {
    this.#io = io;
  }

  line(text: string): void {
    say(this.#io.stdout, this.#io.secrets, text);
  }

  /** Prints the title, what happens, and that it holds; on a terminal slowly enough to follow. */
  async scene(
    title: string,
    signal: AbortSignal,
    play: (tell: (line: string) => void) => Promise<void>,
  ): Promise<void> {
    const told: string[] = [];
    const startedAt = systemClock.now();
    await play((line) => told.push(line));
    const tookMs = systemClock.now() - startedAt;
    this.line("");
    for (const line of told) {
      this.line(`    ${line}`);
      if (this.#io.isTTY) await systemClock.sleep(paceMs, signal);
    }
    this.line(`✓ ${title} (${tookMs} ms)`);
    if (this.#io.isTTY) await systemClock.sleep(2 * paceMs, signal);
  }
}
