import type { Argument, Command, Option } from "commander";

/** What may stand after an option, or as an argument. */
export type Value =
  | { readonly kind: "file" }
  /** The address of a group of this installation. */
  | { readonly kind: "group" }
  | { readonly kind: "one-of"; readonly choices: readonly string[] }
  | { readonly kind: "free" };

export interface OptionDefinition {
  /** As it is typed, the shorter first: `-c`, `--config`. */
  readonly names: readonly string[];
  /** Such as `<path>`; `undefined` for a switch. */
  readonly placeholder: string | undefined;
  readonly value: Value | undefined;
  readonly description: string;
}

export interface ArgumentDefinition {
  /** Such as `[acct]`. */
  readonly placeholder: string;
  readonly value: Value;
  readonly description: string;
}

export interface CommandDefinition {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionDefinition[];
  readonly arguments: readonly ArgumentDefinition[];
  readonly commands: readonly CommandDefinition[];
}

/** What a command line may hold, read off commander's definitions: hidden things are left out. */
export function definitionOf(command: Command): CommandDefinition {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    options: help.visibleOptions(command).map(optionOf),
    arguments: command.registeredArguments.map(argumentOf),
    commands: help.visibleCommands(command).map(definitionOf),
  };
}

function optionOf(option: Option): OptionDefinition {
  const { short, long, flags, description, argChoices } = option;
  const placeholder = /[<[].+$/u.exec(flags)?.[0];
  return {
    names: [short, long].filter((name) => name !== undefined),
    placeholder,
    value: placeholder === undefined ? undefined : valueFor(option.attributeName(), argChoices),
    description,
  };
}

function argumentOf(argument: Argument): ArgumentDefinition {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return {
    placeholder: argument.required ? `<${name}>` : `[${name}]`,
    value: valueFor(argument.name(), argument.argChoices),
    description: argument.description,
  };
}

/** Choices are declared; files and groups go by the name, which is the same wherever they are meant. */
function valueFor(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: "one-of", choices };
  if (name === "config") return { kind: "file" };
  return name === "acct" || name === "reauth" ? { kind: "group" } : { kind: "free" };
}
