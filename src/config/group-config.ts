import { platform } from "node:os";
import * as v from "valibot";
import { toAcct } from "../core/acct.js";
import type { Acct, EpochMs } from "../core/model.js";
import { toUrl } from "../core/url.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import type { JsonDocument } from "../store/json5-file.js";
import {
  checkDocument,
  describeValue,
  isObject,
  keyNotices,
  noticeAt,
  problemAt,
  required,
} from "../store/problems.js";

/** The sign-in of a group, as `-a` and `-A` save it. */
export interface Appdata {
  /** Where the server's API is, `https://server.example`, without a slash at the end. */
  readonly base: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirect: string;
  readonly token: string;
  /** When the server will stop taking the token, where it said so. */
  readonly tokenExpiresAt?: EpochMs | undefined;
}

/** What a group's own `config.json5` says. */
export interface GroupFile {
  readonly enabled: boolean;
  readonly locale: string;
  readonly acct: Acct;
  readonly characterLimit: number | undefined;
  readonly appdata: Appdata;
}

const text = v.string("text");

const baseText = 'the address of the server, such as "https://server.example"';
const base = v.pipe(
  v.string(baseText),
  v.trim(),
  v.check((address) => {
    const url = toUrl(address);
    const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
    return isWeb && url.username + url.password + url.search + url.hash === "";
  }, baseText),
  v.transform((address) => new URL(address).href.replace(/\/+$/u, "")),
);

const tokenText =
  "the access token, one word without spaces; sign the group in with fedigroups -A <handle>";
const expiryText = "the time when the token ends, in milliseconds since 1970, or null for never";
const limitText = "a whole number of characters, 1 or more";

const appdataSchema = v.object(
  {
    base: required(base),
    client_id: v.optional(text, ""),
    client_secret: v.optional(text, ""),
    redirect: v.optional(text, "urn:ietf:wg:oauth:2.0:oob"),
    token: required(v.pipe(v.string(tokenText), v.trim(), v.regex(/^[\x21-\x7e]+$/u, tokenText))),
    token_expires_at: v.nullish(
      v.pipe(v.number(expiryText), v.safeInteger(expiryText), v.maxValue(8.64e15, expiryText)),
    ),
  },
  "the sign-in of the group, an object with base and token; sign the group in with fedigroups -A <handle>",
);

const schema = v.object(
  {
    enabled: v.optional(v.boolean("true or false"), true),
    locale: v.optional(v.string('the name of a locale, such as "en"'), "en"),
    acct: required(v.string('the address of the group, such as "ducks@server.example"')),
    character_limit: v.optional(
      v.pipe(v.number(limitText), v.safeInteger(limitText), v.minValue(1, limitText)),
    ),
    appdata: required(appdataSchema),
  },
  "an object with the group's configuration",
);

const keys = Object.keys(schema.entries);
const appdataKeys = Object.keys(appdataSchema.entries);

/** The sign-in in the keys of the file; when it never ends, that stands there only if `wasLimited`. */
export function appdataToJson(
  appdata: Appdata,
  { wasLimited = false } = {},
): Readonly<Record<string, string | number | null>> {
  const { tokenExpiresAt } = appdata;
  const isLimited = tokenExpiresAt !== undefined || wasLimited;
  return {
    base: appdata.base,
    client_id: appdata.clientId,
    client_secret: appdata.clientSecret,
    redirect: appdata.redirect,
    token: appdata.token,
    ...(isLimited && { token_expires_at: tokenExpiresAt ?? null }),
  };
}

function field(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

/** The address in a configuration that need not be complete; `undefined` when it has none. */
export function acctIn(document: JsonDocument): Acct | undefined {
  const acct = field(document.value, "acct");
  return typeof acct === "string" ? toAcct(acct) : undefined;
}

/** False when a configuration, however wrong otherwise, says that the group is switched off. */
export function isEnabledIn(document: JsonDocument): boolean {
  return field(document.value, "enabled") !== false;
}

function acctProblems(document: JsonDocument): readonly ConfigProblem[] {
  const acct = field(document.value, "acct");
  if (typeof acct !== "string" || toAcct(acct) !== undefined) return [];
  const problem = `Found ${describeValue(acct)}, expected the group's address with its server, such as "ducks@server.example".`;
  return [problemAt(document, ["acct"], problem)];
}

/** How the notice ends that others may read a group's token. */
export const exposedToken =
  "The file holds an access token, and other users of this machine may read or change it; run chmod 600 on it.";

function fileNotices(document: JsonDocument, acct: Acct): readonly string[] {
  const written = field(document.value, "acct");
  const notices: string[] = [];
  if (written !== acct) {
    const sentence = `Read ${describeValue(written)} as ${JSON.stringify(acct)}.`;
    notices.push(noticeAt(document, ["acct"], sentence));
  }
  if ((document.mode & 0o077) !== 0 && platform() !== "win32") {
    notices.push(noticeAt(document, [], exposedToken));
  }
  return [...notices, ...unknownKeys(document)];
}

/** The notices about keys of a group's `config.json5`, whatever else is wrong with it. */
export function unknownKeys(document: JsonDocument): readonly string[] {
  return [...keyNotices(document, [], keys), ...keyNotices(document, ["appdata"], appdataKeys)];
}

/**
 * Reads a group's `config.json5`. No message repeats a token or secret.
 * @throws ConfigError with everything that is wrong with it.
 */
export function parseGroupFile(document: JsonDocument): {
  readonly group: GroupFile;
  readonly notices: readonly string[];
} {
  const checked = checkDocument(schema, document);
  const problems = [...(checked.isValid ? [] : checked.problems), ...acctProblems(document)];
  const acct = acctIn(document);
  if (!checked.isValid || acct === undefined) throw new ConfigError(problems);
  const { appdata, enabled, locale, character_limit: characterLimit } = checked.value;
  const group = {
    enabled,
    locale,
    acct,
    characterLimit,
    appdata: {
      base: appdata.base,
      token: appdata.token,
      redirect: appdata.redirect,
      clientId: appdata.client_id,
      clientSecret: appdata.client_secret,
      tokenExpiresAt: appdata.token_expires_at ?? undefined,
    },
  };
  return { group, notices: fileNotices(document, acct) };
}
