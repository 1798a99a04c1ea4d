import type { JsonDocument } from "./json5-file.js";
import { membersAt, skipBlank } from "./json5-scan.js";

/** JSON5 permits these line ends in strings, JavaScript of old and some editors do not. */
function escapeLineEnds(text: string): string {
  return text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function indented(value: unknown): string {
  return escapeLineEnds(JSON.stringify(value, undefined, 2)).replaceAll("\n", "\n  ");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The new text of a file: our keys with new values, everybody else's word for word and in place,
 * then our keys that were not there yet. It is plain JSON, save that a comment at the head of a
 * `.json5` file stays.
 */
export function renderFile(
  json: Readonly<Record<string, unknown>>,
  old: JsonDocument | undefined,
): string {
  const entries = new Map<string, string>();
  const isJson5 = old?.file.endsWith(".json5") ?? true;
  const start = old === undefined ? 0 : skipBlank(old.text, 0);
  if (old !== undefined) {
    for (const { key, start: from, end } of membersAt(old.text, start)) {
      const text = old.text.slice(from, end);
      // The text, and not the value: a long number would lose digits on its way.
      const kept = isJson5 || isJson(text) ? text : indented(Reflect.get(Object(old.value), key));
      entries.set(String(key), kept);
    }
  }
  for (const [key, value] of Object.entries(json)) entries.set(key, indented(value));
  const lines = [...entries].map(
    ([key, text]) => `  ${escapeLineEnds(JSON.stringify(key))}: ${text}`,
  );
  const head = isJson5 ? (old?.text.slice(0, start).trim() ?? "") : "";
  return `${head === "" ? "" : `${head}\n`}{\n${lines.join(",\n")}\n}\n`;
}
