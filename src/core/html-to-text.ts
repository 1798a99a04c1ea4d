import type { Mention } from "./model.js";

/**
 * The text a person typed, from a status's HTML. Line breaks for `<br>`, `</p>`, `</div>`, `</li>`;
 * entities decoded; nothing escaped; link text kept (also its invisible spans); quote-inline and
 * ruby annotations dropped. A link that points at a mention's url is written `@user@host`. In
 * `<blockquote>`, `<code>` and `<pre>` each `/` and `\` gets a U+2060 in front, so that nothing in
 * there is a command. Linear in the input; input beyond 1,000,000 characters is cut.
 */
export declare function htmlToText(html: string, mentions: readonly Mention[]): string;
