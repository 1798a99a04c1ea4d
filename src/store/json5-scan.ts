import JSON5 from "json5";

/** Where a value stands in the text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One member of an object, or one item of an array, with the place of its value. */
export interface Member extends Span {
  readonly key: string | number;
}

export type Path = readonly (string | number)[];

const lineEnd = /[\n\r\u2028\u2029]/u;
const blank = /\s/u;
/** What cannot stand within a number, a literal or a bare key. */
const wordEnd = /[\s,:[\]{}/]/u;

function skipWhile(text: string, from: number, isPart: (character: string) => boolean): number {
  let at = from;
  while (at < text.length && isPart(text.charAt(at))) at += 1;
  return at;
}

/** The first place at or after `from` that is neither white space nor comment. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    if (text.startsWith("//", at)) {
      at = skipWhile(text, at, (character) => !lineEnd.test(character));
    } else if (text.startsWith("/*", at)) {
      const close = text.indexOf("*/", at + 2);
      at = close === -1 ? text.length : close + 2;
    } else if (blank.test(text.charAt(at))) {
      at += 1;
    } else {
      return at;
    }
  }
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

function skipString(text: string, from: number): number {
  const quote = text.charAt(from);
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== quote) at += text.charAt(at) === "\\" ? 2 : 1;
  return at + 1;
}

function skipBrackets(text: string, from: number): number {
  let at = from;
  let depth = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (isQuote(character)) {
      at = skipString(text, at);
    } else if (character === "/") {
      at = Math.max(skipBlank(text, at), at + 1);
    } else {
      if (character === "{" || character === "[") depth += 1;
      if (character === "}" || character === "]") depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return at;
}

function skipValue(text: string, from: number): number {
  const first = text.charAt(from);
  if (isQuote(first)) return skipString(text, from);
  if (first === "{" || first === "[") return skipBrackets(text, from);
  return skipWhile(text, from, (character) => !wordEnd.test(character));
}

function readKey(text: string): string {
  const [key = ""] = Object.keys(JSON5.parse(`{${text}: 0}`));
  return key;
}

/**
 * The members of the object or array that begins at `from`, in the order of the text, doubled keys
 * included. The text must be valid JSON5; nothing is checked here.
 */
export function membersAt(text: string, from: number): readonly Member[] {
  const isObject = text.charAt(from) === "{";
  if (!isObject && text.charAt(from) !== "[") return [];
  const members: Member[] = [];
  let at = skipBlank(text, from + 1);
  while (at < text.length && !/[\]}]/u.test(text.charAt(at))) {
    let key: string | number = members.length;
    if (isObject) {
      const keyEnd = skipValue(text, at);
      key = readKey(text.slice(at, keyEnd));
      at = skipBlank(text, skipBlank(text, keyEnd) + 1);
    }
    const end = skipValue(text, at);
    members.push({ key, start: at, end });
    at = skipBlank(text, end);
    if (text.charAt(at) === ",") at = skipBlank(text, at + 1);
  }
  return members;
}

/** Where the value at this path stands; `undefined` when there is none. */
export function locateValue(text: string, path: Path): Span | undefined {
  const start = skipBlank(text, 0);
  let span: Span | undefined = { start, end: skipValue(text, start) };
  for (const key of path) {
    span = span && membersAt(text, span.start).findLast((member) => member.key === key);
  }
  return span;
}

/**
 * The text with one value put at a path of object keys: in place of the old one, or as the first
 * member of the object that lacks it. All else, comments included, stays as it is. `undefined` when
 * the place is not in an object.
 */
export function withValueAt(
  text: string,
  path: readonly string[],
  value: unknown,
): string | undefined {
  const old = locateValue(text, path);
  const depth = path.length;
  const indented = JSON.stringify(value, undefined, 2).replaceAll("\n", `\n${"  ".repeat(depth)}`);
  if (old !== undefined) return text.slice(0, old.start) + indented + text.slice(old.end);
  const key = path.at(-1);
  const parent = locateValue(text, path.slice(0, -1));
  if (key === undefined || parent === undefined || text.charAt(parent.start) !== "{") {
    return undefined;
  }
  const comma = membersAt(text, parent.start).length > 0 ? "," : "";
  const member = `\n${"  ".repeat(depth)}${JSON.stringify(key)}: ${indented}${comma}`;
  return text.slice(0, parent.start + 1) + member + text.slice(parent.start + 1);
}
