import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ceilToGrapheme, countGraphemes, floorToGrapheme } from "./graphemes.js";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const family = "👩‍👩‍👧";

const texts = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ..."a é e\u0301 \u0301 \u200d 👍 🏽 🇨 \r \n \ud83d \udc4d".split(" "),
        family,
      ),
      fc.integer({ min: 1, max: 300 }),
    ),
    { maxLength: 8 },
  )
  .map((runs) => runs.map(([part, times]) => part.repeat(times)).join(""));

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

  it("agrees with the segmenter", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(countGraphemes(text)).toBe([...segmenter.segment(text)].length);
      }),
      { numRuns: 300 },
    );
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
