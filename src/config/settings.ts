import * as v from "valibot";
import type { GroupSettings } from "../core/group-settings.js";
import { ConfigError } from "../errors.js";
import type { JsonDocument } from "../store/json5-file.js";
import { checkDocument, keyNotices } from "../store/problems.js";

/** What `groups.json5` sets for all groups. */
export interface Settings extends GroupSettings {
  readonly groupsDir: string;
  readonly localesDir: string;
  readonly validateLocales: boolean;
  /** Where to serve the status page; `undefined`: nowhere. */
  readonly httpListen: ListenAddress | undefined;
}

/** An address of this machine to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const folderText = "the path of a folder";
const folder = v.pipe(
  v.string(folderText),
  v.trim(),
  v.check((path) => path !== "" && !path.includes("\0"), folderText),
);
const flag = v.boolean("true or false");

const countText = "a whole number of 0 or more";
const count = v.pipe(v.number(countText), v.safeInteger(countText), v.minValue(0, countText));

const delayText = "a number of seconds, 0 or more";
const delayMs = v.pipe(
  v.number(delayText),
  v.finite(delayText),
  v.minValue(0, delayText),
  v.transform((delayS) => delayS * 1000),
);

const timeoutText = "a number of seconds, more than 0";
const timeoutMs = v.pipe(
  v.number(timeoutText),
  v.finite(timeoutText),
  v.gtValue(0, timeoutText),
  v.transform((timeoutS) => timeoutS * 1000),
);

const listenText =
  'a port of this machine such as 9187, an address and a port such as "127.0.0.1:9187", or "" for none';

/** Without an address it is for this machine only. */
function toListenAddress(value: string | number): ListenAddress | undefined {
  const match = /^(?:(?:\[([\da-f:.]+)\]|([a-z\d.-]*)):)?(\d{1,5})$/iu.exec(`${value}`.trim());
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) return undefined;
  return { host: match[1] || match[2] || "127.0.0.1", port };
}

const listen = v.pipe(
  v.union([v.string(), v.number()], listenText),
  v.check((value) => value === "" || toListenAddress(value) !== undefined, listenText),
  v.transform(toListenAddress),
);

/** The keys of the common file with their defaults, in the units of the file. */
const schema = v.object(
  {
    groups_dir: v.optional(folder, "groups"),
    locales_dir: v.optional(folder, "locales"),
    validate_locales: v.optional(flag, true),
    max_catchup_notifs: v.optional(count, 30),
    max_catchup_statuses: v.optional(count, 50),
    delay_fetch_page_s: v.optional(delayMs, 0.25),
    delay_after_post_s: v.optional(delayMs, 0),
    delay_reopen_closed_s: v.optional(delayMs, 0.5),
    delay_reopen_error_s: v.optional(delayMs, 5),
    socket_alive_timeout_s: v.optional(timeoutMs, 30),
    socket_retire_time_s: v.optional(timeoutMs, 120),
    poll_interval_s: v.optional(timeoutMs, 15),
    manage_notification_policy: v.optional(flag, true),
    http_listen: v.optional(listen, ""),
  },
  "an object with the settings of all groups",
);

/** Every key that the common file may hold. */
export const settingKeys: readonly string[] = Object.keys(schema.entries);

function toSettings(file: v.InferOutput<typeof schema>): Settings {
  return {
    groupsDir: file.groups_dir,
    localesDir: file.locales_dir,
    validateLocales: file.validate_locales,
    httpListen: file.http_listen,
    maxCatchupNotifs: file.max_catchup_notifs,
    maxCatchupStatuses: file.max_catchup_statuses,
    delayFetchPageMs: file.delay_fetch_page_s,
    delayAfterPostMs: file.delay_after_post_s,
    delayReopenClosedMs: file.delay_reopen_closed_s,
    delayReopenErrorMs: file.delay_reopen_error_s,
    socketAliveTimeoutMs: file.socket_alive_timeout_s,
    socketRetireTimeMs: file.socket_retire_time_s,
    pollIntervalMs: file.poll_interval_s,
    manageNotificationPolicy: file.manage_notification_policy,
  };
}

/** What holds where there is no common file. */
export const defaultSettings: Settings = toSettings(v.parse(schema, {}));

const foldersSchema = v.object({
  groups_dir: v.fallback(schema.entries.groups_dir, defaultSettings.groupsDir),
  locales_dir: v.fallback(schema.entries.locales_dir, defaultSettings.localesDir),
});

/** The defaults, with what can be known of the folders that a faulty common file names. */
export function foldersIn(value: unknown): Settings {
  const found = v.safeParse(foldersSchema, value);
  if (!found.success) return defaultSettings;
  const { groups_dir: groupsDir, locales_dir: localesDir } = found.output;
  return { ...defaultSettings, groupsDir, localesDir };
}

/**
 * Reads the common file.
 * @throws ConfigError with everything that is wrong with it.
 */
export function parseSettings(document: JsonDocument): {
  readonly settings: Settings;
  readonly notices: readonly string[];
} {
  const checked = checkDocument(schema, document);
  if (!checked.isValid) throw new ConfigError(checked.problems);
  return { settings: toSettings(checked.value), notices: keyNotices(document, [], settingKeys) };
}
