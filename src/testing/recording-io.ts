import { PassThrough } from "node:stream";
import type { Io } from "../cli/io.js";
import { Secrets } from "../log.js";

/** An {@link Io} that keeps what was printed and lets a test type. */
export class RecordingIo implements Io {
  readonly stdin = new PassThrough();
  readonly stdout = { write: (text: string) => this.#print("out", text) };
  readonly stderr = { write: (text: string) => this.#print("err", text) };
  readonly isTTY = false;
  readonly isInputTTY = false;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly pid: number;
  readonly secrets = new Secrets();
  #out = "";
  #err = "";

  constructor(options: { cwd?: string; env?: Record<string, string>; pid?: number } = {}) {
    this.cwd = options.cwd ?? "/nonexistent";
    this.env = options.env ?? {};
    this.pid = options.pid ?? process.pid;
  }

  /** Everything on stdout so far. */
  get out(): string {
    return this.#out;
  }

  /** Everything on stderr so far. */
  get err(): string {
    return this.#err;
  }

  /** One line at the keyboard. */
  type(line: string): void {
    this.stdin.write(`${line}\n`);
  }

  /** The terminal is closed. */
  hangUp(): void {
    this.stdin.end();
  }

  #print(where: "out" | "err", text: string): void {
    if (where === "out") this.#out += text;
    else this.#err += text;
  }
}
