import assert from "node:assert/strict";
import fc from "fast-check";
import { flattenHtml } from "../core/flatten-html.js";
import { htmlToText, maxHtmlLength } from "../core/html-to-text.js";
import type { Acct, Mention } from "../core/model.js";
import { commandNames, parsed } from "./parser.js";
import { claim, oddLetters, type Target, textOf } from "./property.js";

/** What the servers' own markup makes of a post: paragraphs of lines of words. */
interface Markup {
  readonly post: (paragraphs: readonly string[]) => string;
  readonly lineBreak: string;
}
const markups: readonly Markup[] = [
  { post: (all) => all.map((one) => `<p>${one}</p>`).join(""), lineBreak: "<br />" },
  { post: (all) => all.map((one) => `<p>${one}</p>`).join("\n"), lineBreak: "<br>" },
  { post: (all) => all.join("<br/><br/>"), lineBreak: "<br/>" },
  {
    post: (all) => `<p>${all.map((one) => `<span>${one}</span>`).join("<br><br>")}</p>`,
    lineBreak: "<br>",
  },
  { post: (all) => all.map((one) => `<div dir="auto">${one}</div>`).join(""), lineBreak: "<br>\n" },
  { post: (all) => all.map((one) => `<p>${one}`).join("\n"), lineBreak: "<BR\n>" },
  {
    post: (all) => `<ul>${all.map((one) => `<li>${one}</li>`).join("\n")}</ul>`,
    lineBreak: "<br>",
  },
  { post: (all) => all.join("\n\n"), lineBreak: "\n" },
];
const escapes: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll("/", "&#x2F;").replaceAll("@", "&#64;"),
  (text) => text.replaceAll("/", "&sol;").replaceAll("'", "&#39;"),
  (text) => text.replaceAll("/", "&#47;").replaceAll('"', "&quot;"),
];
const wraps: readonly ((word: string) => string)[] = [
  ...["b", "i", "em", "strong", "u", "del", "span"].map(
    (name) => (word: string) => `<${name}>${word}</${name}>`,
  ),
  (word) => word,
  (word) => word,
  (word) => word,
  (word) => `<span class="x" title='/ban &quot;>'>${word}</span>`,
  (word) => `<font color=red>${word}</font>`,
  (word) => `<!-- /ban --><wbr>${word}`,
];

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const word = fc.oneof(
  fc.constantFrom(
    "hello",
    "duck",
    "#ducks",
    "far.example",
    "a&b",
    "<b>",
    "1<2",
    "it's",
    '"x"',
    "字",
  ),
  fc.constantFrom(...commandNames).map((name) => `/${name}`),
  fc.constantFrom("&amp;", "&lt;/p&gt;", "\\ping", "👩‍👩‍👧", "/", "ann@far.example"),
);
const dressed = fc
  .tuple(word, fc.constantFrom(...wraps), fc.constantFrom(...escapes))
  .map(([text, wrap, write]) => ({ text, markup: wrap(write(escaped(text))) }));
const paragraph = fc.array(fc.array(dressed, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 3,
});

/** White space that does not count, in a form to compare. */
function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

const attribute = fc.constantFrom(
  ...[
    ' class="x /ban y"',
    " title='/ping > /ban'",
    " data-x=/ban",
    ' href="/ping"',
    " hidden",
    " x",
  ],
  ...[' alt="/ban @x@y.example"', ' style="color:red"', "\nid=1", " /", ' onclick="a<b>/ban "'],
);
const shownNames = "p br a b i span div ul li img hr h1 table td x-y BR math button select video";
const otherNames =
  "blockquote code pre P ruby rt script style svg template details object head noscript iframe";

