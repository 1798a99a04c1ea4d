/** Keeps `docs/conformance.md` and `docs/security.md` true: what they name must be there. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const pageOf = (name: string) =>
  readFileSync(new URL(`../docs/${name}.md`, import.meta.url), "utf8");
const page = pageOf("conformance");

interface Row {
  readonly number: string;
  /** Path, groups of tests, test, and what its case starts with. */
  readonly references: readonly (readonly string[])[];
}

function rowsOf(markdown: string): readonly Row[] {
  return [...markdown.matchAll(/^\| (\w+\.\d+) \| .+? \| (.+) \|$/gmu)].map(
    ([, number = "", tests = ""]) => ({
      number,
      references: [...tests.matchAll(/`([^`]+)`/gu)].map(([, span = ""]) => span.split(" › ")),
    }),
  );
}

const literal = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)/u.source;

/** The titles of all `call("title", () => …)` and `call.each(…)("title", () => …)`. */
function titlesIn(source: string, call: "it" | "describe"): ReadonlySet<string> {
  const title = `\\(\\s*${literal},\\s*(?:async\\s*)?\\(`;
  const plain = source.matchAll(new RegExp(`\\b${call}${title}`, "gu"));
  const tables = [...source.matchAll(new RegExp(`\\b${call}\\.each\\b`, "gu"))].map(({ index }) =>
    new RegExp(`\\)${title}`, "u").exec(source.slice(index)),
  );
  return new Set(
    [...plain, ...tables].map((found) =>
      (found?.[1] ?? "").slice(1, -1).replaceAll(/\\(["'`])/gu, "$1"),
    ),
  );
}

/** Is the case in the source, whatever quotes it has there? */
function holds(source: string, text: string): boolean {
  if (source.includes(text)) return true;
  return ["'", "`"].some((quote) => source.includes(quote + text.slice(1, -1) + quote));
}

const sources = new Map<string, string>();

function read(path: string): string {
  const known = sources.get(path);
  if (known !== undefined) return known;
  const url = new URL(path, import.meta.url);
  const source = existsSync(url) ? readFileSync(url, "utf8") : "";
  sources.set(path, source);
  return source;
}

/** The sentences of all `claim("sentence", …)`, which `fuzz/fuzz.test.ts` makes tests of. */
function claimsIn(source: string): ReadonlySet<string> {
  const claims = source.matchAll(new RegExp(`\\bclaim\\(\\s*${literal}`, "gu"));
  return new Set([...claims].map(([, sentence = ""]) => sentence.slice(1, -1)));
}

/** What of a reference is not there. */
function missing([path = "", ...names]: readonly string[]): readonly string[] {
  const source = read(path);
  if (path.startsWith("fuzz/") && !path.endsWith(".test.ts")) {
    return names.filter((name) => !claimsIn(source).has(name)).map((name) => `${path}: ${name}`);
  }
  if (!path.endsWith(".test.ts") || source === "") return [path];
  const cases = names.filter((name) => name.startsWith('"'));
  const titles = names.filter((name) => !cases.includes(name));
  const [test = "", ...groups] = titles.toReversed();
  return [
    ...(titlesIn(source, "it").has(test) ? [] : [`${path}: test ${test}`]),
    ...groups
      .filter((group) => !titlesIn(source, "describe").has(group))
      .map((group) => `${path}: group ${group}`),
    ...cases.filter((text) => !holds(source, text)).map((text) => `${path}: case ${text}`),
  ];
}

describe("docs/security.md", () => {
  const security = pageOf("security");
  const references = [...security.matchAll(/`([^`\n]+\.ts › [^`\n]+)`/gu)];

  it("names tests that show what it says", () => {
    expect(references.length).toBeGreaterThan(30);
    expect(references.flatMap(([, span = ""]) => missing(span.split(" › ")))).toEqual([]);
  });

  it("leaves no attack without a test", () => {
    const rows = security.split("\n").filter((line) => /^\| (?!who |package |---)/u.test(line));
    const attacks = rows.filter((line) => line.split(" | ").length === 4);
    expect(attacks.length).toBeGreaterThan(20);
    for (const row of attacks) expect(row).toMatch(/`[^`]+\.ts › [^`]+`/u);
  });
});

describe("docs/conformance.md", () => {
  const rows = rowsOf(page);

  it("names tests that are there", () => {
    const gone = rows.flatMap(({ number, references }) =>
      references.flatMap(missing).map((what) => `${number}: ${what}`),
    );
    expect(gone).toEqual([]);
  });

  it("numbers its rows without gaps, and leaves none without a test", () => {
    const lines = page.split("\n").filter((line) => /^\| \w+\.\d/u.test(line));
    expect(rows).toHaveLength(lines.length);
    const sections = [...page.matchAll(/^## (\w+)\. /gmu)].map(([, key = ""]) => key);
    expect(sections.slice(0, 9)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    for (const key of sections) {
      const own = rows.filter(({ number }) => number.startsWith(`${key}.`));
      expect(own.map(({ number }) => number)).toEqual(own.map((_, i) => `${key}.${i + 1}`));
      expect(own).not.toEqual([]);
    }
  });

  it("would notice what is not there", () => {
    expect(missing(["nowhere.test.ts", "anything"])).toEqual(["nowhere.test.ts"]);
    const here = "conformance.test.ts";
    expect(missing([here, "docs/conformance.md", "names tests that are there"])).toEqual([]);
    expect(missing([here, "names tests that were there"])).toHaveLength(1);
    expect(missing([here, "another group", "names tests that are there"])).toHaveLength(1);
    expect(missing([here, "names tests that are there", `"no such ${"case"}"`])).toHaveLength(1);
  });
});
