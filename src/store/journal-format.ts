import { isUtf8 } from "node:buffer";
import * as v from "valibot";
import type { EpochMs } from "../core/model.js";
import type { StateNote } from "../core/remembered.js";
import { acct, pendingWork, statusId } from "./effect-format.js";

/** One line of the journal: changes that were made to the state, and became part of it together. */
export interface JournalLine {
  /** Each line has the number after that of the line before. */
  readonly seq: number;
  readonly notes: readonly StateNote[];
}

/** What the text of a journal holds. */
export interface JournalText {
  /** The lines after the one asked for. */
  readonly lines: readonly JournalLine[];
  /** The greatest number of any line; 0 for none. */
  readonly seq: number;
  /** Which line, from 1, is the first that cannot be read; what a death cut off at the end is none. */
  readonly damagedLine: number | undefined;
  /** The last line was cut off while it was written, so that nothing came of it. */
  readonly isTorn: boolean;
}

const text = v.string();
const at = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const list = v.picklist(["notifications", "home"]);

const note: v.GenericSchema<unknown, StateNote> = v.variant("kind", [
  v.object({ kind: v.literal("seen"), list, key: text }),
  v.object({ kind: v.literal("read"), list, at }),
  v.object({ kind: v.literal("passed"), uri: text }),
  v.object({ kind: v.literal("handled"), key: text }),
  v.object({
    kind: v.literal("shared"),
    share: v.object({ uri: text, status: statusId, by: acct, at }),
  }),
  v.object({ kind: v.literal("unshared"), uri: text }),
  v.object({ kind: v.literal("welcomed"), who: acct, at }),
  v.object({ kind: v.literal("answered"), who: acct, at, until: at }),
  v.object({ kind: v.literal("begun"), work: pendingWork }),
  v.object({ kind: v.literal("dropped"), key: text }),
]);

const numbered = v.object({ seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });
const journalLine: v.GenericSchema<unknown, JournalLine> = v.object({
  ...numbered.entries,
  notes: v.array(note),
});

/** What is written must be readable again, whatever a server's clock said. */
export function toInstant(time: EpochMs): EpochMs {
  return Number.isFinite(time)
    ? Math.min(Math.max(Math.trunc(time), 0), Number.MAX_SAFE_INTEGER)
    : 0;
}

/** One line, with its end. All numbers in notes are times. */
export function renderLine({ seq, notes }: JournalLine): string {
  const safe = (_: string, value: unknown) =>
    typeof value === "number" ? toInstant(value) : value;
  return `${JSON.stringify({ seq, notes }, safe)}\n`;
}

function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

const newline = 0x0a;

/** Reads what {@link renderLine} wrote, whatever became of it since; lines up to `since` are only counted. */
export function parseJournal(bytes: Buffer, since: number): JournalText {
  const lines: JournalLine[] = [];
  let seq = 0;
  let damagedLine: number | undefined;
  let from = 0;
  for (let number = 1; ; number++) {
    const end = bytes.indexOf(newline, from);
    if (end < 0) break;
    const value = parseJson(bytes.subarray(from, end));
    from = end + 1;
    const counted = v.safeParse(numbered, value);
    if (counted.success) seq = Math.max(seq, counted.output.seq);
    if (counted.success && counted.output.seq <= since) continue;
    const parsed = v.safeParse(journalLine, value);
    if (parsed.success) lines.push(parsed.output);
    else damagedLine ??= number;
  }
  // It begins with a whole line, so no death cut that off.
  if (from === 0) damagedLine = 1;
  return { lines, seq, damagedLine, isTorn: from < bytes.length };
}
