import { describe, expect, it } from "vitest";
import { escapeMarkdown, parseTemplate, toPlainTemplate } from "./markdown.js";

function plain(message: string): string {
  const { literals, tokens } = toPlainTemplate(parseTemplate(message));
  return literals
    .map((text, index) => text + (index in tokens ? `{${tokens[index]}}` : ""))
    .join("");
}

describe("toPlainTemplate", () => {
  it.each([
    ["**📢 Group announcement**\n{message}", "📢 Group announcement\n{message}"],
    ["plain", "plain"],
    ["", ""],
    ["*italic* and _italic_ and __bold__ and ***both***", "italic and italic and bold and both"],
    ["**bold *inside* it**", "bold inside it"],
    ["**Hi {user}!** _{user_name}_", "Hi {user}! {user_name}"],
    ["snake_case_name stays, 2 * 3 * 4 too", "snake_case_name stays, 2 * 3 * 4 too"],
    ["# Heading\n### Third #1", "Heading\nThird #1"],
    ["* one\n+ two\n- three\n  * four", "- one\n- two\n- three\n  - four"],
    ["1. first", "1. first"],
    ["> quoted", "> quoted"],
    ["[the site](https://x.example/a_b_c)", "the site (https://x.example/a_b_c)"],
    ["[**bold** link]({url})", "bold link ({url})"],
    ["[https://x.example](https://x.example)", "https://x.example"],
    ["<https://x.example/_a_>", "https://x.example/_a_"],
    ["see https://x.example/_a_/*b* **now**", "see https://x.example/_a_/b now"],
    ["~~gone~~", "gone"],
    ["\\*not italic\\* \\_x\\_ \\help", "*not italic* _x_ \\help"],
    ["```\ncode *x*\n```\nafter", "code x\nafter"],
    ["`a *b* _c_`", "a *b* _c_"],
    ["**`a` and `b`**", "a and b"],
    ["a lone ` or * or _ or **", "a lone ` or * or _ or **"],
    ["**two\nlines**", "**two\nlines**"],
    // Found by fuzzing: the first token was lost, and its value stood in the place of the next.
    ["```{user}\n{tag}", "```{user}\n{tag}"],
    ["[{url}]({url}) {tag}", "{url} ({url}) {tag}"],
  ])("renders %j as %j", (message, expected) => {
    expect(plain(message)).toBe(expected);
  });

  it("leaves no live command, mention or hashtag in what was code", () => {
    expect(plain("`/ban @user@server` or `/add #tag` or `\\i`")).toBe(
      "\u2060/ban @\u200buser@server or \u2060/add #\u200btag or \u2060\\i",
    );
  });

  it("is not confused by the characters it works with", () => {
    expect(plain("a\u{E000}b\u{E001}0\u{E001} `{x}`")).toBe("ab0 {x}");
  });
});

describe("escapeMarkdown", () => {
  it.each([
    ["user_name@x", "user\\_name@x", "user&#95;name@x"],
    ["*a* `b`", "\\*a\\* \\`b\\`", "&#42;a&#42; &#96;b&#96;"],
    ["[c](d) \\", "\\[c\\](d) \\\\", "&#91;c&#93;(d) &#92;"],
    [
      "# no heading\n#tag_is_kept #два_слова",
      "\\# no heading\n#tag_is_kept #два_слова",
      "&#35; no heading\n#tag_is_kept #два_слова",
    ],
    [
      "> no quote\n  # nor this",
      "\\> no quote\n  \\# nor this",
      "&#62; no quote\n  &#35; nor this",
    ],
    ["<b>1 > 0</b>", "&lt;b>1 > 0&lt;/b>", "&lt;b>1 > 0&lt;/b>"],
    ["&lt; & &#38; AT&T", "&amp;lt; & &amp;#38; AT&T", "&amp;lt; & &amp;#38; AT&T"],
    ["~~x~~ ~y~", "~\u2060~x~\u2060~ ~y~", "&#126;&#126;x&#126;&#126; ~y~"],
    [
      "a_b https://x.example/a_b_c?d=*e* a_b",
      "a\\_b https://x.example/a_b_c?d=*e* a\\_b",
      "a&#95;b https://x.example/a_b_c?d=*e* a&#95;b",
    ],
    ["", "", ""],
  ])("writes %j as %j, or as %j", (text, backslashes, entities) => {
    expect(escapeMarkdown(text)).toBe(backslashes);
    expect(escapeMarkdown(text, "entities")).toBe(entities);
  });
});