function tagOf(names: string): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...names.split(" ")),
      fc.array(attribute, { maxLength: 3 }),
      fc.boolean(),
    )
    .map(([name, attributes, isEnd]) => (isEnd ? `</${name}>` : `<${name}${attributes.join("")}>`));
}
const tag = tagOf(`${shownNames} ${otherNames}`);
const shownTag = tagOf(shownNames).filter((one) => !/ hidden/u.test(one));
const hostile = textOf(
  [
    ...[
      "<",
      ">",
      '"',
      "'",
      "&",
      ";",
      "=",
      "/",
      "!",
      "<!--",
      "-->",
      "--!>",
      "<!",
      "<?",
      "</",
      "]]>",
    ],
    ...["<![CDATA[", "&amp;", "&#x2F;", "&#47", "&nbsp;", "&#0;", "&#xd800;", "&notit;", " ", "\n"],
    ...[
      "<a href=",
      "<p hidden>",
      "<script",
      "</script",
      "<a href='https://x.org/@grp'>",
      "@grp",
      "b",
    ],
    ...[
      "/ban ",
      "\n/ping",
      "<a b='\"",
      "<p class='quote-inline'>",
      "<b/ban>",
      "\u2060",
      ...oddLetters,
    ],
    tag,
    tag,
  ],
  60,
);
const grp: readonly Mention[] = [{ acct: "grp@host.example" as Acct, url: "https://x.org/@grp" }];

/** From a server's HTML to what somebody typed. */
export const html: Target = {
  name: "HTML to text",
  properties: [
    claim(
      "what people typed comes back, commands and all, whatever markup servers put around",
      fc.tuple(fc.array(paragraph, { maxLength: 12 }), fc.constantFrom(...markups)),
      ([paragraphs, { post, lineBreak }]) => {
        const markup = paragraphs.map((all) =>
          all.map((words) => words.map(({ markup }) => markup).join(" ")).join(lineBreak),
        );
        const typed = paragraphs.map((all) =>
          all.map((words) => words.map(({ text }) => text).join(" ")).join("\n"),
        );
        const text = htmlToText(post(markup), []);
        assert.deepEqual(lines(text), lines(typed.join("\n")));
        assert.deepEqual(
          parsed(text).map(({ command, words }) => [command.names[0], words.text.split(/\n+/u)]),
          parsed(lines(typed.join("\n")).join("\n")).map(({ command, words }) => [
            command.names[0],
            words.text.split(/\n+/u),
          ]),
        );
      },
    ),
    claim("a word of any letters comes back", fc.string({ unit: "grapheme" }), (typed) => {
      const text = typed.replaceAll(/[\s\0\p{Cc}]/gu, "");
      assert.equal(htmlToText(`<p>${escaped(text)}</p>`, []), text);
    }),
    claim("tags alone hold no text", textOf([tag], 30), (tags) => {
      assert.equal(htmlToText(tags, grp), "");
    }),
    claim(
      "hostile markup gives a tidy text within the cap, the same each time",
      hostile,
      (markup) => {
        const text = htmlToText(markup, grp);
        assert.equal(text, htmlToText(markup, grp));
        assert.equal(text, text.trim());
        assert.doesNotMatch(text, /\n{3}|\r/u);
        assert.ok(text.length <= maxHtmlLength);
      },
      300,
    ),
    claim("the flat list holds neither tags nor empty runs", hostile, (markup) => {
      for (const { html: own } of flattenHtml(markup)) {
        assert.notEqual(own, "");
        assert.ok(!own.includes("<") && !own.includes("\n"));
      }
    }),
    claim(
      "nothing in a quotation or in code is a command, and what follows is",
      fc.tuple(
        textOf([shownTag, "/ban @x@y.example ", "\n/ping", " ", ">", "&#47;op", "\\b", "\u2060"]),
        fc.constantFrom("blockquote", "code", "pre", "q", "kbd"),
      ),
      ([inside, name]) => {
        // A link that stays open goes on behind the quotation, and is none of its business.
        const quoted = `<${name}>${inside}</a></${name}>`;
        assert.deepEqual(parsed(htmlToText(quoted, grp)), []);
        const after = parsed(htmlToText(`${quoted}<p>/ping</p>`, grp));
        assert.deepEqual(
          after.map(({ command }) => command.names[0]),
          ["ping"],
        );
      },
    ),
    claim(
      "paragraphs are read apart from each other",
      fc.array(fc.tuple(fc.array(dressed, { minLength: 1, maxLength: 40 }), fc.nat(30)), {
        maxLength: 5,
      }),
      (all) => {
        const htmls = all.map(([words, times]) => {
          const one = words.map(({ markup }) => markup).join(" ");
          return `<p>${Array.from({ length: times + 1 }, () => one).join(" ")}</p>`;
        });
        const apart = htmls.map((one) => htmlToText(one, []));
        assert.deepEqual(lines(htmlToText(htmls.join(""), [])), lines(apart.join("\n")));
      },
      50,
    ),
  ],
};
