import { exposedToken } from "../config/group-config.js";
import type { Survey } from "../config/load.js";
import type { BrokenGroup, GroupConfig } from "../config/load-group.js";
import { unknownLocale } from "../config/locales.js";
import { GatewayError } from "../errors.js";
import { codeOf, explain, FileError } from "../store/file-error.js";
import { lockHolder } from "../store/lock.js";
import { checkFiles } from "./files.js";
import { type Finding, problem, warning } from "./finding.js";
import { examineServer, type Patient } from "./group.js";
import {
  checkConfiguration,
  checkDisk,
  checkFolder,
  checkService,
  checkUnits,
  fileProblem,
} from "./installation.js";
import { checkSpeech } from "./locale.js";
import type { Machine } from "./machine.js";
import { hasUnitFor } from "./unit.js";

/** A finding, and whose. */
export interface Diagnosis extends Omit<Finding, "mend"> {
  /** The group's address, or its folder where that is not known; `undefined`: the installation's. */
  readonly group: string | undefined;
  /** True for what `--fix` could mend. */
  readonly isMendable: boolean;
}

export interface Examination extends Omit<Patient, "isRunning"> {
  readonly survey: Survey;
  /** Only the group with this address; `undefined`: all. */
  readonly only: string | undefined;
  readonly machine: Machine;
  /** Mend what is safe to mend. */
  readonly mends: boolean;
}

/**
 * Looks at everything a group needs, and tells each finding as it comes. Changes nothing, unless it
 * is asked to mend. Rejects with the signal's reason.
 */
export async function* examine(
  examination: Examination,
  signal: AbortSignal,
): AsyncGenerator<Diagnosis, void, undefined> {
  const { survey } = examination;
  const tell = (group: string | undefined, found: AsyncIterable<Finding>) =>
    diagnose(group, found, examination, signal);
  const holder = await holderOf(survey.groupsFolder);
  const patient = { ...examination, isRunning: typeof holder === "number" };
  yield* tell(undefined, examineInstallation(examination, holder));
  const isMeant = ({ acct, folder }: BrokenGroup | GroupConfig) =>
    examination.only === undefined || [acct, folder].includes(examination.only);
  for (const { folder, acct, problems } of survey.broken.filter(isMeant)) {
    yield* tell(
      acct ?? folder,
      inTurn(async () => problems.map(fileProblem)),
    );
  }
  for (const group of survey.groups.filter(isMeant)) {
    yield* tell(group.acct, examineGroup(group, patient, signal));
  }
}

async function* examineInstallation(
  examination: Examination,
  holder: number | FileError | undefined,
): AsyncGenerator<Finding> {
  const { survey, machine, command } = examination;
  const { groupsFolder } = survey;
  const unknown = new Set(survey.groups.flatMap((group) => unknownLocale(group, survey.locales)));
  const units = await machine.unitFiles();
  const hasUnit = hasUnitFor(units, survey.baseFolder);
  const start = hasUnit ? "sudo systemctl start fedigroups" : command();
  // Each group's own checks say these, with the remedy.
  const isTold = (notice: string) => notice.endsWith(exposedToken) || unknown.has(notice);
  yield* inTurn(
    async () => checkConfiguration(survey, isTold),
    () => checkFolder(survey, command("-a", "group@example.social")),
    () => checkDisk(groupsFolder, machine),
    async () => checkService(holder, start),
    () => checkUnits(survey, units, machine),
  );
}

async function* examineGroup(
  group: GroupConfig,
  patient: Patient,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  if (!group.enabled) {
    const remedy = `Set enabled to true in ${group.configFile} to run it.`;
    yield warning("configuration", "The group is switched off.", remedy);
  }
  yield* inTurn(
    () => checkFiles(group),
    async () => checkSpeech(group.locale, patient.survey.locales),
  );
  yield* examineServer(group, patient, signal);
}

/** The process that runs the groups, or why that cannot be learnt. */
async function holderOf(folder: string): Promise<number | FileError | undefined> {
  try {
    return await lockHolder(folder);
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

/** One check after the other; what the disk refuses is a finding, too. */
async function* inTurn(
  ...checks: readonly (() => Promise<readonly Finding[]>)[]
): AsyncGenerator<Finding> {
  for (const check of checks) {
    try {
      yield* await check();
    } catch (error) {
      if (codeOf(error) === undefined || error instanceof GatewayError) throw error;
      yield problem("files", `Not everything could be looked at: ${explain(error)}.`);
    }
  }
}

/** Says whose the findings are, and mends them where that is asked for. */
async function* diagnose(
  group: string | undefined,
  findings: AsyncIterable<Finding>,
  { mends }: Examination,
  signal: AbortSignal,
): AsyncGenerator<Diagnosis, void, undefined> {
  for await (const { mend, ...finding } of findings) {
    const isMendable = mend !== undefined;
    if (mend === undefined || !mends) {
      yield { group, ...finding, isMendable };
      continue;
    }
    try {
      const done = await mend(signal);
      const text = `${finding.text} ${done}`;
      yield { group, check: finding.check, verdict: "mended", text, isMendable: false };
    } catch (error) {
      signal.throwIfAborted();
      const text = `${finding.text} It could not be mended: ${reasonOf(error)}.`;
      yield { group, ...finding, text, isMendable: false };
    }
  }
}

/** Why mending failed; a bug is thrown on. */
function reasonOf(error: unknown): string {
  const isWorded =
    error instanceof GatewayError ||
    error instanceof FileError ||
    (error instanceof Error && "code" in error);
  if (!isWorded) throw error;
  return error.message.replace(/\.$/u, "");
}
