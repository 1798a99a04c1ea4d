import fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import { lineAt, locateValue, membersAt, skipBlank, withValueAt } from "./json5-scan.js";

const sample = `\uFEFF// a "head" {
/* { */ {
  enabled: true, // not "this": 1
  'acct' : "a\\"}b", /* { */
  \\u0061ppdata: { base: 'x//y', list: [1, [2, "]"], {a: +Infinity}, ], token /* c */ : "old" , },
  "last": .5e3
}
// tail }`;

/** Puts a comment and odd white space between all tokens. */
function disturb(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|([{}[\],:])/gu, (_, text, sign) =>
    text === undefined ? `/* }] " */ ${sign} // '{\n` : text,
  );
}

describe("locateValue", () => {
  it.each([
    [["enabled"], "true"],
    [["acct"], '"a\\"}b"'],
    [["appdata", "base"], "'x//y'"],
    [["appdata", "list", 1, 1], '"]"'],
    [["appdata", "list", 2, "a"], "+Infinity"],
    [["appdata", "token"], '"old"'],
    [["last"], ".5e3"],
  ])("finds %j", (path, text) => {
    const span = locateValue(sample, path);
    expect(sample.slice(span?.start, span?.end)).toBe(text);
  });

  it("finds nothing where there is nothing", () => {
    expect(locateValue(sample, ["nobody"])).toBeUndefined();
    expect(locateValue(sample, ["enabled", "x"])).toBeUndefined();
  });

  it("takes the last of doubled keys, as JSON5 does", () => {
    const text = "{a: 1, a: 2}";
    const span = locateValue(text, ["a"]);
    expect(text.slice(span?.start, span?.end)).toBe("2");
  });

  it("finds every member of any JSON, with comments anywhere", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = disturb(JSON.stringify(value));
        const members = membersAt(text, skipBlank(text, 0));
        const found = members.map(({ key, start, end }) => [
          key,
          JSON5.parse(text.slice(start, end)),
        ]);
        const wanted = Object.entries(JSON5.parse<object>(text));
        expect(new Map(found.map(([key, item]) => [key, item]))).toEqual(new Map(wanted));
      }),
    );
  });
});

describe("lineAt", () => {
  it("counts lines from 1", () => {
    const span = locateValue(sample, ["appdata", "token"]);
    expect(lineAt(sample, span?.start ?? 0)).toBe(5);
  });
});

describe("withValueAt", () => {
  it("changes one value and no other character", () => {
    const changed = withValueAt(sample, ["appdata", "token"], "new");
    expect(changed).toBe(sample.replace('"old"', '"new"'));
  });

  it("adds what is not there, also to an empty object", () => {
    expect(JSON.parse(withValueAt('{"a": {}}', ["a", "b"], { c: [1] }) ?? "")).toEqual({
      a: { b: { c: [1] } },
    });
    expect(JSON.parse(withValueAt('{"a": 1}', ["b"], 2) ?? "")).toEqual({ a: 1, b: 2 });
  });

  it("gives up where there is no object", () => {
    expect(withValueAt('{"a": 1}', ["a", "b"], 2)).toBeUndefined();
    expect(withValueAt("[1]", ["a"], 2)).toBeUndefined();
  });

  it("never does more than it says, whatever the JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, key) => {
        const text = withValueAt(disturb(JSON.stringify(value)), [key], "new");
        const wanted = new Map<string, unknown>(Object.entries(JSON5.parse(JSON.stringify(value))));
        wanted.set(key, "new");
        const found = JSON5.parse<object>(text ?? "");
        expect(new Map(Object.entries(found))).toEqual(wanted);
      }),
    );
  });
});
