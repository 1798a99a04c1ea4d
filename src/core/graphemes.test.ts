import { describe, expect, it } from "vitest";
import { ceilToGrapheme, countGraphemes, floorToGrapheme } from "./graphemes.js";

const family = "👩‍👩‍👧";

describe("countGraphemes", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["a\r\nb", 3],
    [family.repeat(1000), 1000],
    ["👍🏽".repeat(1000), 1000],
    [`x${"👍🏽".repeat(1000)}`, 1001],
    ["🇨🇿".repeat(1000), 1000],
    [`a${"\u0301".repeat(10_000)}${"é".repeat(10_000)}`, 10_001],
  ])("counts what a reader sees", (text, expected) => {
    expect(countGraphemes(text)).toBe(expected);
  });
});

describe("floorToGrapheme and ceilToGrapheme", () => {
  it("find the boundaries around", () => {
    const text = `a${family}b`;
    expect(floorToGrapheme(text, 0, 4)).toBe(1);
    expect(ceilToGrapheme(text, 0, 4)).toBe(1 + family.length);
    expect(floorToGrapheme(text, 0, 1)).toBe(1);
    expect(ceilToGrapheme(text, 0, 1)).toBe(1);
    expect(floorToGrapheme(text, 0, text.length)).toBe(text.length);
    expect(ceilToGrapheme(`a${"\u0301".repeat(1000)}b`, 0, 5)).toBe(1001);
    expect(ceilToGrapheme(`a${"\u0301".repeat(10)}`, 0, 5)).toBe(11);
  });
});
