type Values = Readonly<Record<string, unknown>>;

/** One value as text; numbers and booleans count, structures do not. */
export function textOf(values: Values, key: string): string | undefined {
  const value = values[key];
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value) && typeof value.at(-1) === "string") return value.at(-1);
  return undefined;
}

/** Several values as text; one value is a list of one. */
export function listOf(values: Values, key: string): readonly string[] | undefined {
  const value = values[key];
  if (value === undefined || value === null) return undefined;
  const items: readonly unknown[] = Array.isArray(value)
    ? value
    : isRecord(value)
      ? Object.values(value)
      : [value];
  return items.filter((item) => typeof item === "string" || typeof item === "number").map(String);
}

/** Several values as text; a value that is not in a list is ignored, as where Rails permits lists only. */
export function arrayOf(values: Values, key: string): readonly string[] | undefined {
  return Array.isArray(values[key]) ? listOf(values, key) : undefined;
}

const falseWords = new Set(["", "0", "f", "F", "false", "FALSE", "off", "OFF"]);

/** A truth value as Rails casts it; `undefined` when absent. */
export function flagOf(values: Values, key: string): boolean | undefined {
  const text = textOf(values, key);
  return text === undefined ? undefined : !falseWords.has(text);
}

/** Is it an object with keys? */
export function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
