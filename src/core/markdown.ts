import { neutralise } from "./neutralise.js";

// Private-use characters stand in for pieces that the next steps must not touch.
const TOKEN = "\u{E000}";
const STASH = "\u{E001}";
const KEPT = /\u{E001}(\d+)\u{E001}/gu;
const WORD_JOINER = "\u{2060}";

/** A message cut at its `{token}`s: `literals` has one piece more than `tokens`. */
export interface Template {
  readonly literals: readonly string[];
  readonly tokens: readonly string[];
}

/** Cuts a message at its `{token}`s. */
export function parseTemplate(message: string): Template {
  const pieces = message.replaceAll(/[\u{E000}\u{E001}]/gu, "").split(/\{(\w+)\}/u);
  return {
    literals: pieces.filter((_, index) => index % 2 === 0),
    tokens: pieces.filter((_, index) => index % 2 === 1),
  };
}

/** The template without its markdown, as people read it; tokens stay where they are. */
export function toPlainTemplate(template: Template): Template {
  const plain = toPlainText(template.literals.join(TOKEN));
  return { literals: plain.split(TOKEN), tokens: template.tokens };
}

function toPlainText(markdown: string): string {
  const stash: string[] = [];
  const keep = (text: string): string => {
    stash.push(text);
    return `${STASH}${stash.length - 1}${STASH}`;
  };
  const unkeep = (text: string): string =>
    text.replaceAll(KEPT, (_, index) => unkeep(String(stash[Number(index)])));
  const bare = markdown
    // Not what holds a token: a value that lost its place would take that of the next.
    .replaceAll(/^ {0,3}```[^\n\u{E000}]*(?:\n|$)/gmu, "")
    .replaceAll(/`([^`\n]+)`|\\([\\`*_{}[\]()#+.!~<>|-])/gu, (_, code, escaped) =>
      keep(code === undefined ? String(escaped) : inert(String(code))),
    )
    .replaceAll(/!?\[([^\]\n]*)\]\(([^)\s]+)\)/gu, (_, label, url) =>
      label === url && !label.includes(TOKEN)
        ? keep(String(url))
        : `${label} (${keep(String(url))})`,
    )
    .replaceAll(/<(https?:\/\/[^>\s]+)>/gu, (_, url) => keep(String(url)))
    .replaceAll(/https?:\/\/[^\s)*]+/gu, keep)
    .replaceAll(/^ {0,3}#{1,6}[ \t]+/gmu, "")
    .replaceAll(/^([ \t]*)[*+] /gmu, "$1- ")
    .replaceAll(/\*\*(?=\S)([^\n]+?)(?<=\S)\*\*/gu, "$1")
    .replaceAll(/\*(?=\S)([^*\n]+?)(?<=\S)\*/gu, "$1")
    .replaceAll(/(?<![\p{L}\p{N}_])(__?)(?=\S)([^\n]+?)(?<=\S)\1(?![\p{L}\p{N}_])/gu, "$2")
    .replaceAll(/~~(?=\S)([^\n]+?)(?<=\S)~~/gu, "$1");
  return unkeep(bare);
}

/**
 * Code that has lost its markup must stay as dead as it was: no command for another group that reads
 * the post (that would be two bots talking for ever), no mention, no hashtag.
 */
function inert(code: string): string {
  return neutralise(code).replaceAll(/[/\\]/gu, (slash) => WORD_JOINER + slash);
}

/** How a sign loses its meaning: not every markup knows backslashes, and not every one numbers. */
export type EscapeStyle = "backslashes" | "entities";

/**
 * A value that shows as itself where the server reads markdown. Links and hashtags are left alone:
 * servers look for those in the source, and an escape would cut them in two.
 */
export function escapeMarkdown(text: string, style: EscapeStyle = "backslashes"): string {
  const escapePiece = style === "backslashes" ? withBackslashes : withEntities;
  return text
    .split(/(https?:\/\/[^\s<>]+|(?<![\p{L}\p{N}_&/#])#[\p{L}\p{N}\p{M}_]+)/u)
    .map((piece, index) => (index % 2 === 1 ? piece : escapePiece(piece)))
    .join("");
}

function withBackslashes(text: string): string {
  return (
    text
      .replaceAll(/[\\`*_[\]]/gu, "\\$&")
      .replaceAll(/^( {0,3})([#>])/gmu, "$1\\$2")
      // Not every markdown knows `\<`, `\&` and `\~`, but all know these names. A number would not
      // do: GoToSocial takes the one in `&#126;` for a hashtag.
      .replaceAll(/&(?=#?\w+;)/gu, "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(/~(?=~)/gu, `~${WORD_JOINER}`)
  );
}

function withEntities(text: string): string {
  return text
    .replaceAll(/&(?=#?\w+;)/gu, "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]]|~~/gu, toEntities)
    .replaceAll(/(?<=^ {0,3})[#>]/gmu, toEntities);
}

function toEntities(signs: string): string {
  return [...signs].map((sign) => `&#${sign.codePointAt(0)};`).join("");
}
