import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError, type ConfigProblem } from "../errors.js";
import { codeOf, explain } from "../store/file-error.js";
import { type JsonDocument, locateJson, readJson5 } from "../store/json5-file.js";
import { keyNotices } from "../store/problems.js";
import {
  defaultSettings,
  foldersIn,
  parseSettings,
  type Settings,
  settingKeys,
} from "./settings.js";

/** The common file, read, and the folders that it leads to. */
export interface Common {
  /** `undefined` when the defaults hold for want of a file. */
  readonly file: string | undefined;
  readonly settings: Settings;
  /** What relative paths start from: the folder of the common file, or the working directory. */
  readonly baseFolder: string;
  readonly groupsFolder: string;
  readonly localesFolder: string;
  readonly notices: readonly string[];
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const problem =
      codeOf(error) === "ENOENT"
        ? "There is no such file or folder; correct the path after -c."
        : `This cannot be read: ${explain(error)}.`;
    throw new ConfigError([{ file: path, where: "", problem }]);
  }
}

async function findFile(path: string): Promise<{ file: string | undefined; baseFolder: string }> {
  if (!(await isFolder(path))) return { file: path, baseFolder: dirname(path) };
  return { file: await locateJson(path, "groups"), baseFolder: path };
}

function problemsOf(error: unknown): readonly ConfigProblem[] {
  if (error instanceof ConfigError) return error.problems;
  throw error;
}

/**
 * Reads the common file. Where that has problems they are returned, with the defaults for all but
 * its folders, so that the other files can be checked at the same time.
 * @throws ConfigError when the path leads nowhere.
 */
export async function readCommon(
  path: string | undefined,
  cwd: string,
): Promise<{ readonly common: Common; readonly problems: readonly ConfigProblem[] }> {
  const place = await findFile(resolve(cwd, path ?? "."));
  const toCommon = (settings: Settings, notices: readonly string[]): Common => ({
    ...place,
    settings,
    groupsFolder: resolve(place.baseFolder, settings.groupsDir),
    localesFolder: resolve(place.baseFolder, settings.localesDir),
    notices,
  });
  let document: JsonDocument | undefined;
  try {
    document = place.file === undefined ? undefined : await readJson5(place.file);
    if (document === undefined) return { common: toCommon(defaultSettings, []), problems: [] };
    const { settings, notices } = parseSettings(document);
    return { common: toCommon(settings, notices), problems: [] };
  } catch (error) {
    const notices = document === undefined ? [] : keyNotices(document, [], settingKeys);
    return { common: toCommon(foldersIn(document?.value), notices), problems: problemsOf(error) };
  }
}

/**
 * Reads the common file alone, which is all that signing in needs. `path` is that file, or a folder
 * where it may be; without one the working directory is that folder.
 * @throws ConfigError when the path leads nowhere or the file has problems.
 */
export async function loadCommon(path: string | undefined, cwd: string): Promise<Common> {
  const { common, problems } = await readCommon(path, cwd);
  if (problems.length > 0) throw new ConfigError(problems);
  return common;
}
