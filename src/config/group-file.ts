import { access, chown, constants, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { toAcct } from "../core/acct.js";
import type { Acct } from "../core/model.js";
import { ConfigError } from "../errors.js";
import { removeStaleTemps, type WriteFs, writeAtomically } from "../store/atomic-write.js";
import { codeOf, FileError, toFileError, userName } from "../store/file-error.js";
import { type JsonDocument, locateJson, parseJson5, readJson5 } from "../store/json5-file.js";
import { withValueAt } from "../store/json5-scan.js";
import { isObject } from "../store/problems.js";
import { type Appdata, acctIn, appdataToJson } from "./group-config.js";
import { readGroupFolders } from "./group-folders.js";

const configMode = 0o600;
const folderMode = 0o700;
/** Somebody else's signing in may be under way; what is older was killed. */
const staleTempMs = 3_600_000;

const header = `// One group: which account it is, and the key to it. fedigroups itself changes this file only
// when you sign the group in again with -A, and then only "appdata". The rest is yours.
// Keep the file to yourself: with the token anybody can act as the group.
`;

/**
 * The configuration file of the group with this address, whatever its folder is called; files that
 * do not parse are passed over.
 * @throws ConfigError when two folders hold the group, or the groups folder cannot be read.
 */
export async function findGroup(groupsFolder: string, acct: Acct): Promise<string | undefined> {
  const { folders } = await readGroupFolders(groupsFolder);
  const files = folders.flatMap((found) =>
    found.isRead && acctIn(found.document) === acct ? [found.document.file] : [],
  );
  const [file, other] = files;
  if (file !== undefined && other !== undefined) {
    const problem = `The group ${acct} is also in ${other}; keep one of the two folders and move the other away.`;
    throw new ConfigError([{ file, where: "", problem }]);
  }
  return file;
}

/** An address comes from people and servers: it must not lead out of the groups folder. */
function folderName(acct: Acct): string {
  const isPlain = toAcct(acct) === acct && !/[/\\\p{Cc}]/u.test(acct) && !acct.startsWith(".");
  if (!isPlain) throw new FileError(`${JSON.stringify(acct)} cannot be the name of a folder.`, {});
  return acct;
}

async function refuseExisting(groupsFolder: string, acct: Acct, folder: string): Promise<void> {
  const file = (await findGroup(groupsFolder, acct)) ?? (await locateJson(folder, "config"));
  if (file === undefined) return;
  const problem = `The group ${acct} is already here. To renew its sign-in, use -A in place of -a.`;
  throw new ConfigError([{ file, where: "", problem }]);
}

/**
 * Checks that a new group can be made, before anybody signs in.
 * @throws ConfigError when it is there already.
 */
export async function checkNewGroup(groupsFolder: string, acct: Acct): Promise<void> {
  await refuseExisting(groupsFolder, acct, join(groupsFolder, folderName(acct)));
  await checkWritable(groupsFolder);
}

/**
 * Checks that files can be made in a folder, or in the one where it would be made.
 * @throws FileError
 */
export async function checkWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const above = dirname(folder);
    if (codeOf(error) === "ENOENT" && above !== folder) return checkWritable(above);
    throw toFileError(`Cannot write in ${folder}`, error);
  }
}

/** Makes a group's folder; what root makes shall belong to the user whose folder it is made in. */
async function makeFolder(folder: string) {
  try {
    const created = await mkdir(folder, { recursive: true, mode: folderMode });
    if (created === undefined) return;
    const { uid, gid } = await stat(dirname(created));
    for (let made = folder; made.length >= created.length; made = dirname(made)) {
      await chown(made, uid, gid).catch(() => undefined);
    }
  } catch (error) {
    throw toFileError(`Cannot make the folder ${folder}`, error);
  }
}

/**
 * A notice with the remedy, when the group's files do not belong to the user whose the folder around
 * them is: the service runs as that user, and could not read them.
 */
export async function ownerNotice(folder: string): Promise<string | undefined> {
  const around = await stat(dirname(folder));
  const names = (await readdir(folder)).map((name) => join(folder, name));
  const owners = await Promise.all([folder, ...names].map(async (path) => (await stat(path)).uid));
  if (owners.every((uid) => uid === around.uid)) return undefined;
  const user = userName(around.uid);
  return `Not everything in ${folder} belongs to ${user}, as ${dirname(folder)} does. If the service runs as ${user}: sudo chown -R ${user}: ${folder}`;
}

/**
 * Makes `<acct>/config.json5` for a group that has just been signed in.
 * @returns the file's path.
 * @throws ConfigError when the group is there already, FileError when it cannot be written.
 */
export async function writeNewGroup(
  groupsFolder: string,
  { acct, appdata }: { readonly acct: Acct; readonly appdata: Appdata },
  fs?: WriteFs,
): Promise<string> {
  const folder = join(groupsFolder, folderName(acct));
  await refuseExisting(groupsFolder, acct, folder);
  const file = join(folder, "config.json5");
  const config = { enabled: true, locale: "en", acct, appdata: appdataToJson(appdata) };
  await makeFolder(folder);
  const text = `${header}${JSON.stringify(config, undefined, 2)}\n`;
  await removeStaleTemps(file);
  await writeAtomically(file, text, { mode: configMode, fs });
  return file;
}

/** The whole file made anew, for a text in which the places cannot be found. */
function rewrite(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function withAppdata(
  document: JsonDocument,
  config: Readonly<Record<string, unknown>>,
  appdata: Appdata,
): string {
  const { appdata: old } = config;
  const wasLimited = isObject(old) && "token_expires_at" in old;
  const entries = Object.entries(appdataToJson(appdata, { wasLimited }));
  const wanted = {
    ...config,
    appdata: { ...(isObject(old) ? old : {}), ...Object.fromEntries(entries) },
  };
  const text = isObject(old)
    ? entries.reduce<string | undefined>(
        (changed, [key, value]) => changed && withValueAt(changed, ["appdata", key], value),
        document.text,
      )
    : withValueAt(document.text, ["appdata"], wanted.appdata);
  try {
    const isRight =
      text !== undefined && isDeepStrictEqual(parseJson5(document.file, text), wanted);
    return isRight ? text : rewrite(wanted);
  } catch {
    return rewrite(wanted);
  }
}

/**
 * Puts a new sign-in into a group's configuration. All other keys stay, and so do the comments.
 * @throws ConfigError when the file does not parse, FileError when it cannot be written.
 */
export async function updateAppdata(file: string, appdata: Appdata, fs?: WriteFs): Promise<void> {
  const document = await readJson5(file);
  if (!isObject(document?.value)) {
    const problem = "This is not the configuration of a group; correct or restore the file.";
    throw new ConfigError([{ file, where: "", problem }]);
  }
  await removeStaleTemps(file, staleTempMs);
  const text = withAppdata(document, document.value, appdata);
  await writeAtomically(file, text, { mode: configMode, fs });
}
