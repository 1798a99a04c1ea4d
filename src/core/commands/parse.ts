import type { Host } from "../model.js";
import type { BoundCommand, Words } from "./command.js";

export interface ParsedCommand {
  readonly command: BoundCommand;
  readonly words: Words;
}

export interface Parsed {
  /** In the order written; repeats of the same command with the same argument once. */
  readonly commands: readonly ParsedCommand[];
  /** True when the text or the number of commands exceeded the cap and the rest was not read. */
  readonly isCapped: boolean;
}

/** Finds the commands in a text. Linear in its length. `localHost` completes `@user`. */
export declare function parseCommands(
  text: string,
  known: readonly BoundCommand[],
  localHost: Host,
): Parsed;
