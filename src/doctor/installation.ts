import { stat } from "node:fs/promises";
import type { Survey } from "../config/load.js";
import type { ConfigProblem } from "../errors.js";
import { codeOf, explain, FileError, userName } from "../store/file-error.js";
import { count, type Finding, ok, problem, warning } from "./finding.js";
import type { Machine, UnitFile } from "./machine.js";
import { checkUnit } from "./unit.js";

/** A problem of a file as a finding. */
export function fileProblem({ file, where, problem: text }: ConfigProblem): Finding {
  return problem("configuration", [file, where, text].filter(Boolean).join(": "));
}

/** The common file and what was noticed in any file; those `isTold` of elsewhere are left out. */
export function checkConfiguration(
  { sharedProblems, notices, file, groups, broken }: Survey,
  isTold: (notice: string) => boolean,
): readonly Finding[] {
  const findings = [
    ...sharedProblems.map(fileProblem),
    ...notices
      .filter((notice) => !isTold(notice))
      .map((notice) => warning("configuration", notice)),
  ];
  if (findings.length > 0) return findings;
  const source = file ?? "the defaults, for there is no groups.json5";
  const all = count(groups.length + broken.length, "group");
  return [ok("configuration", `Settings come from ${source}; ${all} found.`)];
}

/** Whether the folder of the groups is there, to be read and written. */
export async function checkFolder(survey: Survey, signIn: string): Promise<readonly Finding[]> {
  const { groupsFolder, groups, broken, disabled, sharedProblems } = survey;
  try {
    if (!(await stat(groupsFolder)).isDirectory()) {
      return [problem("folder", `${groupsFolder} is no folder.`, "Correct groups_dir.")];
    }
  } catch (error) {
    const text = `The folder with groups, ${groupsFolder}, cannot be looked into: ${explain(error)}.`;
    const remedy = codeOf(error) === "ENOENT" ? `Sign a group in: ${signIn}` : undefined;
    return [problem("folder", text, remedy)];
  }
  const isUnreadable = sharedProblems.some(({ file }) => file === groupsFolder);
  if (isUnreadable || groups.length + broken.length + disabled.length > 0) return [];
  return [problem("folder", `There is no group in ${groupsFolder}.`, `Sign one in: ${signIn}`)];
}

const megabyte = 1024 * 1024;

/** Whether what the service writes will find room. */
export async function checkDisk(folder: string, machine: Machine): Promise<readonly Finding[]> {
  const remedy = "Make room, or move the groups to another disk.";
  try {
    const { bytes, files } = await machine.freeSpace(folder);
    const room = bytes < megabyte ? "less than 1 MB" : `${Math.floor(bytes / megabyte)} MB`;
    const text = `There is ${room} of room for ${folder}`;
    if (files !== undefined && files < 10) {
      return [problem("disk", `The disk of ${folder} can hold no more files.`, remedy)];
    }
    if (bytes < 5 * megabyte) {
      return [problem("disk", `${text}: what the service has to remember will be lost.`, remedy)];
    }
    return [
      bytes < 100 * megabyte ? warning("disk", `${text} only.`, remedy) : ok("disk", `${text}.`),
    ];
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    return [
      warning("disk", `How much room there is for ${folder} cannot be read: ${explain(error)}.`),
    ];
  }
}

/** Whether somebody, the process `pid`, runs the groups at this moment. */
export function checkService(
  pid: number | FileError | undefined,
  start: string,
): readonly Finding[] {
  if (pid instanceof FileError) {
    const text = `Whether somebody runs the groups cannot be learnt: ${pid.message}`;
    return [warning("service", text)];
  }
  if (pid !== undefined) return [ok("service", `Process ${pid} runs the groups.`)];
  return [warning("service", "Nobody runs the groups at the moment.", `Start them: ${start}`)];
}

/** Whether the service manager lets the service do its work. */
export async function checkUnits(
  { baseFolder, groupsFolder }: Survey,
  files: readonly UnitFile[],
  machine: Machine,
): Promise<readonly Finding[]> {
  const owner = await stat(groupsFolder).catch(() => undefined);
  return checkUnit(files, {
    ...{ baseFolder, groupsFolder, isExecutable: machine.isExecutable },
    owner: owner && userName(owner.uid),
  });
}
