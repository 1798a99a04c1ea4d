import type { Readable } from "node:stream";
import type { Secrets } from "../log.js";

/** Where text goes. */
export interface Output {
  write(text: string): unknown;
}

/** The process as the command line sees it; tests hand in a recording one. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** True when a person reads stdout. */
  readonly isTTY: boolean;
  /** True when a person types into stdin. */
  readonly isInputTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** How the program was started, for commands that it prints. Default: its name. */
  readonly program?: string | undefined;
  readonly pid: number;
  /**
   * Calls `listen` at each SIGHUP from now on, until the returned function is called. `undefined` where a
   * hang-up means that the person at the terminal has gone.
   */
  readonly onHangUp?: ((listen: () => void) => () => void) | undefined;
  /**
   * From now on, until the returned function is called, much happens at once that will not last: no memory
   * is taken for it that would be kept.
   */
  readonly beginBurst?: (() => () => void) | undefined;
  /** Every token the program learns is added here and never printed. */
  readonly secrets: Secrets;
}

/** Exit codes, as docs/reference.md and the systemd unit know them. */
export const exitCodes = { clean: 0, failure: 1, usage: 2, config: 78 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure that one sentence to the operator explains; no stack is shown. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failure, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

/** Prints lines for people, with tokens and control characters taken out. */
export function say(output: Output, secrets: Secrets, ...lines: readonly string[]): void {
  for (const line of lines) output.write(`${printable(line, secrets)}\n`);
}

/** A text without tokens, its control characters as escapes. */
export function printable(text: string, secrets: Secrets): string {
  return secrets.scrub(text).replace(unprintable, toEscape);
}

/** Every control character but the line break, and what turns or breaks lines unseen. */
const unprintable = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
