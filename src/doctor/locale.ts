import type { Locales } from "../config/locales.js";
import { checkLocale } from "../core/messages.js";
import { didYouMean } from "../store/did-you-mean.js";
import { count, type Finding, ok, warning } from "./finding.js";

/** Whether the group's language is there and says everything. */
export function checkSpeech(
  locale: string,
  { builtIn, own, english }: Locales,
): readonly Finding[] {
  const chosen = own.get(locale);
  const table = { ...builtIn.get(locale), ...(chosen?.isUsable ? chosen.table : {}) };
  const known = [...new Set([...builtIn.keys(), ...own.keys()])].sort();
  if (!known.includes(locale)) {
    const remedy = `Set locale in config.json5 to one of ${known.join(", ")}${didYouMean(locale, known)}`;
    return [
      warning(
        "locale",
        `There is no locale ${JSON.stringify(locale)}, so the group speaks English.`,
        remedy,
      ),
    ];
  }
  const { missingKeys } = checkLocale(table, english);
  if (missingKeys.length > 0) {
    const text = `The locale ${JSON.stringify(locale)} lacks ${count(missingKeys.length, "message")}, which are said in English: ${missingKeys.slice(0, 5).join(", ")}${missingKeys.length > 5 ? " and more" : ""}.`;
    return [
      warning(
        "locale",
        text,
        "Add them to its file in the locales folder; locales/en.json has them all.",
      ),
    ];
  }
  return [ok("locale", `The group speaks ${JSON.stringify(locale)}, which is complete.`)];
}
