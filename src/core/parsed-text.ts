// biome-ignore lint/style/noRestrictedImports: loading code, once, is no effect; see loadTurndown.
import { createRequire } from "node:module";
import type TurndownService from "turndown";
import type { Run } from "./flatten-html.js";
import { quoted, readLink } from "./linked-name.js";
import { type PageAddress, toPageAddress } from "./profile-url.js";
import type { WhoIsLinked } from "./who-is-linked.js";

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
 * The text of runs by turndown, which knows every entity there is. Not much longer than `maxLength`.
 */
export function parsedText(
  runs: readonly Run[],
  whoIsLinked: WhoIsLinked,
  maxLength: number,
): string {
  const turndown = createTurndown(whoIsLinked);
  let text = "";
  for (const piece of pieces(runs)) {
    // The bars keep turndown from trimming white space that matters between two pieces.
    text += turndown.turndown(`|${piece}|`).slice(1, -1);
    // Written-out names can be many times as long as what they stand for.
    if (text.length > maxLength) break;
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

/**
 * Loaded when the first text needs it: with its DOM it is half a megabyte of code, which took (measured,
 * 7.2.5) 38 ms and 10 MB, and most groups never meet such a text. `import()` would make a promise of
 * every text.
 */
function loadTurndown(): typeof TurndownService {
  return createRequire(import.meta.url)("turndown");
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
  const turndown = new (loadTurndown())();
  turndown.escape = (text) => text;
  return turndown
    .addRule("line break", { filter: "br", replacement: () => "\n" })
    .addRule("blank line", { filter: "hr", replacement: () => "\n\n" })
    .addRule("quoted", { filter: "code", replacement: quoted })
    .addRule("link", { filter: "a", replacement: linkText });
}
