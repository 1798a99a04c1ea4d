import assert from "node:assert/strict";
import fc from "fast-check";
import { ceilToGrapheme, countGraphemes, floorToGrapheme } from "../core/graphemes.js";
import { measureText } from "../core/length.js";
import { splitText } from "../core/split-text.js";
import { claim, oddLetters, type Target, textOf } from "./property.js";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
function graphemesOf(text: string): readonly string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

const spaces = [" ", " ", "  ", "\n", " \n "];
const protectedWords = [
  "@ann@srv.example",
  "bob@far.example",
  "https://x.org/a",
  "http://a.b/?c=d",
];
const texts = textOf(
  [..."a|b|c|.|é|bbbbbbbb|ü\u0308".split("|"), ...spaces, ...protectedWords, ...oddLetters],
  60,
);
const runs = fc
  .array(fc.tuple(fc.constantFrom("a", ...oddLetters), fc.integer({ min: 1, max: 300 })), {
    maxLength: 8,
  })
  .map((all) => all.map(([letter, times]) => letter.repeat(times)).join(""));
const prefixes = fc.constantFrom("", "@u@h ", "é");
const limits = fc.integer({ min: -2, max: 40 });
const countings = fc.constantFrom("code-points" as const, "mastodon" as const);

/** Cutting answers into posts. */
export const splitter: Target = {
  name: "splitter",
  properties: [
    claim(
      "parts keep the limit, lose nothing but white space and cut no grapheme",
      fc.tuple(texts, prefixes, limits, countings),
      ([text, prefix, limit, counting]) => {
        const measure = (part: string) => measureText(part, counting);
        const bodies = splitText(text, { prefix, limit, measure }).map((part) => {
          assert.ok(part.startsWith(prefix));
          return part.slice(prefix.length);
        });
        assert.equal(bodies.join("").replaceAll(/\s/gu, ""), text.replaceAll(/\s/gu, ""));
        const seen = (all: readonly string[]) => all.filter((one) => one.trim() !== "");
        assert.deepEqual(seen(bodies.flatMap(graphemesOf)), seen(graphemesOf(text)));
        for (const body of bodies) {
          assert.notEqual(body, "");
          if (measure(prefix + body) <= limit) continue;
          assert.match(body, /^\S*$|^\s\S+$/u);
          if (!/[@＠]|https?:/u.test(body)) assert.equal(graphemesOf(body).length, 1);
        }
      },
      300,
    ),
    claim(
      "no handle and no link is cut",
      fc.tuple(
        fc.array(fc.oneof(fc.constantFrom(...protectedWords, "a", "bb.c", "(字)", "👩‍👩‍👧")), {
          maxLength: 30,
        }),
        limits,
        countings,
      ),
      ([words, limit, counting]) => {
        const measure = (part: string) => measureText(part, counting);
        const parts = splitText(words.join(" "), { prefix: "", limit, measure });
        const pieces = parts.flatMap((part) => part.split(" "));
        const whole = (all: readonly string[]) => all.filter((one) => protectedWords.includes(one));
        assert.deepEqual(whole(pieces), whole(words));
      },
    ),
    claim(
      "what was split is not split again",
      fc.tuple(texts, fc.integer({ min: 1, max: 40 })),
      ([text, limit]) => {
        const measure = (part: string) => measureText(part, "code-points");
        for (const part of splitText(text, { prefix: "", limit, measure })) {
          assert.deepEqual(splitText(part, { prefix: "", limit, measure }), [part]);
        }
      },
    ),
    claim(
      "graphemes are counted as the segmenter does",
      runs,
      (text) => {
        assert.equal(countGraphemes(text), graphemesOf(text).length);
      },
      100,
    ),
    claim(
      "the boundaries around a place are those of the segmenter",
      fc.tuple(textOf(["a", ...oddLetters], 30), fc.nat(), fc.nat()),
      ([text, from, to]) => {
        const found = [...segmenter.segment(text)].map(({ index }) => index);
        const bounds = [...found, text.length];
        const start = bounds[from % bounds.length] ?? 0;
        const index = start + (to % (text.length - start + 1));
        const after = bounds.filter((bound) => bound >= start);
        assert.equal(
          floorToGrapheme(text, start, index),
          after.findLast((bound) => bound <= index),
        );
        assert.equal(
          ceilToGrapheme(text, start, index),
          after.find((bound) => bound >= index),
        );
      },
    ),
    claim("a text without links counts no more graphemes than code points", texts, (text) => {
      const plain = text.replaceAll(/https?:/gu, "");
      const asMastodon = measureText(plain, "mastodon");
      assert.ok(asMastodon <= measureText(plain, "code-points"));
    }),
  ],
};
