import { describe, expect, it } from "vitest";
import { testWorld, type Wire } from "../testing/client.js";
import { countCharacters, tagsIn } from "./render.js";

const bob =
  '<span class="h-card" translate="no"><a href="https://b.test/@bob" class="u-url mention">@<span>bob</span></a></span>';
const ann =
  '<span class="h-card" translate="no"><a href="https://a.test/@ann" class="u-url mention">@<span>ann</span></a></span>';
const tag = (name: string, shown = name) =>
  `<a href="https://a.test/tags/${name}" class="mention hashtag" rel="tag">#<span>${shown}</span></a>`;
const link = (url: string, prefix: string, shown: string, rest = "") =>
  `<a href="${url}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">${prefix}</span>` +
  `<span class="${rest === "" ? "" : "ellipsis"}">${shown}</span><span class="invisible">${rest}</span></a>`;

const table: readonly [name: string, text: string, html: string][] = [
  ["a word", "hello", "<p>hello</p>"],
  ["paragraphs", "one\n\ntwo", "<p>one</p><p>two</p>"],
  ["many blank lines", "one\n\n\n\ntwo", "<p>one</p><p>two</p>"],
  ["a line break", "one\ntwo", "<p>one<br />two</p>"],
  ["Windows line breaks", "one\r\ntwo\r\n\r\nthree", "<p>one<br />two</p><p>three</p>"],
  ["entities", `<b> & "x" 'y'`, "<p>&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39;</p>"],
  ["a local handle", "hi @ann!", `<p>hi ${ann}!</p>`],
  ["a local handle with domain", "hi @ann@a.test.", `<p>hi ${ann}.</p>`],
  ["a handle in another case", "@ANN", `<p>${ann}</p>`],
  ["a remote handle", "@bob@b.test: hi", `<p>${bob}: hi</p>`],
  ["a handle nobody has", "@nobody @bob @ann@c.test", "<p>@nobody @bob @ann@c.test</p>"],
  ["an address of mail", "ann@a.test", "<p>ann@a.test</p>"],
  ["a hashtag", "see #Ducks.", `<p>see ${tag("ducks", "Ducks")}.</p>`],
  ["a hashtag of another script", "#日本", `<p>${tag(encodeURIComponent("日本"), "日本")}</p>`],
  ["a number", "#1 and #1a", `<p>#1 and ${tag("1a")}</p>`],
  [
    "a link",
    "see https://example.org/a_b.",
    `<p>see ${link("https://example.org/a_b", "https://", "example.org/a_b")}.</p>`,
  ],
  [
    "www",
    "http://www.example.org",
    `<p>${link("http://www.example.org", "http://www.", "example.org")}</p>`,
  ],
  [
    "a long link",
    "https://example.org/123456789012345678901234567890",
    `<p>${link("https://example.org/123456789012345678901234567890", "https://", "example.org/123456789012345678", "901234567890")}</p>`,
  ],
  [
    "a link in brackets",
    "(https://example.org/a(b))",
    `<p>(${link("https://example.org/a(b)", "https://", "example.org/a(b)")})</p>`,
  ],
  [
    "a handle in a link",
    "https://x.test/@ann/1#ducks",
    `<p>${link("https://x.test/@ann/1#ducks", "https://", "x.test/@ann/1#ducks")}</p>`,
  ],
];

describe("rendering a post", () => {
  it.each(table)("renders %s", async (_, text, html) => {
    const [a, b] = testWorld(["a.test", "b.test"]);
    b?.user("bob");
    const status = await a?.user("ann").post<Wire>("/api/v1/statuses", { status: text });
    expect(status?.content).toBe(html);
  });

  it("tells apart two who share a username", async () => {
    const [a, b] = testWorld(["a.test", "b.test"]);
    b?.user("ann");
    const status = await a
      ?.user("ann")
      .post<Wire>("/api/v1/statuses", { status: "@ann@b.test @ann" });
    expect(status?.content).toContain("<span>ann@b.test</span>");
    expect(status?.content).toContain("<span>ann</span>");
  });
});

describe("countCharacters", () => {
  it.each([
    ["plain", 5],
    ["👩‍👩‍👧‍👦é", 2],
    ["https://example.org/very/long/path/indeed", 23],
    ["@bob@a.very.long.domain hi", 7],
    ["#tag", 4],
  ])("counts %j as %i", (text, length) => {
    expect(countCharacters(text)).toBe(length);
  });
});

describe("tagsIn", () => {
  it("tells each hashtag once, as first written", () => {
    expect(tagsIn("#Ducks #ducks #geese a#b /#c")).toEqual(["Ducks", "geese"]);
  });
});
