import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { checkLocale, type LocaleTable } from "../core/messages.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import { ownFolder } from "../own-folder.js";
import { didYouMean } from "../store/did-you-mean.js";
import { codeOf, explain } from "../store/file-error.js";
import { type JsonDocument, locateJson, readJson5 } from "../store/json5-file.js";
import { describeValue, isObject, noticeAt, problemAt } from "../store/problems.js";

/** A locale that can be used, or what is wrong with its file. */
type OwnLocale =
  | { readonly isUsable: true; readonly table: LocaleTable }
  | { readonly isUsable: false; readonly problems: readonly ConfigProblem[] };

/** All the languages that groups can speak. */
export interface Locales {
  readonly builtIn: ReadonlyMap<string, LocaleTable>;
  readonly own: ReadonlyMap<string, OwnLocale>;
  /** The built-in English, which holds every key. */
  readonly english: LocaleTable;
  readonly notices: readonly string[];
}

/** What a group says its messages with. */
export interface Speech {
  /** In the order in which a message is looked up; the last is the built-in English. */
  readonly tables: readonly LocaleTable[];
  readonly problems: readonly ConfigProblem[];
  readonly notices: readonly string[];
}

const builtInFolder = fileURLToPath(new URL("locales/", ownFolder));

function toTable(document: JsonDocument): { table: LocaleTable; notices: readonly string[] } {
  const { value } = document;
  if (!isObject(value)) {
    const problem = `Found ${describeValue(value)}, expected an object of messages.`;
    throw new ConfigError([problemAt(document, [], problem)]);
  }
  const entries = Object.entries(value);
  const table = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const notices = entries
    .filter(([, message]) => typeof message !== "string")
    .map(([key, message]) =>
      noticeAt(
        document,
        [key],
        `Found ${describeValue(message)}, expected text; the entry is skipped.`,
      ),
    );
  return { table, notices };
}

/** Tokens that stand for what a person wrote: a message without them would swallow it. */
const vital: readonly string[] = ["message"];

/** The table without the messages that would lose somebody's text; others are used in their place. */
function withoutLosses(document: JsonDocument, table: LocaleTable, english: LocaleTable) {
  const losses = checkLocale(table, english).lostTokens.filter(({ token }) =>
    vital.includes(token),
  );
  const lost = new Set(losses.map(({ key }) => key));
  const notices = losses.map(({ key, token }) =>
    noticeAt(
      document,
      [key],
      `The message lacks {${token}}, which is what somebody wrote; it is not used, and the text of the language is said instead.`,
    ),
  );
  return {
    table: Object.fromEntries(Object.entries(table).filter(([key]) => !lost.has(key))),
    notices,
  };
}

function tableNotices(
  document: JsonDocument,
  table: LocaleTable,
  { english, isPartial }: { readonly english: LocaleTable; readonly isPartial: boolean },
): readonly string[] {
  const { unknownKeys, missingKeys, lostTokens } = checkLocale(table, english);
  const missing =
    isPartial || missingKeys.length === 0
      ? []
      : [noticeAt(document, [], missingSentence(missingKeys, Object.keys(english).length))];
  const known = Object.keys(english);
  return [
    ...unknownKeys.map((key) =>
      noticeAt(document, [key], `There is no such message${didYouMean(key, known)}`),
    ),
    ...lostTokens
      .filter(({ token }) => !vital.includes(token))
      .map(({ key, token }) =>
        noticeAt(document, [key], `The message lacks {${token}}, so it will not be said.`),
      ),
    ...missing,
  ];
}

const maxNamed = 5;

function missingSentence(keys: readonly string[], count: number): string {
  const lead = keys.length > maxNamed ? "; first: " : ": ";
  return `This lacks ${keys.length} of ${count} messages, which are said in English${lead}${keys.slice(0, maxNamed).join(", ")}.`;
}

async function localeNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  const stems = names.flatMap((name) => /^([^.].*)\.json5?$/u.exec(name)?.[1] ?? []);
  return [...new Set(stems)].sort();
}

async function readTable(folder: string, name: string) {
  const file = await locateJson(folder, name);
  const document = file === undefined ? undefined : await readJson5(file);
  return document === undefined ? undefined : { document, ...toTable(document) };
}

