import type { Run } from "./flatten-html.js";
import { quoted, readLink } from "./linked-name.js";
import { type PageAddress, toPageAddress } from "./profile-url.js";
import type { WhoIsLinked } from "./who-is-linked.js";

const characters: Readonly<Record<string, string>> = {
  ...{ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&nbsp;": "\u00a0" },
  ...{ "&#39;": "'", "&#x27;": "'", "&#34;": '"' },
};
const known = /&(?:amp|lt|gt|quot|apos|nbsp|#39|#x27|#34);/g;
/** What takes an HTML parser to know: other entities, and the one character that it takes away. */
const unknown = /&(?!(?:amp|lt|gt|quot|apos|nbsp|#39|#x27|#34);)|\0/;

function decoded(html: string): string {
  return html.includes("&") ? html.replace(known, (entity) => characters[entity] ?? entity) : html;
}

/** A run as it is read: entities decoded, white space collapsed. */
interface Part {
  readonly run: Run;
  readonly text: string;
}

/**
 * The text of runs that hold none but everyday entities, as nearly all posts do: the same that
 * turndown makes of them, without the DOM that it builds for that, which took (measured, 7.2.5) ten
 * times as long. `undefined` for all others. Not
 * much longer than `maxLength`.
 */
export function quickText(
  runs: readonly Run[],
  whoIsLinked: WhoIsLinked,
  maxLength: number,
): string | undefined {
  const isKnown = runs.every(
    ({ html, link }) => !unknown.test(html) && !(link !== undefined && unknown.test(link.href)),
  );
  if (!isKnown) return undefined;
  const pages = new Map<Run["link"], PageAddress | undefined>();
  const pageOf = (link: NonNullable<Run["link"]>) => {
    if (!pages.has(link)) pages.set(link, toPageAddress(decoded(link.href)));
    return pages.get(link);
  };
  const parts = collapsed(runs);
  let text = "";
  for (const [index, { run, text: own }] of parts.entries()) {
    // Written-out names can be many times as long as what they stand for.
    if (text.length > maxLength) break;
    text += ["", "\n", "\n\n"][run.breaks];
    const content = own.trim();
    // White space around what is in a link or quoted stands outside of it.
    const start = own.length - own.trimStart().length;
    const [leading, trailing] = [own.slice(0, start), own.slice(start + content.length)];
    let shown = run.link === undefined && !run.isQuoted ? own : content;
    if (run.link !== undefined) {
      const [before, after] = run.isQuoted ? ["", ""] : neighbours(parts, index);
      shown = readLink({ content, page: pageOf(run.link), before, after }, whoIsLinked);
    }
    if (run.isQuoted) shown = quoted(shown);
    text += shown === own ? own : leading + shown + trailing;
  }
  return text;
}

function collapsed(runs: readonly Run[]): readonly Part[] {
  const parts: Part[] = [];
  /** Where the last text of the line is. */
  let last: number | undefined;
  for (const run of runs) {
    if (run.breaks > 0) {
      const ended = last === undefined ? undefined : parts[last];
      // Before a break, too, white space is nothing.
      if (last !== undefined && ended !== undefined) {
        parts[last] = { run: ended.run, text: ended.text.replace(/ $/, "") };
      }
      last = undefined;
    }
    const whole = decodedLine(run.html);
    const isAfterSpace = last === undefined || parts[last]?.text.endsWith(" ") === true;
    const text = isAfterSpace && whole.startsWith(" ") ? whole.slice(1) : whole;
    // Of plain text nothing is left then.
    if (text === "" && run.link === undefined && !run.isQuoted) continue;
    if (text !== "") last = parts.length;
    parts.push({ run, text });
  }
  return parts;
}

/** In this order: of the entities that are known here none is white space that collapses. */
function decodedLine(html: string): string {
  return decoded(html.replace(/[ \r\n\t]+/g, " "));
}

function neighbours(parts: readonly Part[], index: number): readonly [string, string] {
  const [part, next] = [parts[index], parts[index + 1]];
  const before = part?.run.breaks === 0 ? parts[index - 1]?.text : undefined;
  const after = next?.run.breaks === 0 ? next.text : undefined;
  return [before ?? "", after ?? ""];
}
