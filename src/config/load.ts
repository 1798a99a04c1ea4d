import type { ConfigProblem } from "../errors.js";
import { type Common, readCommon } from "./common.js";
import { readGroupFolders } from "./group-folders.js";
import { LoadError } from "./load-error.js";
import { attempt, type BrokenGroup, type GroupConfig, loadGroup } from "./load-group.js";
import { type Locales, loadLocales } from "./locales.js";
import { defaultSettings } from "./settings.js";

/** Everything that the files say. */
export interface Config extends Common {
  /** The groups whose files are in order; those that are not `enabled` are not to be started. */
  readonly groups: readonly GroupConfig[];
  /** The groups that stay down until somebody edits a file. */
  readonly broken: readonly BrokenGroup[];
}

interface Groups {
  readonly groups: readonly GroupConfig[];
  readonly broken: readonly BrokenGroup[];
}

/** Two folders with one account would answer everything twice: neither may run. */
function setDoublesAside({ groups, broken }: Groups): Groups {
  const places = [...groups, ...broken];
  const doubleProblems = (group: GroupConfig | BrokenGroup): readonly ConfigProblem[] =>
    places
      .filter(
        ({ folder, acct }) => acct !== undefined && acct === group.acct && folder !== group.folder,
      )
      .map(({ folder }) => ({
        file: group.folder,
        where: "",
        problem: `The group ${group.acct} is also in ${folder}; keep one of the two folders and move the other away.`,
      }));
  const isDouble = (group: GroupConfig | BrokenGroup) => doubleProblems(group).length > 0;
  return {
    groups: groups.filter((group) => !isDouble(group)),
    broken: [
      ...broken.map((group) => ({
        ...group,
        problems: [...group.problems, ...doubleProblems(group)],
      })),
      ...groups.filter(isDouble).map((group) => ({
        folder: group.folder,
        acct: group.acct,
        problems: doubleProblems(group),
      })),
    ],
  };
}

function withoutRepeats(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** Everything that the files say, whatever is wrong with them. */
export interface Survey extends Config {
  readonly locales: Locales;
  /** Switched off, and not fit to run. */
  readonly disabled: readonly BrokenGroup[];
  /** What keeps all groups down. */
  readonly sharedProblems: readonly ConfigProblem[];
}

/**
 * Reads every file there is, past all problems. `path` is the common file or the folder where it may
 * be; without one the working directory is that folder.
 * @throws ConfigError when the path leads nowhere
 */
export async function surveyConfig(path: string | undefined, cwd: string): Promise<Survey> {
  const { common, problems: commonProblems } = await readCommon(path, cwd);
  const { settings, groupsFolder, localesFolder } = common;
  const validate = settings.validateLocales;
  const isNamed = settings.localesDir !== defaultSettings.localesDir;
  const locales = await loadLocales(localesFolder, { validate, isNamed });
  const found = await attempt(() => readGroupFolders(groupsFolder));
  const notices = [...common.notices, ...locales.notices, ...(found.value?.notices ?? [])];
  const groups: GroupConfig[] = [];
  const broken: BrokenGroup[] = [];
  const disabled: BrokenGroup[] = [];
  for (const folder of found.value?.folders ?? []) {
    const { outcome, notices: more } = await loadGroup(folder, { locales, validate });
    notices.push(...more);
    if (outcome.kind === "good") groups.push(outcome.group);
    if (outcome.kind === "broken") broken.push(outcome.group);
    if (outcome.kind === "disabled") disabled.push(outcome.group);
  }
  const separated = setDoublesAside({ groups, broken });
  const sharedProblems = [...commonProblems, ...found.problems];
  return { ...common, ...separated, notices, locales, disabled, sharedProblems };
}

/**
 * Reads every file there is, as {@link surveyConfig} does. Files of one group that are wrong keep that
 * group down and are returned as `broken`.
 * @throws LoadError with all problems of all files, when the common file has one or when not one
 * group is left that could run.
 */
export async function loadConfig(path: string | undefined, cwd: string): Promise<Config> {
  const survey = await surveyConfig(path, cwd);
  const { sharedProblems, notices } = survey;
  const own = survey.broken.flatMap(({ problems }) => problems);
  const canRun = survey.groups.some(({ enabled }) => enabled);
  if (sharedProblems.length > 0 || (own.length > 0 && !canRun)) {
    throw new LoadError(withoutRepeats([...sharedProblems, ...own]), notices);
  }
  return survey;
}
