import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The built program and what runs it. */
export interface Build {
  /** The path of Node itself. */
  readonly node: string;
  /** The path of the built `main.js`. */
  readonly entry: string;
}

/** A build beside which lie the modules that tools load into its process before it. */
export interface HookedBuild extends Build {
  /** The folder of `chaos/fast-time.js` and `soak/probe.js`. */
  readonly hooks: string;
}

/** How a child is started. */
export interface ChildOptions {
  readonly argv: readonly string[];
  /** Where it stands. */
  readonly folder: string;
  /** Options of Node itself, such as `--expose-gc`. */
  readonly nodeArgv?: readonly string[];
  /** Default: the environment of its parent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Is handed each line that the child writes, without its end. */
  readonly onLine?: (line: string, output: Output) => void;
}

/** On which of its two outputs a process wrote. */
export type Output = "stdout" | "stderr";

/** How a process ended: one of the two. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const keptLines = 400;

/** The real program in a process of its own, which can be killed as by a power cut. */
export class ChildDaemon implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Exit>;
  readonly #lines: string[] = [];
  #exit: Exit | undefined;

  constructor(build: Build, { argv, folder, nodeArgv = [], env, onLine }: ChildOptions) {
    this.#child = spawn(build.node, [...nodeArgv, build.entry, ...argv], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      ...(env === undefined ? {} : { env }),
    });
    for (const output of ["stdout", "stderr"] as const) {
      const input = this.#child[output];
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => {
        this.#lines.push(line);
        if (this.#lines.length > keptLines) this.#lines.shift();
        onLine?.(line, output);
      });
    }
    this.#ended = once(this.#child, "close").then(([code, signal]) => {
      this.#exit = { code, signal };
      return this.#exit;
    });
    // Whoever asks for the end is told of a process that could not even begin.
    this.#ended.catch(() => undefined);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("The program could not be started.");
    return pid;
  }

  /** `undefined` while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Resolves when the process is gone and everything it wrote has been read. */
  ended(): Promise<Exit> {
    return this.#ended;
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it between two steps, as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** Ends it as systemd does, and waits until it has. */
  async stop(): Promise<Exit> {
    this.#child.kill("SIGTERM");
    return await this.#ended;
  }

  /** Nobody reads its standard output any longer. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  /** The last lines it wrote, oldest first. */
  lastLines(): readonly string[] {
    return this.#lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exit === undefined) await this.kill();
  }
}
