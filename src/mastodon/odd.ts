/** Looking into JSON that may have any shape. Nothing here throws. */

/** A JSON object whose fields are not known. */
export type Odd = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Odd {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, `undefined` where the path ends early. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const maxIdLength = 500;

/** Some servers give ids as numbers. What is longer than 500 characters is none: ids are remembered. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return `${value}`;
  const text = textOf(value);
  return text === undefined || text.length > maxIdLength ? undefined : text;
}

/** A time as servers write it; 0 when it is none. */
export function timeOf(value: unknown): number {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}
