import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Clock } from "../ports.js";
import { codeOf } from "../store/file-error.js";
import type { Common } from "./common.js";

/** Where an installation is on disk. */
export type Place = Pick<Common, "file" | "groupsFolder">;

/** Which of its files and folders are there. */
export interface Survey {
  readonly hasCommonFile: boolean;
  readonly hasGroupsFolder: boolean;
  /** The paths of all folders that hold a group. */
  readonly groups: ReadonlySet<string>;
}

/** What came or went between two surveys. */
export interface FolderNews {
  readonly what: "common-file" | "groups-folder" | "group";
  readonly became: "there" | "gone";
  readonly path: string;
}

const lookEveryMs = 60_000;

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw error;
  }
}

async function holdsGroup(folder: string): Promise<boolean> {
  return (
    (await isThere(join(folder, "config.json5"))) || (await isThere(join(folder, "config.json")))
  );
}

/** Looks which folders hold a group now. @throws what the file system says when it cannot tell. */
export async function survey({ file, groupsFolder }: Place): Promise<Survey> {
  const groups = new Set<string>();
  const hasGroupsFolder = await isThere(groupsFolder);
  for (const name of hasGroupsFolder ? await readdir(groupsFolder) : []) {
    const folder = join(groupsFolder, name);
    if (!name.startsWith(".") && (await holdsGroup(folder))) groups.add(folder);
  }
  const hasCommonFile = file !== undefined && (await isThere(file));
  return { hasCommonFile, hasGroupsFolder, groups };
}

/** What changed. A groups folder that came or went stands for all that is in it. */
function compareSurveys(
  before: Survey,
  now: Survey,
  { file = "", groupsFolder }: Place,
): readonly FolderNews[] {
  const became = (isNow: boolean) => (isNow ? "there" : "gone");
  const news: FolderNews[] = [];
  if (before.hasCommonFile !== now.hasCommonFile) {
    news.push({ what: "common-file", became: became(now.hasCommonFile), path: file });
  }
  if (before.hasGroupsFolder !== now.hasGroupsFolder) {
    news.push({ what: "groups-folder", became: became(now.hasGroupsFolder), path: groupsFolder });
  }
  if (!now.hasGroupsFolder) return news;
  for (const path of now.groups) {
    if (!before.groups.has(path)) news.push({ what: "group", became: "there", path });
  }
  for (const path of before.groups) {
    if (!now.groups.has(path)) news.push({ what: "group", became: "gone", path });
  }
  return news;
}

const waits =
  "The service goes on with what it remembers, and what it has to write down waits; put it back, or mount its disk.";

function tell({ what, became, path }: FolderNews, isKnown: boolean, log: Logger): void {
  if (what === "common-file") {
    const sentence =
      became === "gone"
        ? "is gone. The service keeps its settings until it is reloaded, and then the defaults hold; put the file back."
        : "is there again.";
    log.warn(`${path} ${sentence}`);
  } else if (became === "there") {
    const sentence = isKnown
      ? "is back."
      : "is new, and holds a group; reload the service to run it.";
    log.warn(`The folder ${path} ${sentence}`);
  } else if (what === "groups-folder")
    log.error(`The folder with the groups, ${path}, is gone. ${waits}`);
  else {
    log.error(
      `The folder ${path} is gone, or its config.json5 is. ${waits} To end the group instead, reload the service.`,
    );
  }
}

/**
 * Looks at the folders once a minute and says in the log what came and what went, each time once. What
 * cannot be looked at is looked at later. Ends with the signal; never rejects.
 */
export async function watchFolders(
  place: Place,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  let before: Survey | undefined;
  const known = new Set<string>([place.groupsFolder]);
  while (!signal.aborted) {
    try {
      const now = await survey(place);
      const news = before === undefined ? [] : compareSurveys(before, now, place);
      for (const one of news) tell(one, known.has(one.path), log);
      for (const path of now.groups) known.add(path);
      // Groups that went with their folder are not news when they come back with it.
      before = now.hasGroupsFolder ? now : { ...now, groups: before?.groups ?? now.groups };
    } catch {
      // Too many open files, say, or no right to look: no news of the folders.
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}
