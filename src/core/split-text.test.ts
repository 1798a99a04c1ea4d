import { describe, expect, it } from "vitest";
import { measureText } from "./length.js";
import { splitText } from "./split-text.js";

const inCodePoints = (text: string) => measureText(text, "code-points");
const asMastodon = (text: string) => measureText(text, "mastodon");

function split(text: string, limit: number, prefix = "", measure = inCodePoints) {
  return splitText(text, { prefix, limit, measure });
}

describe("splitText", () => {
  it.each([
    ["alpha\nbeta\ngamma", "", 1000, ["alpha\nbeta\ngamma"]],
    ["alpha\nbeta\ngamma", "@u@h ", 1000, ["@u@h alpha\nbeta\ngamma"]],
    ["aaaaaaaaaa\nbbbbbbbbbb\ncccc\nddddd\n", "", 10, ["aaaaaaaaaa", "bbbbbbbbbb", "cccc\nddddd"]],
    ["red green blue yellow pink", "", 11, ["red green", "blue yellow", "pink"]],
    ["red greenbluepurple pink", "", 10, ["red", "greenbluep", "urple pink"]],
    ["1234\n56\n7", "PRE", 7, ["PRE1234", "PRE56\n7"]],
    ["red green blue yellow pink", "PRE", 14, ["PREred green", "PREblue yellow", "PREpink"]],
  ])("splits %j with %j at %i", (text, prefix, limit, expected) => {
    expect(split(text, limit, prefix)).toEqual(expected);
  });

  it.each([
    ["", 10, []],
    [" \n ", 10, []],
    ["\n\na\n\n\n\nb\n", 1, ["a", "b"]],
    ["aaaa\n\nbbbb", 5, ["aaaa", "bbbb"]],
    ["aa bb\ncc dd", 8, ["aa bb", "cc dd"]],
    ["aaa bbb", 3, ["aaa", "bbb"]],
    ["aaa    bbb", 5, ["aaa", "bbb"]],
    ["éééé", 2, ["éé", "éé"]],
    ["😀😀😀", 2, ["😀😀", "😀"]],
    ["e\u0301e\u0301", 3, ["e\u0301", "e\u0301"]],
    ["a \u0301b", 2, ["a", " \u0301", "b"]],
    ["👩‍👩‍👧👩‍👩‍👧", 3, ["👩‍👩‍👧", "👩‍👩‍👧"]],
    ["🇨🇿🇩🇪🇨🇿", 3, ["🇨🇿", "🇩🇪", "🇨🇿"]],
  ])("keeps to the rules with %j at %i", (text, limit, expected) => {
    expect(split(text, limit)).toEqual(expected);
  });

  it.each([
    ["hello @bob@srv.example", 10, ["hello", "@bob@srv.example"]],
    ["hello,@bob@srv.example!", 10, ["hello,", "@bob@srv.example", "!"]],
    ["(ann@srv.example)", 5, ["(", "ann@srv.example", ")"]],
    ["see:https://srv.example/a", 10, ["see:", "https://srv.example/a"]],
    ["https://srv.example/a b", 10, ["https://srv.example/a", "b"]],
    ["a.b.c.d.e.f", 4, ["a.b.", "c.d.", "e.f"]],
  ])("never cuts a handle or link in %j at %i", (text, limit, expected) => {
    expect(split(text, limit)).toEqual(expected);
  });

  it("counts as it is told", () => {
    const link = `https://srv.example/${"a".repeat(100)}`;
    expect(split(`${link} ${link} a`, 47, "", asMastodon)).toEqual([`${link} ${link}`, "a"]);
    expect(split(`@ann@srv.example @bob@srv.example`, 9, "", asMastodon)).toHaveLength(1);
  });

  it.each([0, -1, 1, 3, Number.NaN])(
    "comes to an end when the prefix leaves no room (%d)",
    (limit) => {
      expect(split("ab c", limit, "@u@h ")).toEqual(["@u@h a", "@u@h b", "@u@h c"]);
    },
  );

  it("takes any limit", () => {
    expect(split("a b", Number.POSITIVE_INFINITY)).toEqual(["a b"]);
  });
});
