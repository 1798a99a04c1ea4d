import { Command, CommanderError } from "commander";
import { LoadError } from "../config/load-error.js";
import { ConfigError, GatewayError } from "../errors.js";
import { FileError } from "../store/file-error.js";
import { LockedError } from "../store/lock.js";
import { describeProblem } from "./describe.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";
import { addOptions, toErrand } from "./options.js";
import { addSubcommands } from "./subcommands.js";
import { readVersion } from "./version.js";

/** The whole program: arguments in, exit code out. Never throws and never exits by itself. */
export async function main(argv: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  let exitCode: ExitCode = exitCodes.clean;
  const program = createProgram(io, signal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, io, signal);
  }
}

function createProgram(io: Io, signal: AbortSignal, end: (code: ExitCode) => void): Command {
  const program = new Command("fedigroups");
  const prepare = (command: Command) =>
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text.replace(/^error: /u, "fedigroups: ")),
      getOutHelpWidth: () => 90,
      getErrHelpWidth: () => 90,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  // Before the subcommands are made: they take these settings over.
  prepare(program)
    .description(
      "Runs groups for the fediverse: each is an account that boosts what its members post to it.\n" +
        "Without options it runs every group that was signed in.",
    )
    .version(readVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError()
    .showHelpAfterError("Try fedigroups --help.");
  addOptions(program.allowExcessArguments()).action(async () => {
    const [stray] = program.args;
    if (stray !== undefined) {
      throw new CliError(`There is no command "${stray}"; try --help.`, exitCodes.usage);
    }
    const errand = toErrand(program.opts());
    if (errand.kind === "run") {
      const { runCommand } = await import("./run.js");
      end(await runCommand(errand, io, signal));
    } else {
      const { authCommand } = await import("./auth.js");
      end(await authCommand(errand, io, signal));
    }
  });
  addSubcommands(program, { io, signal, end, main });
  program.helpCommand(false);
  return program;
}

function report(error: unknown, io: Io, signal: AbortSignal): ExitCode {
  const complain = (...lines: readonly string[]) => say(io.stderr, io.secrets, ...lines);
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
  }
  if (error instanceof CliError) {
    complain(`fedigroups: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof ConfigError) {
    complain("fedigroups: The configuration needs you:", ...error.problems.map(describeProblem));
    if (error instanceof LoadError && error.notices.length > 0) {
      complain("Worth a look, too:", ...error.notices.map((notice) => `  ${notice}`));
    }
    return exitCodes.config;
  }
  if (signal.aborted) {
    complain("fedigroups: Stopped.");
    return exitCodes.failure;
  }
  if (isWorded(error)) {
    complain(`fedigroups: ${error.message}`);
    return exitCodes.failure;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  complain(`fedigroups: This is a bug, please report it. ${text}`);
  return exitCodes.failure;
}

/** Errors whose message is a sentence for the operator. */
function isWorded(error: unknown): error is Error {
  return [GatewayError, FileError, LockedError].some((kind) => error instanceof kind);
}
