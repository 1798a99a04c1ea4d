/** A parameter as Rails reads it from a query or a form. */
export type ParamValue = string | ParamValue[] | Params;
/** Parameters by name; `a[b]=1` is `{ a: { b: "1" } }`, `a[]=1` is `{ a: ["1"] }`. */
export interface Params {
  [name: string]: ParamValue;
}

/** What the request says cannot be understood; the answer is 400. */
export class BadRequestError extends Error {}

/**
 * Reads name-value pairs the way Rails does: brackets nest, empty brackets make lists, of a plain
 * name the last one counts.
 * @throws BadRequestError when one name is used as text and as a list or an object.
 */
export function nestParams(pairs: Iterable<readonly [string, string]>): Params {
  const params: Params = {};
  for (const [key, value] of pairs) {
    const path = splitKey(key);
    // Such a name would change the object itself.
    if (!path.includes("__proto__")) place(params, path, value);
  }
  return params;
}

/** The parameters of a query, lists and plain values only. */
export function flatQuery(search: URLSearchParams): Record<string, string | readonly string[]> {
  const flat: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(nestParams(search))) {
    if (typeof value === "string") flat[name] = value;
    else if (Array.isArray(value)) flat[name] = value.filter((item) => typeof item === "string");
  }
  return flat;
}

function splitKey(key: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(key);
  if (match?.[1] === undefined || match[2] === undefined) return [key];
  return [match[1], ...match[2].slice(1, -1).split("][")];
}

function place(holder: Params, path: readonly string[], value: string): void {
  const [name = "", next, ...rest] = path;
  if (next === undefined) {
    holder[name] = value;
    return;
  }
  holder[name] ??= next === "" ? [] : {};
  const inner = holder[name];
  if (next === "") placeInList(inner, rest, value);
  else if (isParams(inner)) place(inner, [next, ...rest], value);
  else throw new BadRequestError(`Expected an object in parameter ${name}.`);
}

function placeInList(list: ParamValue, rest: readonly string[], value: string): void {
  if (!Array.isArray(list)) throw new BadRequestError("Expected a list.");
  const [name] = rest;
  if (name === undefined) {
    list.push(value);
    return;
  }
  // `a[][x]=1&a[][y]=2&a[][x]=3` is two objects: a name that is there already begins the next one.
  const last = list.at(-1);
  if (isParams(last) && !Object.hasOwn(last, name)) {
    place(last, rest, value);
    return;
  }
  const fresh: Params = {};
  list.push(fresh);
  place(fresh, rest, value);
}

function isParams(value: ParamValue | undefined): value is Params {
  return typeof value === "object" && !Array.isArray(value);
}
