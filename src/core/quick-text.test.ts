import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flattenHtml } from "./flatten-html.js";
import type { Acct } from "./model.js";
import { parsedText } from "./parsed-text.js";
import { quickText } from "./quick-text.js";
import { createWhoIsLinked } from "./who-is-linked.js";

const whoIsLinked = createWhoIsLinked([
  { acct: "ann@x.org" as Acct, url: "https://x.org/@ann" },
  { acct: "bob@far.example" as Acct, url: "https://bob.example/" },
]);

const piece = fc.oneof(
  fc.constantFrom(
    " ",
    "  ",
    "\n",
    "\t",
    "a",
    "@",
    "/ban",
    "\\",
    ".",
    "字",
    "\u00a0",
    "\f",
    "@ann",
    "é",
  ),
  fc.constantFrom("&amp;", "&lt;", "&nbsp;", "&#39;", "&quot;", "<", ">", "\u2003", "-"),
  fc.constantFrom("<br>", "<p>", "</p>", "<b>", "</b>", "<code>", "</code>", "<blockquote>"),
  fc.constantFrom("</blockquote>", "<li>", "<span class=invisible>", "</span>", "</a>", "<pre>"),
  fc.constantFrom(
    "<a href='https://x.org/@ann'>",
    '<a href="https://bob.example">',
    '<a href="https://x.org/?a=1&amp;b=2">',
    "<a>",
    "<a href=nowhere>",
    '<a href="https://x.org/@ann">@<span>ann</span></a>',
    '<a href="https://x.org/@ann"> </a>',
  ),
);
const html = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
const tidy = (text: string | undefined) =>
  text
    ?.split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim();

describe("quickText", () => {
  it("reads what turndown reads", () => {
    fc.assert(
      fc.property(html, (text) => {
        const runs = flattenHtml(text);
        const quick = quickText(runs, whoIsLinked, 1000);
        expect(quick).toBeDefined();
        expect(tidy(quick)).toBe(tidy(parsedText(runs, whoIsLinked, 1000)));
      }),
      { numRuns: 400 },
    );
  });

  it.each(["&copy;", "&amp", "&#0;", "&", "\0", '<a href="https://x.org/?a&b">x</a>'])(
    "leaves %j to turndown",
    (text) => {
      expect(quickText(flattenHtml(`a ${text} b`), whoIsLinked, 1000)).toBeUndefined();
    },
  );

  it("ends where the text is long enough", () => {
    const runs = flattenHtml("<a href='https://x.org/@ann'>@ann</a><br>".repeat(1000));
    expect(quickText(runs, whoIsLinked, 100)?.length).toBeLessThan(120);
  });
});
