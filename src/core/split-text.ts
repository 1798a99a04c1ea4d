import { ceilToGrapheme, floorToGrapheme } from "./graphemes.js";
import { wordCharacters } from "./handles.js";

interface Options {
  readonly prefix: string;
  readonly limit: number;
  readonly measure: (text: string) => number;
}

/**
 * Splits a text into parts of at most `limit` as `measure` counts, each with `prefix` in front: at
 * line ends, else at spaces, else anywhere but inside a handle, a link or a grapheme. Parts are
 * trimmed, empty ones dropped; rejoined they hold every character of the text but white space at the
 * cuts. Always terminates, also when the prefix alone exceeds the limit.
 */
export function splitText(
  text: string,
  options: {
    readonly prefix: string;
    readonly limit: number;
    readonly measure: (text: string) => number;
  },
): readonly string[] {
  const parts: string[] = [];
  let start = skipSpace(text, 0);
  while (start < text.length) {
    const reach = furthestFit(text, start, options);
    const end = reach === text.length ? reach : cutBefore(text, start, reach);
    parts.push(options.prefix + text.slice(start, end).trimEnd());
    start = skipSpace(text, end);
  }
  return parts;
}

/**
 * Where a part that begins at `start` ends at the latest; `start` when not even one character fits.
 * It measures pieces of about the length of the part only, so that all parts together are linear.
 */
function furthestFit(text: string, start: number, { prefix, limit, measure }: Options): number {
  const fits = (end: number): boolean =>
    measure(prefix + text.slice(start, end).trimEnd()) <= limit;
  let fitting = start;
  let size = Math.max(1, Math.floor(Math.min(limit, text.length)));
  let tooFar = Math.min(start + size, text.length);
  while (fits(tooFar)) {
    if (tooFar === text.length) return tooFar;
    fitting = tooFar;
    size *= 2;
    tooFar = Math.min(start + size, text.length);
  }
  while (tooFar - fitting > 1) {
    const middle = Math.floor((fitting + tooFar) / 2);
    if (fits(middle)) fitting = middle;
    else tooFar = middle;
  }
  return fitting;
}

function cutBefore(text: string, start: number, reach: number): number {
  const window = text.slice(start, reach + 1);
  const lineEnd = window.lastIndexOf("\n");
  if (lineEnd > 0) return start + lineEnd;
  for (let index = reach; index > start; index -= 1) {
    if (/\s/.test(text.charAt(index)) && skipSpace(text, index) > index) return index;
  }
  return cutInWord(text, start, reach);
}

/** A space before a combining mark carries the mark, so it is none here. A line end carries none. */
const space =
  /(?:[\t\n\v\f\r\u2028\u2029\ufeff]|\s(?![\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]))*/uy;

function skipSpace(text: string, index: number): number {
  space.lastIndex = index;
  space.test(text);
  return space.lastIndex;
}

const handleMaxLength = 500;
const wordsAndLinks = new RegExp(
  `(https?://\\S+)|@?[${wordCharacters}.-]+(?:@[${wordCharacters}.-]+)?`,
  "giu",
);

function cutInWord(text: string, start: number, reach: number): number {
  // Something has to go into the part, so that the next one begins further on.
  const wanted = Math.max(start + 1, reach);
  for (const match of text.slice(start, wanted + handleMaxLength).matchAll(wordsAndLinks)) {
    const from = start + match.index;
    const to = from + match[0].length;
    if (from >= wanted) break;
    const isWhole = match[1] !== undefined || match[0].includes("@");
    if (to <= wanted || !isWhole) continue;
    const before = floorToGrapheme(text, start, from);
    if (before > start) return before;
    return ceilToGrapheme(text, start, match[1] === undefined ? to : endOfWord(text, from));
  }
  const before = floorToGrapheme(text, start, wanted);
  return before > start ? before : ceilToGrapheme(text, start, wanted);
}

function endOfWord(text: string, from: number): number {
  const word = /\S*/y;
  word.lastIndex = from;
  word.test(text);
  return word.lastIndex;
}
