import type { Fixture } from "./fixtures.js";

/** An answer as far as it is compared with a recorded one. */
export type Answer = Pick<Fixture, "status" | "headers" | "body">;

/**
 * Differences that are meant, by where they are: the end of a path such as `account.roles`, or
 * `header link`. The value is the reason.
 */
export type Exceptions = Readonly<Record<string, string>>;

/** Reads an answer off the network. */
export async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const body: unknown = /\bjson\b/.test(type) && text !== "" ? JSON.parse(text) : text;
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

/** What our answer has otherwise than the recorded one, in words; nothing when the shape is the same. */
export function differences(
  theirs: Answer,
  ours: Answer,
  exceptions: Exceptions = {},
): readonly string[] {
  const found = [
    ...(theirs.status === ours.status ? [] : [`status: ${ours.status}, not ${theirs.status}`]),
    ...headerDifferences(theirs.headers, ours.headers),
    ...shapeDifferences(theirs.body, ours.body, ""),
  ];
  return found.filter((one) => {
    const place = one.slice(0, one.indexOf(": "));
    return !Object.keys(exceptions).some((end) => place === end || place.endsWith(`.${end}`));
  });
}

/** The headers a client reads. */
function headerDifferences(theirs: Fixture["headers"], ours: Fixture["headers"]) {
  return ["content-type", "link", "retry-after", "x-ratelimit-limit"].flatMap((name) => {
    const [wanted, given] = [theirs[name], ours[name]].map((value) => essenceOf(name, value));
    // How many requests were left was recorded only where that was the point.
    const isUnrecorded = name === "x-ratelimit-limit" && wanted === undefined;
    return wanted === given || isUnrecorded ? [] : [`header ${name}: ${given}, not ${wanted}`];
  });
}

/** The media type; the directions and cursors of links; of others, that they are there. */
function essenceOf(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (name === "content-type") return value.split(";", 1)[0];
  if (name !== "link") return "something";
  const links = [...value.matchAll(/<([^>]+)>; rel="(\w+)"/g)];
  return links.map(([, url = "", rel]) => `${rel} ${cursorsOf(url)}`).join(", ");
}

function cursorsOf(url: string): string {
  const names = [...new URL(url).searchParams.keys()];
  return names.filter((name) => /_id$|^limit$/.test(name)).join(" ");
}

function shapeDifferences(theirs: unknown, ours: unknown, path: string): readonly string[] {
  const place = path === "" ? "body" : path;
  // What may be nothing can be anything.
  if (theirs === null || ours === null) return [];
  if (kindOf(theirs) !== kindOf(ours)) return [`${place}: ${kindOf(ours)}, not ${kindOf(theirs)}`];
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if ((theirs.length === 0) !== (ours.length === 0) && path === "") {
      return [`${place}: ${ours.length} items, not ${theirs.length}`];
    }
    const isComparable = theirs.length > 0 && ours.length > 0;
    return isComparable ? shapeDifferences(theirs[0], ours[0], `${path}[]`) : [];
  }
  if (!isObject(theirs) || !isObject(ours)) {
    const isEmptiness = path === "" && (theirs === "") !== (ours === "");
    return isEmptiness ? [`${place}: ${JSON.stringify(ours)}, not ${JSON.stringify(theirs)}`] : [];
  }
  const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return [...keys].flatMap((key) => {
    const inner = path === "" ? key : `${path}.${key}`;
    if (!Object.hasOwn(ours, key)) return [`${inner}: missing`];
    if (!Object.hasOwn(theirs, key)) return [`${inner}: too much`];
    return shapeDifferences(theirs[key], ours[key], inner);
  });
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
