import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handlesIn } from "./handles.js";
import { hashtagsIn } from "./hashtags.js";
import { neutralise, neutraliseMentions } from "./neutralise.js";

describe("neutralise", () => {
  it.each([
    ["@bob and @bob@srv.example", "@|bob and @|bob@srv.example"],
    ["#ducks, ＃ducks ＠bob", "#|ducks, ＃|ducks ＠|bob"],
    ["(@bob)/@bob.@bob-@bob_@bobé@bob字@bob", "(@|bob)/@|bob.@|bob-@|bob_@|bobé@|bob字@|bob"],
    ["ann@srv.example a#b C#", "ann@srv.example a#b C#"],
    ["a @ b # c @", "a @ b # c @"],
    ["@@bob", "@|@|bob"],
    ["https://x.example/@ann/1#frag", "https://x.example/@ann/1#frag"],
    ["https://x.example/,@ann", "https://x.example/,@|ann"],
    ["https:///@ann", "https:///@|ann"],
  ])("takes the signs of %j apart", (text, expected) => {
    expect(neutralise(text)).toBe(expected.replaceAll("|", "\u200b"));
  });

  it("can leave hashtags alone", () => {
    expect(neutraliseMentions("@bob #ducks https://x.example/,#a")).toBe(
      "@\u200bbob #ducks https://x.example/,#a",
    );
  });

  const odd = fc
    .array(fc.constantFrom("@", "#", "a", "b.c", " ", "/", "https://x.y", "é", "\u200b", "＠"))
    .map((parts) => parts.join(""));

  it("leaves neither mentions nor hashtags, and does nothing the second time", () => {
    fc.assert(
      fc.property(odd, (text) => {
        const once = neutralise(text);
        expect(neutralise(once)).toBe(once);
        expect(neutraliseMentions(once)).toBe(once);
        expect([...handlesIn(once)]).toEqual([]);
        expect(hashtagsIn(once).size).toBe(0);
        expect(once.replaceAll("\u200b", "")).toBe(text.replaceAll("\u200b", ""));
      }),
      { numRuns: 500 },
    );
  });

  it.each(["@", "#a", "https://a", "https://a ", "a/", "@\u200b"])(
    "stays linear in a megabyte of %j",
    (part) => {
      const startedAt = performance.now();
      neutralise(part.repeat(Math.ceil(1_000_000 / part.length)));
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    },
  );
});
