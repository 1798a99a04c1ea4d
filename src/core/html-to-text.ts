import TurndownService from "turndown";
import { flattenHtml, type Run } from "./flatten-html.js";
import { quoted, readLink } from "./linked-name.js";
import type { Mention } from "./model.js";
import { type PageAddress, toPageAddress } from "./profile-url.js";
import { quickText } from "./quick-text.js";
import { createWhoIsLinked, type WhoIsLinked } from "./who-is-linked.js";

/** What a post holds beyond so many characters is not read. No server lets people write as much. */
export const maxHtmlLength = 200_000;
/** Keeps what turndown does per piece small, since some of it is quadratic (see `flattenHtml`). */
const pieceLength = 1_000;
/** Longer than every entity that HTML names. */
const entityLength = 40;

/** What turndown tells a rule about a link; its own types need a browser's. */
interface LinkNode {
  readonly previousSibling: { readonly textContent: string | null } | null;
  readonly nextSibling: { readonly textContent: string | null } | null;
  getAttribute(name: string): string | null;
}

/**
 * The text a person typed, from a status's HTML. Line breaks for `<br>`, `</p>`, `</div>`, `</li>`;
 * entities decoded; nothing escaped; link text kept (also its invisible spans); quote-inline and
 * ruby annotations dropped. A link that stands for somebody is written `@user@host`, see
 * `who-is-linked.ts`. In quotations and code each `/` and `\` gets a U+2060 in front, in other links
 * those at the start of a word, so that nothing in there is a command. Linear in the input; input and text are cut beyond
 * 200,000 characters.
 */
export function htmlToText(html: string, mentions: readonly Mention[]): string {
  const runs = flattenHtml(html.slice(0, maxHtmlLength).replace(/\r\n?/g, "\n"));
  const whoIsLinked = createWhoIsLinked(mentions);
  const text = quickText(runs, whoIsLinked, maxHtmlLength) ?? parsedText(runs, whoIsLinked);
  return text
    .slice(0, maxHtmlLength)
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim();
}

/** By turndown, which knows every entity there is. */
export function parsedText(runs: readonly Run[], whoIsLinked: WhoIsLinked): string {
  const turndown = createTurndown(whoIsLinked);
  let text = "";
  for (const piece of pieces(runs)) {
    // The bars keep turndown from trimming white space that matters between two pieces.
    text += turndown.turndown(`|${piece}|`).slice(1, -1);
    // Written-out names can be many times as long as what they stand for.
    if (text.length > maxHtmlLength) break;
  }
  return text;
}

function* pieces(runs: readonly Run[]): Generator<string> {
  const linkIds = new Map<Run["link"], number>();
  let piece = "";
  for (const run of runs) {
    const [before, after] = wrapping(run, linkIds);
    piece += ["", "<br>", "<hr>"][run.breaks];
    for (const html of cut(run.html)) {
      piece += before + html + after;
      if (piece.length > pieceLength) {
        yield piece;
        piece = "";
      }
    }
  }
  yield piece;
}

/** A long address with many lines in its link is told once; after that the link's id stands for it. */
function wrapping({ link, isQuoted }: Run, linkIds: Map<Run["link"], number>): [string, string] {
  const [codeStart, codeEnd] = isQuoted ? ["<code>", "</code>"] : ["", ""];
  if (link === undefined) return [codeStart, codeEnd];
  const known = linkIds.get(link);
  const id = known ?? linkIds.size;
  linkIds.set(link, id);
  const href = known === undefined ? ` href="${link.href.replaceAll('"', "&quot;")}"` : "";
  return [`${codeStart}<a id="${id}"${href}>`, `</a>${codeEnd}`];
}

function* cut(html: string): Generator<string> {
  let start = 0;
  while (html.length - start > pieceLength) {
    const end = start + pieceLength;
    const entity = html.slice(end - entityLength, end).lastIndexOf("&");
    const cutAt = entity === -1 ? end : end - entityLength + entity;
    yield html.slice(start, cutAt);
    start = cutAt;
  }
  yield html.slice(start);
}

function createTurndown(whoIsLinked: WhoIsLinked): TurndownService {
  const pages = new Map<string | null, PageAddress | undefined>();
  const linkText = (content: string, node: LinkNode): string => {
    const id = node.getAttribute("id");
    const href = node.getAttribute("href");
    if (href !== null) pages.set(id, toPageAddress(href));
    const before = node.previousSibling?.textContent ?? "";
    const after = node.nextSibling?.textContent ?? "";
    return readLink({ content, page: pages.get(id), before, after }, whoIsLinked);
  };
  const turndown = new TurndownService();
  turndown.escape = (text) => text;
  return turndown
    .addRule("line break", { filter: "br", replacement: () => "\n" })
    .addRule("blank line", { filter: "hr", replacement: () => "\n\n" })
    .addRule("quoted", { filter: "code", replacement: quoted })
    .addRule("link", { filter: "a", replacement: linkText });
}