async function loadBuiltIn(): Promise<ReadonlyMap<string, LocaleTable>> {
  const tables = new Map<string, LocaleTable>();
  for (const name of await localeNames(builtInFolder)) {
    const found = await readTable(builtInFolder, name);
    if (found !== undefined) tables.set(name, found.table);
  }
  return tables;
}

interface LoadOptions {
  /** Report what is missing, unknown or lost in the operator's files. */
  readonly validate: boolean;
  /** Somebody named the folder, so that it ought to be there. */
  readonly isNamed: boolean;
}

async function ownNames(folder: string, isNamed: boolean) {
  try {
    return { names: await localeNames(folder), notices: [] };
  } catch (error) {
    const isExpected = codeOf(error) === "ENOENT" && !isNamed;
    const notice = `${folder}: The folder with locales cannot be read: ${explain(error)}.`;
    return { names: [], notices: isExpected ? [] : [notice] };
  }
}

/**
 * Loads the built-in locales and the operator's, which go before built-in ones of the same name. A
 * file that does not parse only matters to the groups that use it.
 */
export async function loadLocales(folder: string, options: LoadOptions): Promise<Locales> {
  const builtIn = await loadBuiltIn();
  const english = builtIn.get("en") ?? {};
  const own = new Map<string, OwnLocale>();
  const { names, notices } = await ownNames(folder, options.isNamed);
  const collected = [...notices];
  for (const name of names) {
    try {
      const found = await readTable(folder, name);
      if (found === undefined) continue;
      const kept = withoutLosses(found.document, found.table, english);
      own.set(name, { isUsable: true, table: kept.table });
      const measure = { english, isPartial: builtIn.has(name) };
      collected.push(...found.notices, ...kept.notices);
      if (options.validate) {
        collected.push(...tableNotices(found.document, found.table, measure));
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      own.set(name, { isUsable: false, problems: error.problems });
      collected.push(`${error.message} Groups that use this locale cannot run.`);
    }
  }
  return { builtIn, own, english, notices: collected };
}

/** Reads a group's own `messages.json5`; an empty list of tables where there is none. */
async function loadMessages(groupFolder: string, english: LocaleTable, validate: boolean) {
  const found = await readTable(groupFolder, "messages");
  if (found === undefined) return { tables: [], notices: [] };
  const { document, table, notices } = found;
  const more = validate ? tableNotices(document, table, { english, isPartial: true }) : [];
  const kept = withoutLosses(document, table, english);
  return { tables: [kept.table], notices: [...notices, ...more, ...kept.notices] };
}

function tablesOf(locales: Locales, name: string): Speech {
  const own = locales.own.get(name);
  const builtIn = locales.builtIn.get(name);
  return {
    tables: [own?.isUsable ? own.table : undefined, builtIn].filter((table) => table !== undefined),
    problems: own?.isUsable === false ? own.problems : [],
    notices: [],
  };
}

/** The notice that a group's language is none, or nothing. */
export function unknownLocale(
  { configFile, locale }: { readonly configFile: string; readonly locale: string },
  { builtIn, own }: Locales,
): readonly string[] {
  const known = [...new Set([...builtIn.keys(), ...own.keys()])].sort();
  if (known.includes(locale)) return [];
  const sentence = `There is no locale ${JSON.stringify(locale)}, so the group speaks English${didYouMean(locale, known)} There are: ${known.join(", ")}.`;
  return [`${configFile}: locale: ${sentence}`];
}

/** A group's messages: its own, then the locale it chose, then English, each with the operator's changes. */
export async function speechOf(
  group: { readonly folder: string; readonly configFile: string; readonly locale: string },
  locales: Locales,
  validate: boolean,
): Promise<Speech> {
  const chosen = tablesOf(locales, group.locale);
  const english = group.locale === "en" ? undefined : tablesOf(locales, "en");
  const problems = [...chosen.problems, ...(english?.problems ?? [])];
  const tables = [...chosen.tables, ...(english?.tables ?? [])];
  const notices = unknownLocale(group, locales);
  try {
    const messages = await loadMessages(group.folder, locales.english, validate);
    return {
      tables: [...messages.tables, ...tables],
      problems,
      notices: [...notices, ...messages.notices],
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { tables, problems: [...problems, ...error.problems], notices };
  }
}
