import TurndownService from "turndown";
import { flattenHtml, type Run } from "./flatten-html.js";
import type { Mention } from "./model.js";
import { toPageAddress } from "./profile-url.js";

/** What a post holds beyond so many characters is not read. */
export const maxHtmlLength = 1_000_000;
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
 * ruby annotations dropped. A link that points at a mention's url is written `@user@host`. In
 * `<blockquote>`, `<code>` and `<pre>` each `/` and `\` gets a U+2060 in front, so that nothing in
 * there is a command. Linear in the input; input beyond 1,000,000 characters is cut.
 */
export function htmlToText(html: string, mentions: readonly Mention[]): string {
  const turndown = createTurndown(mentions);
  let text = "";
  for (const piece of pieces(flattenHtml(html.slice(0, maxHtmlLength).replace(/\r\n?/g, "\n")))) {
    // The bars keep turndown from trimming white space that matters between two pieces.
    text += turndown.turndown(`|${piece}|`).slice(1, -1);
  }
  return text
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim();
}

function* pieces(runs: readonly Run[]): Generator<string> {
  let piece = "";
  for (const run of runs) {
    const [before, after] = wrapping(run);
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

function wrapping({ link, isQuoted }: Run): readonly [string, string] {
  const [codeStart, codeEnd] = isQuoted ? ["<code>", "</code>"] : ["", ""];
  if (link === undefined) return [codeStart, codeEnd];
  return [`${codeStart}<a href="${link.href.replaceAll('"', "&quot;")}">`, `</a>${codeEnd}`];
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

function createTurndown(mentions: readonly Mention[]): TurndownService {
  const resolve = createResolve(mentions);
  const turndown = new TurndownService();
  turndown.escape = (text) => text;
  return turndown
    .addRule("line break", { filter: "br", replacement: () => "\n" })
    .addRule("blank line", { filter: "hr", replacement: () => "\n\n" })
    .addRule("quoted", {
      filter: "code",
      replacement: (content) => content.replace(/[/\\]/g, "\u2060$&"),
    })
    .addRule("link", {
      filter: "a",
      replacement: (content, node) => linkText(content, node, resolve),
    });
}

type Resolve = (linkText: string, href: string) => string | undefined;

/** Finds out whom a link names; gives `user@host`. */
function createResolve(mentions: readonly Mention[]): Resolve {
  const byPage = new Map<string, string>();
  const byName = new Map<string, string>();
  for (const { acct, url } of mentions) {
    const page = toPageAddress(url);
    if (page === undefined) continue;
    byPage.set(page.key, acct);
    byName.set(`${acct.slice(0, acct.indexOf("@"))}@${page.host}`, acct);
  }
  return (text, href) => {
    const page = toPageAddress(href);
    if (page === undefined) return undefined;
    const user = /^@([\p{L}\p{N}\p{M}_.-]+)$/u.exec(text)?.[1]?.toLowerCase();
    // The same person may have one page for people and one for programs, hence by name as well.
    const name = user === undefined ? undefined : `${user}@${page.host}`;
    return byPage.get(page.key) ?? (name === undefined ? undefined : (byName.get(name) ?? name));
  };
}

function linkText(content: string, node: LinkNode, resolve: Resolve): string {
  const text = content.trim();
  const acct = resolve(text, node.getAttribute("href") ?? "");
  if (acct === undefined) return content;
  // Friendica writes the @ in front of the link.
  const at = node.previousSibling?.textContent?.endsWith("@") ? "" : "@";
  // Languages without spaces go on right after the name, which must not become part of the host.
  const isGoingOn = /^(?:[\p{L}\p{N}\p{M}\p{Cf}_@-]|\.[\p{L}\p{N}])/u.test(
    node.nextSibling?.textContent ?? "",
  );
  return `${at}${acct}${isGoingOn ? " " : ""}`;
}
