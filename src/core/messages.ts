import type en from "../../locales/en.json";
import type { Traits } from "./traits.js";

/** Every string the group can say; the compiler refuses a key that `locales/en.json` lacks. */
export type MessageKey = keyof typeof en;
export type Tokens = Readonly<Record<string, string>>;

/** One locale file, or a group's own messages. */
export type LocaleTable = Readonly<Record<string, string>>;

/**
 * The text of a message with its tokens filled in, ready for the group's server: escaped where the
 * server reads markdown, clean plain text where it does not.
 */
export type Translate = (key: MessageKey, tokens?: Tokens) => string;

/** Looks a key up in the tables in order (group's messages, locale, English). */
export declare function createTranslate(
  tables: readonly LocaleTable[],
  format: Traits["format"],
): Translate;
