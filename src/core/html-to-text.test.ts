import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { toAcct } from "./acct.js";
import { htmlToText } from "./html-to-text.js";
import type { Mention } from "./model.js";

function aMention(acct: string, url: string): Mention {
  const parsed = toAcct(acct);
  if (parsed === undefined) throw new Error(`${acct} is no address.`);
  return { acct: parsed, url };
}

function text(html: string, ...mentions: readonly Mention[]): string {
  return htmlToText(html, mentions);
}

const grp = aMention("grp@x.org", "https://x.org/@grp");
const bob = aMention("bob@far.example", "https://social.far.example/@bob");

describe("htmlToText", () => {
  it.each([
    ["<p>hi</p><p>/join</p>", "hi\n/join"],
    ["hi<br>/join", "hi\n/join"],
    ["hi<br />/join", "hi\n/join"],
    ["hi<BR/>/join", "hi\n/join"],
    ["<div>hi</div>/join", "hi\n/join"],
    ["<div>hi<div>/join</div></div>", "hi\n/join"],
    ["<ul><li>/a</li><li>/b</ul>/c", "/a\n/b\n/c"],
    ["<p>one<br><br>two</p>", "one\n\ntwo"],
    ["one<br><br><br><br>two", "one\n\ntwo"],
    ["<p>one\ntwo</p>\n", "one\ntwo"],
    ["<p>one<br>\ntwo</p>\n<p>three</p>", "one\ntwo\nthree"],
    ["one\r\n\r\n\r\ntwo\rthree", "one\n\ntwo\nthree"],
    ["<p>one</p>\n  \n<blockquote>\n<p>two</p>\n</blockquote>\n", "one\ntwo"],
    ["<h2>Title</h2>text<hr>more", "Title\ntext\nmore"],
    ["<p>one<br></p><p>two</p>", "one\ntwo"],
    ["  <p>  one   two  </p>  ", "one two"],
    ["<b>bold</b> <i>and</i> <u>more</u>", "bold and more"],
    ["", ""],
    ["<p></p><br>", ""],
  ])("breaks the lines of %j", (html, expected) => {
    expect(text(html)).toBe(expected);
  });

  it.each([
    ["a &amp; b", "a & b"],
    ["1 < 2 /help", "1 < 2 /help"],
    ["a <3 b /help", "a <3 b /help"],
    ["<p>a <3 b /help</p>", "a <3 b /help"],
    ["if a <b /help", "if a <b /help"],
    ["1 > 0", "1 > 0"],
    [
      "&lt;b&gt;x&lt;/b&gt; &quot;q&quot; &#39;s&#x27; &eacute;&nbsp;!",
      "<b>x</b> \"q\" 's' é\u00a0!",
    ],
    ["user_name@x *a* [b](c) 1. d # e ~~f~~ `g`", "user_name@x *a* [b](c) 1. d # e ~~f~~ `g`"],
    ["AT&T &unknown; &", "AT&T &unknown; &"],
    ["<p>#<span>ducks</span></p>", "#ducks"],
    ["👩‍👩‍👧 e\u0301 \u202ex", "👩‍👩‍👧 e\u0301 \u202ex"],
  ])("keeps the characters of %j", (html, expected) => {
    expect(text(html)).toBe(expected);
  });

  it.each([
    ['<a href="/b">link</a>', "link"],
    ["<a>no link</a>", "no link"],
    [
      '<a href="https://x.org/tags/Ducks" class="mention hashtag" rel="tag">#<span>Ducks</span></a>',
      "#Ducks",
    ],
    [
      '<a href="https://x.org/long"><span class="invisible">https://</span><span class="ellipsis">x.org/lo</span><span class="invisible">ng</span></a>',
      "https://x.org/long",
    ],
    [
      '<a href="https://x.org/a_b?x=1&amp;y=2">https://x.org/a_b?x=1&amp;y=2</a>',
      "https://x.org/a_b?x=1&y=2",
    ],
    ['<a href="https://[">broken</a>', "broken"],
  ])("keeps the text of the link %j", (html, expected) => {
    expect(text(html, grp)).toBe(expected);
  });

  it.each([
    [
      "Mastodon",
      '<p><span class="h-card" translate="no"><a href="https://x.org/@grp" class="u-url mention">@<span>grp</span></a></span> /help</p>',
    ],
    [
      "Pleroma",
      '<span class="h-card"><a class="u-url mention" data-user="AbC" href="https://x.org/@grp" rel="ugc">@<span>grp</span></a></span> /help',
    ],
    [
      "Hollo",
      '<p><a translate="no" class="h-card u-url mention" href="https://x.org/@grp">@<span>grp</span></a> /help</p>\n',
    ],
    [
      "Misskey",
      '<p><a href="https://x.org/@grp" class="u-url mention">@grp@x.org</a><span> /help</span></p>',
    ],
    [
      "Iceshrimp.NET",
      '<span class="h-card"><a class="u-url mention" href="https://x.org/@grp"><span>@grp</span></a></span> /help',
    ],
    [
      "Friendica",
      '@<a href="https://x.org/@grp" class="u-url mention"><span class="fn nickname mention">grp</span></a> /help',
    ],
    ["a final slash", '<a href="https://x.org/@grp/">@grp</a> /help'],
    ["http", "<a href='http://x.org/@grp'>@grp</a> /help"],
    ["capitals", "<a href=HTTPS://X.ORG/@grp>@grp</a> /help"],
    ["an address for programs", '<a href="https://x.org/users/grp">@grp</a> /help'],
    ["padding", '<a href="https://x.org/@grp"> @grp </a> /help'],
  ])("writes a mention out as %s links it", (_, html) => {
    expect(text(html, grp)).toBe("@grp@x.org /help");
  });

  it.each([
    [
      "a mention, wherever its page is",
      '/ban <a href="https://social.far.example/@bob">@bob</a>',
      "/ban @bob@far.example",
    ],
    [
      "a mention by its other page",
      '/ban <a href="https://social.far.example/users/bob">@Bob</a>',
      "/ban @bob@far.example",
    ],
    [
      "a mention with another name on it",
      '/ban <a href="https://social.far.example/@bob">@grp@x.org</a>',
      "/ban @grp@x.org",
    ],
    ["a stranger", '/ban <a href="https://other.example/@bob">@bob</a>', "/ban @bob@other.example"],
    [
      "a stranger's other page",
      '/ban <a href="https://other.example/users/bob">@bob</a>',
      "/ban @bob@other.example",
    ],
    [
      "a stranger, complete",
      '/ban <a href="https://other.example/@bob">@bob@new.example</a>',
      "/ban @bob@new.example",
    ],
    ["nobody", "/ban @bob", "/ban @bob"],
  ])("says who is meant: %s", (_, html, expected) => {
    expect(text(html, grp, bob, { ...bob, url: "" })).toBe(expected);
  });

  it.each([
    ["は元気", "@grp@x.org は元気"],
    ["\u200cها", "@grp@x.org \u200cها"],
    ["'s page", "@grp@x.org's page"],
    [". Well", "@grp@x.org. Well"],
    [".well", "@grp@x.org .well"],
    ['<a href="https://social.far.example/@bob">@bob</a>', "@grp@x.org @bob@far.example"],
  ])("keeps a mention apart from %j", (after, expected) => {
    expect(text(`<a href="https://x.org/@grp">@grp</a>${after}`, grp, bob)).toBe(expected);
  });

  it.each([
    ["<blockquote><p>/help</p></blockquote><p>/ping</p>", "\u2060/help\n/ping"],
    ["<blockquote>a<blockquote>/b</blockquote>/c</blockquote>/d", "a\n\u2060/b\n\u2060/c\n/d"],
    ["<code>/help</code> /ping", "\u2060/help /ping"],
    ["<pre><code>\\help\n  x\n</code></pre>", "\u2060\\help\nx"],
    [
      '<code>see <a href="https://x.org/a">https://x.org/a</a></code>',
      "see https:\u2060/\u2060/x.org\u2060/a",
    ],
    ["</code>/help", "/help"],
  ])("disarms what is quoted in %j", (html, expected) => {
    expect(text(html)).toBe(expected);
  });

  it.each([
    [
      '<p class="quote-inline">RE: <a href="https://x.org/1">https://x.org/1</a></p><p>hi</p>',
      "hi",
    ],
    ['<p class="x quote-inline">RE: 1<p>hi</p>', "hi"],
    ['<p class="quote-inline-not">hi</p>', "hi"],
    ["<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>です", "字です"],
    ["<ruby>字<rt>じ</ruby>です", "字です"],
    ["a<script>if (1 < 2) '<p>x</p>'</script>b", "ab"],
    ["a<style>p{}</style >b<script/>c", "ab"],
    ["a<script>/help", "a"],
    ["<div hidden><div>x</div>y</div>z", "z"],
    ['<span style="color:red; DISPLAY : none">x</span>z', "z"],
    ["<br hidden>z<input type=hidden hidden>!", "z!"],
    ["a<!-- <p>x</p> -->b<!doctype html>c<?php ?>d</ x>e", "abcde"],
    ["a<!-- b > c", "a"],
    ["a<b title='>' x=\"y>z\" q=>b</b>", "ab"],
    ['a<b title=">', "a"],
    ['<p>a<b c="d>e</p>', "ae"],
  ])("leaves out what is not shown in %j", (html, expected) => {
    expect(text(html)).toBe(expected);
  });

  it("finds a hidden element's end only with an end tag of the same name", () => {
    expect(text("<svg><g>x</g></svg>y<template>z")).toBe("y");
  });

  it("keeps an overlong link's text", () => {
    expect(text(`<a href="https://x.org/${"a".repeat(3000)}">@bob</a>`)).toBe("@bob");
  });

  it("escapes nothing into the markup it hands on", () => {
    expect(text(`<a href='"><script>'>x</a>`)).toBe("x");
  });

  it("cuts what is too long", () => {
    expect(text("x".repeat(200_001))).toHaveLength(200_000);
  });

  it("cuts what gets too long by names written out", () => {
    const host = `${"long.".repeat(40)}example`;
    const html = `<a href="https://${host}/@bob">${"@bob<br>".repeat(20_000)}</a>`;
    expect(text(html)).toHaveLength(200_000);
  });

  it("joins the pieces of a long text without a seam", () => {
    const sentence = "one &amp; two\u00a0 &#x1F986; \u{1F986} <i>three</i> <a href='y'>four</a> ";
    expect(text(sentence.repeat(2000))).toBe(
      "one & two\u00a0 \u{1F986} \u{1F986} three four ".repeat(2000).trim(),
    );
    expect(text("one &amp; two ".repeat(2000))).toBe("one & two ".repeat(2000).trim());
    expect(text("one &copy; two ".repeat(2000))).toBe("one \u00a9 two ".repeat(2000).trim());
    expect(text(`${"x".repeat(3000)} &copy;`)).toBe(`${"x".repeat(3000)} \u00a9`);
  });

  const samples: unknown = JSON.parse(
    readFileSync(new URL("../testing/fixtures/html/samples.json", import.meta.url), "utf8"),
  );
  it.each(samples as { server: string; html: string; mentions: Mention[]; text: string }[])(
    "reads what $server sent: $text",
    ({ html, mentions, text: expected }) => {
      expect(htmlToText(html, mentions)).toBe(expected);
    },
  );

  it("reads a link's address once, however many lines it has", () => {
    let read = 0;
    class CountedUrl extends URL {
      constructor(...args: ConstructorParameters<typeof URL>) {
        super(...args);
        read += 1;
      }
    }
    vi.stubGlobal("URL", CountedUrl);
    onTestFinished(() => void vi.unstubAllGlobals());
    const address = `https://x.org/${"a".repeat(1970)}`;
    const html = `<a href="${address}">${"x<br><code>y</code>".repeat(5000)}</a> <a href="${address}">z</a>`;
    expect(text(html)).toContain("x\ny");
    expect(read).toBe(2);
  });

  it("looks for the end of what is no markup once", () => {
    const startedAt = performance.now();
    expect(text(`a<script>${"</script".repeat(24_000)}`)).toBe("a");
    // It took three seconds and a half when each was read to the end.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
