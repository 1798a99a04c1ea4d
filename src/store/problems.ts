import * as v from "valibot";
import type { ConfigProblem } from "../errors.js";
import { didYouMean } from "./did-you-mean.js";
import type { JsonDocument } from "./json5-file.js";
import { locateValue, membersAt, type Path, skipBlank } from "./json5-scan.js";
import { TextMap } from "./text-map.js";

const maxQuotedLength = 60;

/** A JSON path as people write it: `appdata.token`, `admin_users[2]`. */
function formatPath(path: Path): string {
  return path
    .map((key) => {
      if (typeof key === "number") return `[${key}]`;
      return /^[\w$]+$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join("")
    .replace(/^\./u, "");
}

/** One for each document: there can be as many notices about it as it has entries. */
const maps = new WeakMap<JsonDocument, TextMap>();

function mapOf(document: JsonDocument): TextMap {
  const known = maps.get(document);
  if (known !== undefined) return known;
  const map = new TextMap(document.text);
  maps.set(document, map);
  return map;
}

/** A JSON path with the line it is on, where there is one: `appdata.token (line 9)`. */
function placeOf(document: JsonDocument, path: Path): string {
  const span = path.length > 0 ? mapOf(document).locate(path) : undefined;
  return span
    ? `${formatPath(path)} (line ${mapOf(document).lineAt(span.start)})`
    : formatPath(path);
}

/** An object with keys; a list is none, though valibot takes it for one. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in words, short enough for a log line. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value !== "string") return `the ${typeof value} ${String(value)}`;
  return value.length > maxQuotedLength
    ? `the text ${JSON.stringify(value.slice(0, maxQuotedLength))}…`
    : `the text ${JSON.stringify(value)}`;
}

/** A problem at a place of a file. */
export function problemAt(document: JsonDocument, path: Path, problem: string): ConfigProblem {
  return { file: document.file, where: placeOf(document, path), problem };
}

/** A notice about a place of a file, as one line. */
export function noticeAt(document: JsonDocument, path: Path, sentence: string): string {
  return [document.file, placeOf(document, path), sentence].filter(Boolean).join(": ");
}

function pathOf(issue: v.BaseIssue<unknown>): Path {
  return (issue.path ?? []).flatMap(({ key }) =>
    typeof key === "string" || typeof key === "number" ? [key] : [],
  );
}

const missing = Symbol("missing");

/** A key that must be there; where it is not, the message says what the key is for. */
export function required<T>(schema: v.GenericSchema<unknown, T>) {
  return v.pipe(v.optional(v.unknown(), missing), schema);
}

/** Values under these keys are never repeated in a message. */
const secretKey = /^appdata$|token|secret/iu;

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = pathOf(issue);
  if (issue.input === undefined || issue.input === missing) {
    return `This is missing; expected ${issue.message}.`;
  }
  const isSecret = path.some((key) => secretKey.test(String(key)));
  const found =
    isSecret && typeof issue.input !== "object"
      ? `a ${typeof issue.input}`
      : describeValue(issue.input);
  return `Found ${found}, expected ${issue.message}.`;
}

export type Checked<T> =
  | { readonly isValid: true; readonly value: T }
  | { readonly isValid: false; readonly problems: readonly ConfigProblem[] };

/**
 * Checks a document against a schema whose messages say what is expected, as in “a list of
 * addresses”.
 */
export function checkDocument<T>(
  schema: v.GenericSchema<unknown, T>,
  document: JsonDocument,
): Checked<T> {
  if (!isObject(document.value)) {
    const problem = `Found ${describeValue(document.value)}, expected an object: { … }.`;
    return { isValid: false, problems: [problemAt(document, [], problem)] };
  }
  const result = v.safeParse(schema, document.value);
  if (result.success) return { isValid: true, value: result.output };
  const problems = result.issues.map((issue) =>
    problemAt(document, pathOf(issue), describeIssue(issue)),
  );
  return { isValid: false, problems };
}

/** One notice for each key of the object at `path` that means nothing, and for each that is doubled. */
export function keyNotices(
  document: JsonDocument,
  path: Path,
  known: readonly string[],
): readonly string[] {
  const start =
    path.length === 0 ? skipBlank(document.text, 0) : locateValue(document.text, path)?.start;
  if (start === undefined || document.text.charAt(start) !== "{") return [];
  const keys = membersAt(document.text, start).map(({ key }) => String(key));
  const unknown = [...new Set(keys)].filter((key) => !known.includes(key));
  const doubled = known.filter((key) => keys.indexOf(key) !== keys.lastIndexOf(key));
  return [
    ...unknown.map((key) =>
      noticeAt(
        document,
        [...path, key],
        `This key is unknown and has no effect${didYouMean(key, known)}`,
      ),
    ),
    ...doubled.map((key) =>
      noticeAt(
        document,
        [...path, key],
        "This key stands here more than once; the last one counts.",
      ),
    ),
  ];
}
