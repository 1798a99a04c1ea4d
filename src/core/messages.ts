import type en from "../../locales/en.json";
import { escapeMarkdown, parseTemplate, type Template, toPlainTemplate } from "./markdown.js";
import type { Traits } from "./traits.js";

/** Every string the group can say; the compiler refuses a key that `locales/en.json` lacks. */
export type MessageKey = keyof typeof en;

/** Text that a {@link Translate} has made: it goes into another message as it is. */
export interface Rendered {
  readonly rendered: string;
}

/** Values for `{token}`s. A plain string shows as itself, whatever markdown it seems to hold. */
export type Tokens = Readonly<Record<string, string | Rendered>>;

/** One locale file, or a group's own messages. */
export type LocaleTable = Readonly<Record<string, string>>;

/**
 * The text of a message with its tokens filled in, ready for the group's server: escaped where the
 * server reads markdown, clean plain text where it does not.
 */
export type Translate = (key: MessageKey, tokens?: Tokens) => string;

/** Marks a text as finished, so that it is not escaped a second time. */
export function rendered(text: string): Rendered {
  return { rendered: text };
}

/** Looks a key up in the tables in order (group's messages, locale, English). */
export function createTranslate(
  tables: readonly LocaleTable[],
  format: Traits["format"],
): Translate {
  const isPlain = format === "plain";
  const style = format === "light-markup" ? "entities" : "backslashes";
  return (key, tokens = {}) => {
    const message = tables.find((table) => Object.hasOwn(table, key))?.[key] ?? key;
    const template = parseTemplate(message);
    return isPlain
      ? fill(toPlainTemplate(template), tokens, (value) => value)
      : fill(template, tokens, (value) => escapeMarkdown(value, style));
  };
}

function fill(template: Template, values: Tokens, show: (value: string) => string): string {
  return template.literals
    .map((literal, index) => {
      const token = template.tokens[index - 1];
      if (token === undefined) return literal;
      const value = Object.hasOwn(values, token) ? values[token] : undefined;
      if (value === undefined) return `{${token}}${literal}`;
      return (typeof value === "string" ? show(value) : value.rendered) + literal;
    })
    .join("");
}

/** What is wrong with a locale or a group's own messages, measured by the built-in English. */
export interface LocaleReport {
  readonly unknownKeys: readonly string[];
  readonly missingKeys: readonly string[];
  /** Tokens that the English has and the translation has not: something will not be said. */
  readonly lostTokens: readonly { readonly key: string; readonly token: string }[];
}

// Messages of older groups hold their own list of commands in place of this token.
const OPTIONAL_TOKENS = ["commands"];

/** Compares a table with the English; `missingKeys` do not matter for a group's own messages. */
export function checkLocale(table: LocaleTable, english: LocaleTable): LocaleReport {
  const originals = new Map(Object.entries(english));
  const messages = new Map(Object.entries(table));
  return {
    unknownKeys: [...messages.keys()].filter((key) => !originals.has(key)),
    missingKeys: [...originals.keys()].filter((key) => !messages.has(key)),
    lostTokens: [...messages].flatMap(([key, message]) => {
      const original = originals.get(key);
      if (original === undefined) return [];
      const kept = new Set([...parseTemplate(message).tokens, ...OPTIONAL_TOKENS]);
      const wanted = new Set(parseTemplate(original).tokens);
      return [...wanted].filter((token) => !kept.has(token)).map((token) => ({ key, token }));
    }),
  };
}
