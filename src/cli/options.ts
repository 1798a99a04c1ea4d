import { type Command, InvalidArgumentError } from "commander";
import { type LogLevel, levelFor } from "../log.js";
import { CliError, exitCodes } from "./io.js";

/** What was typed, checked; the kinds are the program's three errands. */
export type Errand =
  | {
      readonly kind: "run";
      readonly config: string | undefined;
      readonly level: LogLevel;
    }
  | SignInErrand;

export interface SignInErrand {
  readonly kind: "sign-in" | "renew";
  readonly config: string | undefined;
  readonly handle: string;
  /** The server's address, where the operator gave one. */
  readonly base: string | undefined;
  readonly hasTokenOnStdin: boolean;
  /** The first admin of a new group. */
  readonly admin: string | undefined;
}

interface Flags {
  readonly auth?: string;
  readonly reauth?: string;
  readonly config?: string;
  readonly verbose: number;
  readonly quiet: number;
  readonly tokenStdin?: true;
  readonly base?: string;
  readonly admin?: string;
}

const oneMore = (_: string, count: number) => count + 1;

/** A value that may be given once: the second of two would silently win otherwise. */
function once(value: string, previous: string | undefined): string {
  if (previous !== undefined) throw new InvalidArgumentError("It can be given only once.");
  if (value.trim() === "") throw new InvalidArgumentError("It is empty.");
  return value;
}

/** Adds every option of the daemon and of signing in. */
export function addOptions(program: Command): Command {
  return program
    .option("-a, --auth <handle>", "sign a new group in, such as -a ducks@example.social", once)
    .option("-A, --reauth <handle>", "sign an existing group in again", once)
    .option("-c, --config <path>", "groups.json5, or the folder that contains it", once)
    .option("-v, --verbose", "log more; twice for everything", oneMore, 0)
    .option("-q, --quiet", "log less: warnings, with -qq errors, with -qqq nothing", oneMore, 0)
    .option("--admin <handle>", "with -a: who may give the new group orders", once)
    .option("--token-stdin", "with -a or -A: read an access token from standard input")
    .option("--base <url>", "with -a or -A: where the server's API is", once);
}

/** The errand the options describe. @throws CliError (usage) when they do not fit together. */
export function toErrand(flags: Readonly<Flags>): Errand {
  const { auth, reauth, config, base, admin } = flags;
  if (auth !== undefined && reauth !== undefined) {
    throw usage("-a signs a new group in and -A an existing one; give only one of them.");
  }
  const handle = auth ?? reauth;
  if (handle === undefined) {
    const stray = straySignInOption(flags);
    if (stray === "--admin") throw usage("--admin goes with -a.");
    if (stray !== undefined) throw usage(`${stray} goes with -a <handle> or -A <handle>.`);
    return { kind: "run", config, level: levelFor(flags.verbose, flags.quiet) };
  }
  if (admin !== undefined && auth === undefined) {
    throw usage("--admin goes with -a; an existing group's admins use /op.");
  }
  if (base !== undefined && !isWebAddress(base)) {
    throw usage(
      `"${base}" is no address of a server; --base takes one such as https://example.social.`,
    );
  }
  const kind = auth === undefined ? "renew" : "sign-in";
  return { kind, config, handle, base, admin, hasTokenOnStdin: flags.tokenStdin === true };
}

/** Without a scheme it is taken for https. */
function isWebAddress(text: string): boolean {
  const scheme = /^([a-z][a-z\d+.-]*):\/\//iu.exec(text.trim())?.[1];
  return scheme === undefined || /^https?$/iu.test(scheme);
}

function straySignInOption(flags: Readonly<Flags>): string | undefined {
  if (flags.tokenStdin === true) return "--token-stdin";
  if (flags.base !== undefined) return "--base";
  return flags.admin === undefined ? undefined : "--admin";
}

function usage(message: string): CliError {
  return new CliError(message, exitCodes.usage);
}

/** A port of this machine. 0 is any that is free. */
export function toPort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/u.test(value) || port > 65_535) {
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  }
  return port;
}
