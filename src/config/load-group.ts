import { access, constants } from "node:fs/promises";
import { hostOf } from "../core/acct.js";
import type { LocaleTable } from "../core/messages.js";
import type { Acct } from "../core/model.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import { explain } from "../store/file-error.js";
import { checkGroupFiles } from "../store/file-store.js";
import {
  acctIn,
  type GroupFile,
  isEnabledIn,
  parseGroupFile,
  unknownKeys,
} from "./group-config.js";
import type { GroupFolder } from "./group-folders.js";
import { type Locales, speechOf } from "./locales.js";

/** A group whose files are in order. A disabled one is listed, and not to be started. */
export interface GroupConfig extends GroupFile {
  readonly folder: string;
  readonly configFile: string;
  /** Where its messages are looked up, in order; the last is the built-in English. */
  readonly tables: readonly LocaleTable[];
}

/** A group that cannot run before somebody edits a file. */
export interface BrokenGroup {
  readonly folder: string;
  /** `undefined` when not even that could be read. */
  readonly acct: Acct | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** One group folder, looked through. */
export interface LoadedGroup {
  readonly outcome:
    | { readonly kind: "good"; readonly group: GroupConfig }
    | { readonly kind: "broken"; readonly group: BrokenGroup }
    /** Switched off, and not fit to run: that is no problem, only worth a notice. */
    | { readonly kind: "disabled"; readonly group: BrokenGroup };
  readonly notices: readonly string[];
}

/** Takes a step and returns its problems where it has any. */
export async function attempt<T>(
  step: () => Promise<T> | T,
): Promise<{ readonly value?: T; readonly problems: readonly ConfigProblem[] }> {
  try {
    return { value: await step(), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems };
  }
}

async function folderProblems(folder: string): Promise<readonly ConfigProblem[]> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const problem = `The group's control and state must be written here, but ${explain(error)}.`;
    return [{ file: folder, where: "", problem }];
  }
}

interface Context {
  readonly locales: Locales;
  /** Report what the locale files and messages lack. */
  readonly validate: boolean;
}

/** Reads all files of one group, past the first problem, so that one start tells all. */
async function loadReadable(
  found: GroupFolder & { readonly isRead: true },
  { locales, validate }: Context,
): Promise<LoadedGroup> {
  const { folder, document } = found;
  const configFile = document.file;
  const notices: string[] = [];
  const config = await attempt(() => parseGroupFile(document));
  const locale = config.value?.group.locale ?? "en";
  const speech = await speechOf({ folder, configFile, locale }, locales, validate);
  const acct = acctIn(document);
  const options = acct && {
    localHost: hostOf(acct),
    report: (notice: string) => {
      notices.push(notice);
    },
  };
  const problems = [
    ...config.problems,
    ...(options ? await checkGroupFiles(folder, options) : []),
    ...speech.problems,
    ...(await folderProblems(folder)),
  ];
  const allNotices = [
    ...(config.value?.notices ?? unknownKeys(document)),
    ...speech.notices,
    ...notices,
  ];
  if (config.value !== undefined && problems.length === 0) {
    const group = { ...config.value.group, folder, configFile, tables: speech.tables };
    return { outcome: { kind: "good", group }, notices: allNotices };
  }
  return { outcome: { kind: "broken", group: { folder, acct, problems } }, notices: allNotices };
}

/** Reads all files of one group. Throws nothing on purpose. */
export async function loadGroup(found: GroupFolder, context: Context): Promise<LoadedGroup> {
  if (!found.isRead) {
    const { folder, problems } = found;
    return {
      outcome: { kind: "broken", group: { folder, acct: undefined, problems } },
      notices: [],
    };
  }
  const loaded = await loadReadable(found, context);
  if (loaded.outcome.kind !== "broken" || isEnabledIn(found.document)) return loaded;
  const { group } = loaded.outcome;
  const notice = `${found.document.file}: The group is disabled, and could not run: ${new ConfigError(group.problems).message}`;
  return { outcome: { kind: "disabled", group }, notices: [...loaded.notices, notice] };
}
