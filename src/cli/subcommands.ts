import { Argument, type Command } from "commander";
import type { Program } from "../stage/daemon.js";
import type { DoctorOptions } from "./doctor.js";
import { CliError, type ExitCode, exitCodes, type Io } from "./io.js";
import { toPort } from "./options.js";
import { type Shell, shells } from "./shells.js";

type DoctorFlags = Pick<DoctorOptions, "fix" | "json" | "tryStream">;

/** What the subcommands act with. */
interface Wiring {
  readonly io: Io;
  readonly signal: AbortSignal;
  /** Takes the exit code. */
  readonly end: (code: ExitCode) => void;
  /** The whole program, for the demo. */
  readonly main: Program;
}

/**
 * Adds every subcommand. The code of each is loaded when it is called, so that the daemon holds none
 * of it. Completion and manual page are made from these definitions.
 */
export function addSubcommands(program: Command, { io, signal, end, main }: Wiring): void {
  withConfig(program.command("list"))
    .description("list the groups with what they are and what keeps them from running")
    .option("--json", "print JSON for programs")
    .action(async (options: { json?: boolean }) => {
      const config = onlyConfig(program);
      const { listCommand } = await import("./list.js");
      end(await listCommand({ ...options, config }, io));
    });
  withConfig(program.command("status"))
    .description("ask the running service how its groups are")
    .option("--watch", "look again every two seconds, until Ctrl-C")
    .option("--json", "print JSON for programs")
    .action(async (options: { watch?: boolean; json?: boolean }) => {
      const config = onlyConfig(program);
      const { statusCommand } = await import("./status.js");
      end(await statusCommand({ ...options, config }, io, signal));
    });
  withConfig(program.command("admin"))
    .description("make somebody an admin of a group, or take that back")
    .addArgument(new Argument("<acct>", "which group"))
    .addArgument(new Argument("<action>", "what to do").choices(["add", "remove"]))
    .addArgument(new Argument("<handle>", "whom; a bare name is one of the group's server"))
    .action(async (group: string, action: "add" | "remove", handle: string) => {
      const config = onlyConfig(program);
      const { adminCommand } = await import("./admin.js");
      end(await adminCommand({ config, group, action, handle }, io));
    });
  withConfig(program.command("doctor"))
    .description("look at everything a group needs, and say how to mend what is wrong")
    .argument("[acct]", "look at this group only")
    .option("--fix", "mend what is safe to mend: file modes, notification policy, bot flag")
    .option("--try-stream", "post a message that nobody else sees, to see it come, and delete it")
    .option("--json", "print JSON for programs")
    .action(async (acct: string | undefined, options: DoctorFlags) => {
      const config = onlyConfig(program);
      const { doctorCommand } = await import("./doctor.js");
      end(await doctorCommand({ ...options, acct, config }, io, signal));
    });
  withConfig(program.command("sandbox"))
    .description("try a group on this machine: a small fediverse and a page to play on")
    .option("--group <handle>", "with -c: which group, where there are several")
    .option("--port <number>", "of its first server; the others follow; 0 for any", toPort, 4000)
    .option("--flavour <name>", "the kind of server it plays, such as pleroma-2.7", "mastodon-4.6")
    .action(async (options: { port: number; flavour: string; group?: string }) => {
      const config = onlyConfig(program);
      const { sandboxCommand } = await import("./sandbox.js");
      end(await sandboxCommand({ ...options, config }, io, signal));
    });
  program
    .command("demo")
    .description("watch a group at work: nothing to set up, nothing is left behind")
    .action(async () => {
      refuseOptions(program);
      const { demoCommand } = await import("./demo.js");
      end(await demoCommand(main, io, signal));
    });
  program
    .command("completion")
    .description("print what makes a shell complete this program's words")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .action(async (shell: Shell) => {
      refuseOptions(program);
      const { completionCommand } = await import("./completion.js");
      end(completionCommand(shell, program, io));
    });
  program
    .command("manual")
    .description("print the manual page, for man")
    .action(async () => {
      refuseOptions(program);
      const { manualCommand } = await import("./manual.js");
      end(manualCommand(program, io));
    });
}

/** Options of the program count after a subcommand, too; this one says so in its help. */
function withConfig(command: Command): Command {
  return command.option("-c, --config <path>", "groups.json5, or the folder that contains it");
}

/** The daemon's options would be dropped in silence before a subcommand; `but` goes with this one. */
function refuseOptions(program: Command, but?: string): void {
  const stray = program.options.find(
    (option) =>
      option.attributeName() !== but &&
      program.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (stray !== undefined) {
    throw new CliError(`${stray.flags} does not go with a subcommand.`, exitCodes.usage);
  }
}

/** The value of `-c`, for a subcommand that looks at the files; other options are refused. */
function onlyConfig(program: Command): string | undefined {
  refuseOptions(program, "config");
  const { config }: { config?: string } = program.opts();
  return config;
}
