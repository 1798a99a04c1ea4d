import { flattenHtml } from "./flatten-html.js";
import type { Mention } from "./model.js";
import { parsedText } from "./parsed-text.js";
import { quickText } from "./quick-text.js";
import { createWhoIsLinked } from "./who-is-linked.js";

/** What a post holds beyond so many characters is not read. No server lets people write as much. */
export const maxHtmlLength = 200_000;

/**
 * The text a person typed, from a status's HTML. Line breaks for `<br>`, `</p>`, `</div>`, `</li>`;
 * entities decoded; nothing escaped; link text kept (also its invisible spans); quote-inline and
 * ruby annotations dropped. A link that stands for somebody is written `@user@host`, see
 * `who-is-linked.ts`. In quotations and code each `/` and `\` gets a U+2060 in front, in other links
 * those at the start of a word, so that nothing in there is a command. Linear in the input; input and text are cut beyond
 * 200,000 characters.
 */
export function htmlToText(html: string, mentions: readonly Mention[]): string {
  if (html === "") return "";
  const runs = flattenHtml(html.slice(0, maxHtmlLength).replace(/\r\n?/g, "\n"));
  const whoIsLinked = createWhoIsLinked(mentions);
  const text =
    quickText(runs, whoIsLinked, maxHtmlLength) ?? parsedText(runs, whoIsLinked, maxHtmlLength);
  return text
    .slice(0, maxHtmlLength)
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim();
}
