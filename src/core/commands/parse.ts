import { wordCharacters } from "../handles.js";
import type { Host } from "../model.js";
import type { BoundCommand, Words } from "./command.js";
import { blankWhatIsNotMeant } from "./not-meant.js";
import { createWords } from "./words.js";

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

const textMaxLength = 200_000;
const maxCommandCount = 100;

/**
 * Finds the commands in a text; those that are quoted or code are none. Linear in its length, of
 * which 200,000 characters are read. `localHost` completes `@user`.
 */
export function parseCommands(
  text: string,
  known: readonly BoundCommand[],
  localHost: Host,
): Parsed {
  const commands: ParsedCommand[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const { command, argument } of findCommands(text.slice(0, textMaxLength), known)) {
    // Repeats count too, since reading them takes as long.
    count += 1;
    if (count > maxCommandCount) return { commands, isCapped: true };
    const words = createWords(argument, localHost);
    const key = repeatKey(command, words);
    if (seen.has(key)) continue;
    seen.add(key);
    commands.push({ command, words });
  }
  return { commands, isCapped: text.length > textMaxLength };
}

/** Two commands with the same key do the same: the name, and what the command reads. */
function repeatKey(command: BoundCommand, words: Words): string {
  const read: string[] = [command.names[0]];
  const recording = <T extends string>(reader: () => T | undefined) => {
    return () => {
      const value = reader();
      read.push(value ?? "");
      return value;
    };
  };
  command.bind({
    get text() {
      read.push(words.text);
      return words.text;
    },
    acct: recording(words.acct),
    host: recording(words.host),
    tag: recording(words.tag),
  });
  return read.join("\u0000");
}

interface Found {
  readonly command: BoundCommand;
  readonly argument: string;
}

function* findCommands(text: string, known: readonly BoundCommand[]): Generator<Found> {
  let lineEnd = -1;
  const endOfLine = (from: number): number => {
    // Kept, else a line of many commands would be read to its end for each of them.
    if (lineEnd < from) {
      const found = /[\n\r\u2028\u2029]/g;
      found.lastIndex = from;
      lineEnd = found.exec(text)?.index ?? text.length;
    }
    return lineEnd;
  };

  let open: Place | undefined;
  for (const place of findPlaces(text, known)) {
    if (open !== undefined) {
      const end = Math.min(place.start, endOfLine(open.end));
      yield { command: open.command, argument: text.slice(open.end, end) };
    }
    open = place;
    if (place.command.takesRest) break;
  }
  if (open === undefined) return;
  const end = open.command.takesRest ? text.length : endOfLine(open.end);
  yield { command: open.command, argument: text.slice(open.end, end) };
}

interface Place {
  readonly command: BoundCommand;
  readonly start: number;
  /** Where the argument begins. */
  readonly end: number;
}

const slashWord = new RegExp(
  `(?<=^|[\\s>])[/\\\\]([${wordCharacters}-]+)(?![${wordCharacters}/\\\\-])`,
  "gu",
);
/** Belongs to the sentence, not to the argument: `/announce: Hello`. */
const closingPunctuation = /[!,.:;?…]*/y;

function* findPlaces(text: string, known: readonly BoundCommand[]): Generator<Place> {
  const byName = new Map<string, BoundCommand>();
  for (const command of known) for (const name of command.names) byName.set(name, command);
  const nameMaxLength = Math.max(0, ...[...byName.keys()].map((name) => name.length));

  for (const { index, 1: word = "" } of blankWhatIsNotMeant(text).matchAll(slashWord)) {
    const name = leadingName(word.slice(0, nameMaxLength + 1).toLowerCase(), byName);
    const command = byName.get(name);
    if (command === undefined) continue;
    closingPunctuation.lastIndex = index + 1 + name.length;
    closingPunctuation.test(text);
    yield { command, start: index, end: closingPunctuation.lastIndex };
  }
}

/** The word without its last `-parts` as far as needed: `opt-out` is a name, `b-` has one. */
function leadingName(word: string, byName: ReadonlyMap<string, BoundCommand>): string {
  let name = word;
  while (!byName.has(name) && name.includes("-")) name = name.slice(0, name.lastIndexOf("-"));
  return name;
}
