import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ConfigError, type ConfigProblem } from "../errors.js";
import { codeOf, explain } from "../store/file-error.js";
import { type JsonDocument, locateJson, readJson5 } from "../store/json5-file.js";

/** A folder that holds a group, with its configuration or what keeps it from being read. */
export type GroupFolder = {
  readonly folder: string;
  /** The folder's own name, normally the group's address. */
  readonly name: string;
} & (
  | { readonly isRead: true; readonly document: JsonDocument }
  | { readonly isRead: false; readonly problems: readonly ConfigProblem[] }
);

/** What a groups folder holds. */
export interface GroupFolders {
  readonly folders: readonly GroupFolder[];
  readonly notices: readonly string[];
}

async function readGroupFolder(folder: string): Promise<GroupFolder | string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return undefined;
  } catch (error) {
    return `${folder}: This cannot be read and is skipped: ${explain(error)}.`;
  }
  const name = basename(folder);
  try {
    const file = await locateJson(folder, "config");
    const document = file === undefined ? undefined : await readJson5(file);
    if (document !== undefined) return { folder, name, isRead: true, document };
    return `${folder}: There is no config.json5 in this folder, so it is not a group.`;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { folder, name, isRead: false, problems: error.problems };
  }
}

/**
 * Reads the configuration of every group, in the order of the folders' names. Files and hidden
 * folders are passed over; a groups folder that does not exist has no groups.
 * @throws ConfigError when the groups folder cannot be read.
 */
export async function readGroupFolders(groupsFolder: string): Promise<GroupFolders> {
  let names: readonly string[];
  try {
    names = (await readdir(groupsFolder)).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return { folders: [], notices: [] };
    const problem = `The folder with groups cannot be read: ${explain(error)}.`;
    throw new ConfigError([{ file: groupsFolder, where: "", problem }]);
  }
  const folders: GroupFolder[] = [];
  const notices: string[] = [];
  for (const name of names) {
    const found = await readGroupFolder(join(groupsFolder, name));
    if (typeof found === "string") notices.push(found);
    else if (found !== undefined) folders.push(found);
  }
  return { folders, notices };
}
