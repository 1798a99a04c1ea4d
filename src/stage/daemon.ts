import type { Io } from "../cli/io.js";
import { groupName, type Stage } from "./stage.js";

/** The whole program, see `main.ts`; handed in, since it may be what starts this. */
export type Program = (argv: readonly string[], io: Io, signal: AbortSignal) => Promise<number>;

/** Where the program runs, and with which files. */
export interface Workplace {
  readonly program: Program;
  readonly folder: string;
  readonly io: Io;
}

/** One line of the daemon's log. */
export type LogEntry = Readonly<Record<string, unknown>>;

/** The daemon, run by the same door as everybody's. */
export class Daemon {
  readonly #place: Workplace;
  readonly #log: string[] = [];
  #abort = new AbortController();
  #running: Promise<number> | undefined;
  #end: number | undefined;

  constructor(place: Workplace) {
    this.#place = place;
  }

  get isRunning(): boolean {
    return this.#running !== undefined && this.#end === undefined;
  }

  /** Resolves once it hears what happens: listens to the stream, or has polled. */
  async start(stage: Stage): Promise<void> {
    this.#abort = new AbortController();
    this.#end = undefined;
    const { program, folder, io } = this.#place;
    const output = { write: (text: string) => this.#log.push(text) };
    const ownIo: Io = {
      ...io,
      stdout: output,
      stderr: output,
      isTTY: false,
      isInputTTY: false,
      cwd: folder,
    };
    const linesBefore = this.#log.length;
    const requestsBefore = stage.home.requests.length;
    this.#running = program(["-v", "-c", folder], ownIo, this.#abort.signal);
    void this.#running.then((code) => {
      this.#end = code;
    });
    await stage.until("the daemon to listen", async () => {
      if (this.#end !== undefined) throw new Error(`The daemon ended with code ${this.#end}.`);
      if (stage.home.faults.streams.count(groupName) > 0) return true;
      return isPolling(this.#log.slice(linesBefore)) && hasAsked(stage, requestsBefore);
    });
  }

  /** Stops it as systemd would, and waits until it has. */
  async stop(): Promise<void> {
    this.#abort.abort("SIGTERM");
    const code = await this.#running;
    this.#running = undefined;
    if (code !== undefined && code !== 0) throw new Error(`The daemon ended with code ${code}.`);
  }

  /** Everything it has logged, oldest first. */
  entries(): readonly LogEntry[] {
    return toEntries(this.#log);
  }

  lastLines(): readonly string[] {
    return this.#log.join("").trimEnd().split("\n").slice(-30);
  }
}

/** Does the log say that there is no stream? */
function isPolling(log: readonly string[]): boolean {
  return toEntries(log).some(
    ({ msg, stream }) => msg === "Met the server." && String(stream).startsWith("none"),
  );
}

/** The home timeline is what is asked for last, before a first start is over, too. */
function hasAsked(stage: Stage, requestsBefore: number): boolean {
  return stage.home.requests
    .slice(requestsBefore)
    .some(
      ({ path, username, status }) =>
        path === "/api/v1/timelines/home" && username === groupName && status !== undefined,
    );
}

function toEntries(log: readonly string[]): readonly LogEntry[] {
  return log
    .join("")
    .split("\n")
    .flatMap((line) => {
      if (!line.startsWith("{")) return [];
      const entry: unknown = JSON.parse(line);
      return isEntry(entry) ? [entry] : [];
    });
}

function isEntry(value: unknown): value is LogEntry {
  return typeof value === "object" && value !== null;
}
