import type { Command } from "commander";
import {
  type CommandDefinition,
  definitionOf,
  type OptionDefinition,
  type Value,
} from "./definitions.js";
import { type ExitCode, exitCodes, type Io } from "./io.js";
import type { Shell } from "./shells.js";

/** Prints the completion for one shell, made from the program's own definitions. */
export function completionCommand(shell: Shell, program: Command, io: Io): ExitCode {
  io.stdout.write(`${scripts[shell](definitionOf(program)).join("\n")}\n`);
  return exitCodes.clean;
}

/** Prints the addresses of the groups here, one a line; a folder without any prints none. */
const listGroups = String.raw`fedigroups list 2>/dev/null | sed -n 's/^\([^ ]*@[^ ]*\) .*/\1/p'`;

const scripts: Readonly<Record<Shell, (program: CommandDefinition) => readonly string[]>> = {
  bash,
  zsh,
  fish,
};

function bash(program: CommandDefinition): readonly string[] {
  const scopes = scopesOf(program);
  const takers = new Set(
    scopes.flatMap(({ options }) => options.flatMap(({ names, value }) => (value ? names : []))),
  );
  return [
    `# Completion of ${program.name} for bash: source it, or put it where bash-completion looks.`,
    `_${program.name}() {`,
    `  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"`,
    '  local command="" place=0 i',
    "  COMPREPLY=()",
    "  for ((i = 1; i < COMP_CWORD; i++)); do",
    `    case "\${COMP_WORDS[i]}" in`,
    `      ${[...takers].join(" | ")}) i=$((i + 1)) ;;`,
    "      -*) ;;",
    `      *) if [[ -z "$command" ]]; then command="\${COMP_WORDS[i]}"; else place=$((place + 1)); fi ;;`,
    "    esac",
    "  done",
    '  case "$command:$previous" in',
    ...scopes.flatMap(({ scope, options }) =>
      options.flatMap(({ names, value }) => {
        if (value === undefined) return [];
        const patterns = names.map((name) => `${scope}:${name}`).join(" | ");
        return [`    ${patterns}) ${bashReply(value)}; return ;;`];
      }),
    ),
    "  esac",
    '  if [[ "$current" == -* ]]; then',
    '    case "$command" in',
    ...scopes.map(({ scope, options }) => {
      const words = options.flatMap(({ names }) => names).join(" ");
      return `      ${scope === "" ? '""' : scope}) ${bashWords(words)} ;;`;
    }),
    "    esac",
    "    return",
    "  fi",
    '  case "$command:$place" in',
    `    :0) ${bashWords(program.commands.map(({ name }) => name).join(" "))} ;;`,
    ...program.commands.flatMap(({ name, arguments: all }) =>
      all.map(({ value }, place) => `    ${name}:${place}) ${bashReply(value)} ;;`),
    ),
    "  esac",
    "}",
    `complete -F _${program.name} ${program.name}`,
  ];
}

/** The program's own options under the empty name, then those of each subcommand. */
function scopesOf(program: CommandDefinition) {
  return [
    { scope: "", options: program.options },
    ...program.commands.map(({ name, options }) => ({ scope: name, options })),
  ];
}

function bashWords(words: string): string {
  return `mapfile -t COMPREPLY < <(compgen -W ${quoted(words)} -- "$current")`;
}

function bashReply(value: Value): string {
  switch (value.kind) {
    case "file":
      return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")';
    case "group":
      return `mapfile -t COMPREPLY < <(compgen -W "$(${listGroups})" -- "$current")`;
    case "one-of":
      return bashWords(value.choices.join(" "));
    case "free":
      return ":";
  }
}

function zsh(program: CommandDefinition): readonly string[] {
  const { name, commands } = program;
  return [
    `#compdef ${name}`,
    `# Completion of ${name} for zsh: put it into a folder of $fpath as _${name}.`,
    `_${name}_groups() {`,
    "  local -a groups",
    `  groups=(\${(f)"$(${listGroups})"})`,
    "  compadd -a groups",
    "}",
    `_${name}() {`,
    "  local curcontext=$curcontext state line",
    "  local -a commands",
    "  typeset -A opt_args",
    "  commands=(",
    ...commands.map((each) => `    ${quoted(`${each.name}:${each.description}`)}`),
    "  )",
    "  _arguments -C \\",
    ...program.options.map((option) => `    ${zshOption(option)} \\`),
    "    '1: :->command' '*:: :->rest'",
    "  case $state in",
    "    command) _describe command commands ;;",
    "    rest)",
    "      case $line[1] in",
    ...commands.flatMap((each) => [
      `        ${each.name})`,
      "          _arguments \\",
      ...each.options.map((option) => `            ${zshOption(option)} \\`),
      ...each.arguments.map(({ placeholder, value }, place) => {
        const title = placeholder.replaceAll(/[<>[\]]/gu, "");
        return `            ${quoted(`${place + 1}:${title}:${zshAction(value)}`)} \\`;
      }),
      "            && return ;;",
    ]),
    "      esac ;;",
    "  esac",
    "}",
    `if [[ "\${funcstack[1]}" == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi`,
  ];
}

function zshOption({ names, placeholder, value, description }: OptionDefinition): string {
  const text = `[${description.replaceAll(/[\\[\]:]/gu, String.raw`\$&`)}]`;
  const title = placeholder?.replaceAll(/[<>[\]]/gu, "") ?? "";
  const after = value === undefined ? "" : `:${title}:${zshAction(value)}`;
  const [only] = names;
  if (names.length === 1) return quoted(`${only}${text}${after}`);
  return `${quoted(`(${names.join(" ")})`)}{${names.join(",")}}${quoted(text + after)}`;
}

function zshAction(value: Value): string {
  switch (value.kind) {
    case "file":
      return "_files";
    case "group":
      return "_fedigroups_groups";
    case "one-of":
      return `(${value.choices.join(" ")})`;
    case "free":
      return " ";
  }
}

function fish(program: CommandDefinition): readonly string[] {
  const { name, commands } = program;
  const line = (...parts: readonly string[]) => ["complete -c", name, ...parts].join(" ");
  const optionLine = (when: string, { names, value, description }: OptionDefinition) => {
    const flags = names.map((each) =>
      each.startsWith("--") ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`,
    );
    return line(`-n ${quoted(when)}`, ...flags, ...fishValue(value), `-d ${quoted(description)}`);
  };
  return [
    `# Completion of ${name} for fish: put it into ~/.config/fish/completions/${name}.fish`,
    line("-f"),
    ...commands.map((each) =>
      line("-n __fish_use_subcommand", `-a ${each.name}`, `-d ${quoted(each.description)}`),
    ),
    ...program.options.map((option) => optionLine("__fish_use_subcommand", option)),
    ...commands.flatMap((each) => {
      const when = `__fish_seen_subcommand_from ${each.name}`;
      return [
        ...each.options.map((option) => optionLine(when, option)),
        ...each.arguments.flatMap(({ value }) =>
          value.kind === "free" ? [] : [line(`-n ${quoted(when)}`, ...fishValue(value))],
        ),
      ];
    }),
  ];
}

function fishValue(value: Value | undefined): readonly string[] {
  switch (value?.kind) {
    case undefined:
      return [];
    case "file":
      return ["-r", "-F"];
    case "group":
      return ["-x", `-a ${quoted(`(${listGroups})`)}`];
    case "one-of":
      return ["-x", `-a ${quoted(value.choices.join(" "))}`];
    case "free":
      return ["-x"];
  }
}

/** One word for a shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
