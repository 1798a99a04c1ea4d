import { describe, expect, it } from "vitest";
import { locateValue, withValueAt } from "./json5-scan.js";

const sample = `\uFEFF// a "head" {
/* { */ {
  enabled: true, // not "this": 1
  'acct' : "a\\"}b", /* { */
  \\u0061ppdata: { base: 'x//y', list: [1, [2, "]"], {a: +Infinity}, ], token /* c */ : "old" , },
  "last": .5e3
}
// tail }`;

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
});
