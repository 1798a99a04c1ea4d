import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { systemClock } from "../clock.js";
import { awayDomain, groupAcct, homeDomain, Stage } from "../demo/stage.js";
import { story } from "../demo/story.js";
import { Secrets } from "../log.js";
import { startSandbox } from "../sandbox/index.js";
import type { Sandbox } from "../sandbox/surface.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";

/** The whole program, see `main.ts`; handed in, since it is what starts the demo. */
type Program = (argv: readonly string[], io: Io, signal: AbortSignal) => Promise<number>;

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
  const daemon = new Daemon(program, folder, io);
  const startedAt = systemClock.now();
  try {
    peoplePlaces(sandbox);
    const stage = new Stage(sandbox, systemClock, signal);
    const screen = new Screen(io);
    screen.line(
      `Two servers are up: ${sandbox.hosts.map(({ domain, baseUrl }) => `${domain} (${baseUrl})`).join(", ")}.`,
    );
    await screen.scene("The group signs in with the real OAuth dialogue", signal, async (tell) => {
      await signIn(program, folder, stage, io, signal);
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
    screen.line("Try it yourself: fedigroups sandbox");
    return exitCodes.clean;
  } catch (error) {
    if (signal.aborted) throw new CliError("The demo was stopped.");
    const reason = error instanceof Error ? error.message : String(error);
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

/** Runs `fedigroups -a` and plays the person at the terminal: opens the page, copies the code. */
async function signIn(
  program: Program,
  folder: string,
  stage: Stage,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const keyboard = new PassThrough();
  let printed = "";
  let isAnswered = false;
  const read = (text: string) => {
    printed += text;
    const url = /https?:\/\/\S*\/oauth\/authorize\?\S+/u.exec(printed)?.[0];
    if (url === undefined || isAnswered) return;
    isAnswered = true;
    stage.home
      .user("ducks")
      .approve(url)
      .then((code) => keyboard.write(`${code}\n`))
      .catch((error: unknown) => keyboard.destroy(error instanceof Error ? error : undefined));
  };
  const output = { write: read };
  const argv = ["-a", groupAcct, "--base", stage.home.baseUrl, "--admin", `alice@${homeDomain}`];
  const exitCode = await program(
    [...argv, "-c", folder],
    {
      ...io,
      stdin: keyboard,
      stdout: output,
      stderr: output,
      isTTY: false,
      isInputTTY: false,
      cwd: folder,
      secrets: new Secrets(),
    },
    signal,
  );
  if (exitCode !== 0) throw new Error(`Signing in failed with exit code ${exitCode}:\n${printed}`);
}

/** The daemon, run by the same door as everybody's. */
class Daemon {
  readonly #program: Program;
  readonly #folder: string;
  readonly #io: Io;
  readonly #log: string[] = [];
  #abort = new AbortController();
  #running: Promise<number> | undefined;

  constructor(program: Program, folder: string, io: Io) {
    this.#program = program;
    this.#folder = folder;
    this.#io = io;
  }

  /** Resolves once it listens to the stream. */
  async start(stage: Stage): Promise<void> {
    this.#abort = new AbortController();
    const output = { write: (text: string) => this.#log.push(text) };
    const io: Io = {
      ...this.#io,
      stdout: output,
      stderr: output,
      isTTY: false,
      isInputTTY: false,
      cwd: this.#folder,
    };
    let end: number | undefined;
    this.#running = this.#program(["-v", "-c", this.#folder], io, this.#abort.signal);
    void this.#running.then((code) => {
      end = code;
    });
    await stage.until("the daemon to listen", async () => {
      if (end !== undefined) throw new Error(`The daemon ended with exit code ${end}.`);
      return stage.home.faults.streams.count("ducks") > 0;
    });
  }

  /** Stops it as systemd would, and waits until it has. */
  async stop(): Promise<void> {
    this.#abort.abort("SIGTERM");
    const code = await this.#running;
    this.#running = undefined;
    if (code !== undefined && code !== 0)
      throw new Error(`The daemon ended with exit code ${code}.`);
  }

  lastLines(): readonly string[] {
    return this.#log.join("").trimEnd().split("\n").slice(-30);
  }
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
