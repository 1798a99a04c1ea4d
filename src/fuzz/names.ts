import assert from "node:assert/strict";
import fc from "fast-check";
import { hostOf, toAcct, toHost, toSentAcct } from "../core/acct.js";
import { handlesIn } from "../core/handles.js";
import { hashtagsIn, leadingTag, toTag } from "../core/hashtags.js";
import { escapeMarkdown, parseTemplate, toPlainTemplate } from "../core/markdown.js";
import { neutralise, neutraliseMentions } from "../core/neutralise.js";
import { toPageAddress } from "../core/profile-url.js";
import { localHost, parsed } from "./parser.js";
import { claim, oddLetters, type Target, textOf } from "./property.js";

const binary = fc.string({ unit: "binary", maxLength: 5 });
const pieces = [
  ...["@", "@", "#", "a", "Bob", "b.c", "-", ".", "_", ":8443", "/", " ", "\n", "=", "&", "%41"],
  ...[
    "srv.example",
    "xn--",
    "https://x.y",
    "https://",
    "HTTP://a.b/@ann#c",
    "?q=@bob",
    "[::1]",
    "3.5",
  ],
  ...oddLetters,
  binary,
];
const texts = textOf(pieces);
const addresses = fc.oneof(
  texts,
  fc.tuple(textOf(pieces, 4), fc.domain()).map((pair) => pair.join("@")),
  fc.tuple(fc.stringMatching(/^[A-Za-z0-9_]{1,9}$/u), fc.domain()).map((pair) => pair.join("@")),
);
const markdown = textOf([
  ...[
    "*",
    "_",
    "`",
    "~",
    "~~",
    "[",
    "]",
    "(",
    ")",
    "\\",
    "#",
    "# ",
    ">",
    "<",
    "&",
    "&lt;",
    "&#",
    "&amp",
  ],
  ...[";", "a", "1", " ", "\n", "```\n", "x ", "é", "- ", "!", "<b>"],
]);

/** What reads markdown makes of escapes. */
function unescaped(text: string): string {
  return text
    .replaceAll(/\\([\\`*_[\]#>])/gu, (_, sign: string) => `&#${sign.codePointAt(0)};`)
    .replaceAll(/&(?:#(\d+)|(amp|lt));/gu, (_, code, name) =>
      name === undefined ? String.fromCodePoint(Number(code)) : name === "amp" ? "&" : "<",
    )
    .replaceAll("\u2060", "");
}

/** Names of people, servers and hashtags, and taking their effect away. */
export const names: Target = {
  name: "names",
  properties: [
    claim(
      "an address and a server are read again as they are stored",
      addresses,
      (text) => {
        const acct = toAcct(text, localHost);
        if (acct !== undefined) {
          assert.equal(toAcct(acct), acct);
          assert.equal(toSentAcct(acct, localHost), acct);
          assert.equal(toHost(hostOf(acct)), hostOf(acct));
          assert.equal(toAcct(`@${acct}`), acct);
          assert.equal(acct.split("@").length, 2);
          assert.doesNotMatch(acct, /[\s/\\\p{Cc}\p{Cf}]/u);
        }
        const host = toHost(text);
        if (host !== undefined) assert.equal(toHost(host), host);
      },
      400,
    ),
    claim("what a server sent is what people typed, or nothing", addresses, (text) => {
      const sent = toSentAcct(text, localHost);
      if (sent !== undefined) assert.equal(sent, toAcct(text, localHost));
    }),
    claim("nobody's address depends on upper case", addresses, (text) => {
      // Only where case is undone by lower case: ß and the like are letters of their own.
      if (!/^[\0-\x7f]*$/u.test(text)) return;
      assert.equal(toAcct(text.toUpperCase(), localHost), toAcct(text.toLowerCase(), localHost));
    }),
    claim("a hashtag is read again as it is stored, wherever it stands", texts, (text) => {
      const tag = toTag(text);
      if (tag === undefined) return;
      assert.equal(toTag(tag), tag);
      assert.equal(toTag(`#${tag}`), tag);
      assert.equal(leadingTag(`#${tag} and more`), tag);
      assert.deepEqual([...hashtagsIn(`see #${tag}, please`)], [tag]);
    }),
    claim("handles are found in the text as written, apart from each other", texts, (text) => {
      let from = 0;
      for (const handle of handlesIn(text)) {
        const at = text.indexOf(handle.text, from);
        assert.notEqual(at, -1);
        assert.equal(handle.isComplete, handle.text.lastIndexOf("@") > 0);
        from = at + handle.text.length;
      }
    }),
    claim(
      "neutral text names nobody and no hashtag, gains no command, and is neutral already",
      texts,
      (text) => {
        const once = neutralise(text);
        assert.equal(neutralise(once), once);
        assert.equal(neutraliseMentions(once), once);
        assert.deepEqual([...handlesIn(once)], []);
        assert.equal(hashtagsIn(once).size, 0);
        assert.equal(once.replaceAll("\u200b", ""), text.replaceAll("\u200b", ""));
        assert.equal(hashtagsIn(neutraliseMentions(text)).size >= 0, true);
        assert.deepEqual([...handlesIn(neutraliseMentions(text))], []);
        const commandsIn = (all: string) => parsed(all).map(({ command }) => command.names[0]);
        assert.deepEqual(commandsIn(`/ping ${once}`), commandsIn(`/ping ${text}`));
      },
      400,
    ),
    claim("escaped markdown shows as what it was", markdown, (text) => {
      const plain = text.replaceAll("\u2060", "");
      assert.equal(unescaped(escapeMarkdown(plain, "entities")), plain);
      assert.equal(
        unescaped(escapeMarkdown(plain.replaceAll("\\", "/"))),
        plain.replaceAll("\\", "/"),
      );
    }),
    claim("a template keeps its tokens in order when it loses its markdown", markdown, (text) => {
      const template = parseTemplate(`${text}{user}${text}{tag}`);
      const plain = toPlainTemplate(template);
      assert.deepEqual(plain.tokens, ["user", "tag"]);
      assert.equal(plain.literals.length, 3);
    }),
    claim(
      "a page is the same with either scheme, in upper case, and with a slash",
      fc.webUrl(),
      (url) => {
        const page = toPageAddress(url);
        assert.ok(page !== undefined);
        assert.deepEqual(toPageAddress(` ${url.replace(/^https?/u, "HTTP")}`), {
          ...page,
          key: page.key,
        });
        if (!url.includes("?")) assert.deepEqual(toPageAddress(url.replace(/\/?$/u, "/")), page);
        assert.ok(page.key.startsWith(page.host));
      },
    ),
    claim("what is no address of a page is none", texts, (text) => {
      const page = toPageAddress(text);
      if (page !== undefined) assert.match(text, /^\s*https?:/iu);
    }),
  ],
};
