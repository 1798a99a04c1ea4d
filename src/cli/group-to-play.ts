import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { surveyConfig } from "../config/load.js";
import { hostOf, toAcct } from "../core/acct.js";
import { ConfigError } from "../errors.js";
import { ownFolder } from "../own-folder.js";
import type { Model } from "../play/copy-group.js";
import { peekControl } from "../store/file-store.js";
import { readJson5 } from "../store/json5-file.js";
import { isObject } from "../store/problems.js";
import { CliError } from "./io.js";

const exampleFolder = fileURLToPath(new URL("groups.example/", ownFolder));

/** Which group is played with. */
export interface Wish {
  /** As after `-c`; `undefined`: the example that comes with the program. */
  readonly config: string | undefined;
  /** Its address, where there are several. */
  readonly group: string | undefined;
  readonly cwd: string;
  /** A folder of ours, to put the example into. */
  readonly scratch: string;
}

/**
 * Reads what a group is made of, and changes nothing. One that is switched off will do.
 * @throws ConfigError when its files cannot be used, CliError when it is not clear which group is meant
 */
export async function readGroupToPlay({
  config,
  group,
  cwd,
  scratch,
}: Wish): Promise<{ readonly model: Model; readonly notices: readonly string[] }> {
  if (config === undefined) {
    // Where the program is installed for the whole machine, its folder is not ours to write in.
    await cp(exampleFolder, join(scratch, "groups"), { recursive: true });
  }
  const survey = await surveyConfig(config ?? scratch, cwd);
  if (survey.sharedProblems.length > 0) throw new ConfigError(survey.sharedProblems);
  const unfit = [...survey.broken, ...survey.disabled];
  const places = [...survey.groups, ...unfit];
  const names = places.map(({ acct, folder }) => acct ?? folder).join(", ");
  const where = survey.groupsFolder;
  const wanted = group === undefined ? undefined : toAcct(group);
  const [place, other] = places.filter(({ acct }) => group === undefined || acct === wanted);
  if (place === undefined) {
    throw new CliError(
      names === ""
        ? `There is no group in ${where}. Leave -c out to play with the example.`
        : `There is no group ${group} in ${where}, only: ${names}.`,
    );
  }
  if (other !== undefined && group === undefined) {
    throw new CliError(`There are several groups in ${where}; choose with --group: ${names}.`);
  }
  if ("problems" in place) throw new ConfigError(place.problems);
  const common = survey.file === undefined ? undefined : await readJson5(survey.file);
  const { acct, folder, tables, characterLimit } = place;
  const model: Model = {
    ...{ acct, characterLimit },
    texts: Object.assign({}, ...tables.toReversed()),
    control: await peekControl(folder, { localHost: hostOf(acct) }),
    settings: isObject(common?.value) ? common.value : {},
  };
  return { model, notices: config === undefined ? [] : survey.notices };
}
