import type { Command } from "commander";
import {
  type ArgumentDefinition,
  type CommandDefinition,
  definitionOf,
  type OptionDefinition,
} from "./definitions.js";
import { type ExitCode, exitCodes, type Io } from "./io.js";
import { readVersion } from "./version.js";

/** Prints the manual page as `man` reads it, made from the program's own definitions. */
export function manualCommand(program: Command, io: Io): ExitCode {
  io.stdout.write(`${pageOf(definitionOf(program)).join("\n")}\n`);
  return exitCodes.clean;
}

function pageOf(program: CommandDefinition): readonly string[] {
  const { name, commands } = program;
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${escaped(readVersion())}"`,
    ".SH NAME",
    `${name} \\- groups for the fediverse`,
    ".SH SYNOPSIS",
    `.B ${name}`,
    program.options.map(synopsisOf).join(" "),
    ...commands.flatMap((each) => [".br", `.B ${name} ${each.name}`, usageOf(each)]),
    ".SH DESCRIPTION",
    text(program.description),
    ".SH OPTIONS",
    ...program.options.flatMap(optionEntry),
    ".SH COMMANDS",
    ...commands.flatMap((each) => [
      `.SS ${each.name}${argumentsOf(each)}`,
      text(`${each.description.charAt(0).toUpperCase()}${each.description.slice(1)}.`),
      ...each.arguments.flatMap(argumentEntry),
      ...each.options.flatMap(optionEntry),
    ]),
    ".SH EXIT STATUS",
    ...Object.entries(exitMeanings).flatMap(([code, meaning]) => [".TP", code, text(meaning)]),
    ".SH FILES",
    ...files.flatMap(([file, meaning]) => [".TP", `.I ${escaped(file)}`, text(meaning)]),
    ".SH SEE ALSO",
    text("README.md in /usr/local/lib/fedigroups, or wherever the program is installed."),
  ];
}

const exitMeanings: Readonly<Record<number, string>> = {
  [exitCodes.clean]: "stopped as asked, or done",
  [exitCodes.failure]: "failed while running, or the doctor found a problem",
  [exitCodes.usage]: "wrong command line",
  [exitCodes.config]: "the configuration needs you",
};

const files: readonly (readonly [string, string])[] = [
  ["groups.json5", "settings of all groups; optional"],
  ["groups/*/config.json5", "one group: its account, token and language"],
  ["groups/*/control.json5", "its admins, members, bans and hashtags; written by the service"],
  ["groups/*/state.json5", "how far it has read; written by the service"],
  ["groups/*/journal.jsonl", "what changed in the state since it was written"],
  ["groups/*/messages.json5", "texts of this group; optional"],
  ["locales/*.json5", "languages of your own; optional"],
];

function argumentsOf(command: CommandDefinition): string {
  return command.arguments.map(({ placeholder }) => ` ${escaped(placeholder)}`).join("");
}

function usageOf(command: CommandDefinition): string {
  const options = command.options.map(synopsisOf);
  return [...options, ...command.arguments.map(({ placeholder }) => escaped(placeholder))].join(
    " ",
  );
}

function synopsisOf({ names, placeholder }: OptionDefinition): string {
  return `[${escaped([names[0], placeholder].filter((part) => part !== undefined).join(" "))}]`;
}

function optionEntry({ names, placeholder, description }: OptionDefinition): readonly string[] {
  const head = names.map((name) => `\\fB${escaped(name)}\\fR`).join(", ");
  const value = placeholder === undefined ? "" : ` \\fI${escaped(placeholder)}\\fR`;
  return [".TP", `${head}${value}`, text(description)];
}

function argumentEntry({ placeholder, description }: ArgumentDefinition): readonly string[] {
  return description === "" ? [] : [".TP", `\\fI${escaped(placeholder)}\\fR`, text(description)];
}

/** Running text; a line that begins with a dot would be an order to the formatter. */
function text(words: string): string {
  return escaped(words)
    .split("\n")
    .map((line) => line.replace(/^(?=[.'])/u, String.raw`\&`))
    .join("\n");
}

function escaped(words: string): string {
  return words.replaceAll("\\", String.raw`\e`).replaceAll("-", String.raw`\-`);
}
