import { describe, expect, it } from "vitest";
import { foldTag, hashtagsIn, leadingTag, toTag } from "./hashtags.js";

describe("foldTag", () => {
  it.each([
    ["#Ducks", "ducks"],
    ["ducks", "ducks"],
    ["ＤＵＣＫＳ", "ducks"],
    ["＃ducks", "ducks"],
    ["ČEŠTINA", "čeština"],
    ["c\u030cesky", "česky"],
    ["Два_Слова", "два_слова"],
    ["", ""],
  ])("folds %j", (tag, expected) => {
    expect(foldTag(tag)).toBe(expected);
    expect(foldTag(expected)).toBe(expected);
  });
});

describe("hashtagsIn", () => {
  it.each([
    ["I love #Ducks", ["ducks"]],
    ["#a #A #b", ["a", "b"]],
    ["#ěščř #два_слова", ["ěščř", "два_слова"]],
    ["#हिन्दी #می‌خواهم #日本語", ["हिन्दी", "می‌خواهم", "日本語"]],
    ["(#ducks), “#geese”.#swans", ["ducks", "geese", "swans"]],
    ["#foo-bar", ["foo"]],
    ["#_ #3", ["_", "3"]],
    ["a\n#b", ["b"]],
    ["see https://x.example/a#frag", []],
    ["see https://x.example/#frag and https://x.example/?q=#frag", []],
    ["HTTPS://x.example/,#frag x.example/#frag ?a=#frag", []],
    ["a#b @grp#b &#39; ##b", []],
    ["# ducks", []],
    ["#\u200bducks", []],
    ["", []],
  ])("finds the tags of %j", (text, expected) => {
    expect([...hashtagsIn(text)]).toEqual(expected);
  });
});

describe("leadingTag", () => {
  it("reads a tag at the start only", () => {
    expect(leadingTag("#Ducks, and #geese")).toBe("ducks");
    expect(leadingTag("and #geese")).toBeUndefined();
  });
});

describe("toTag", () => {
  it.each([
    ["#Ducks", "ducks"],
    ["ducks", "ducks"],
    [" ＧＥＥＳＥ ", "geese"],
    ["l·l", "l·l"],
    ["می‌خواهم", "می‌خواهم"],
    ["ﬃ".repeat(33), "ffi".repeat(33)],
  ])("reads %j", (text, expected) => {
    expect(toTag(text)).toBe(expected);
  });

  it.each([
    "",
    "#",
    "##a",
    "two words",
    "c++",
    "a\u037a",
    "\ufdfa",
    "⑴",
    "½",
    "·a",
    "a".repeat(101),
    "ﬃ".repeat(34),
  ])("refuses %j", (text) => {
    expect(toTag(text)).toBeUndefined();
  });
});
