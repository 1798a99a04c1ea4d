import { surveyConfig } from "../config/load.js";
import type { BrokenGroup } from "../config/load-group.js";
import { hostOf } from "../core/acct.js";
import type { GroupControl } from "../core/group.js";
import { peekControl } from "../store/file-store.js";
import { commandLine } from "./command-line.js";
import { describeProblem } from "./describe.js";
import { type ExitCode, exitCodes, type Io, say } from "./io.js";

/** One group as `fedigroups list --json` tells it; the shape is promised in docs/reference.md. */
interface ListedGroup {
  /** `null`: its files do not even tell that. */
  readonly acct: string | null;
  /** The host where its API is. */
  readonly server: string | null;
  readonly folder: string;
  /** `ready`: the service runs it. `disabled`: switched off. `broken`: a file needs the operator. */
  readonly state: "ready" | "disabled" | "broken";
  readonly admins: number;
  readonly members: number;
  readonly tags: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Prints the groups of the installation, with what keeps them from running.
 * @throws ConfigError when the path leads nowhere
 */
export async function listCommand(
  { config, json }: { readonly config: string | undefined; readonly json?: boolean },
  io: Io,
): Promise<ExitCode> {
  const survey = await surveyConfig(config, io.cwd);
  const groups: ListedGroup[] = [
    ...survey.broken.map((group) => listUnfit(group, "broken")),
    ...survey.disabled.map((group) => listUnfit(group, "disabled")),
  ];
  for (const { acct, folder, enabled, appdata } of survey.groups) {
    const state = enabled ? "ready" : "disabled";
    const server = new URL(appdata.base).host;
    const control = await peekControl(folder, { localHost: hostOf(acct) });
    groups.push({ acct, server, folder, state, ...countsOf(control), problems: [] });
  }
  groups.sort((a, b) => a.folder.localeCompare(b.folder));
  const shared = survey.sharedProblems.map(describeProblem);
  const tell = (...lines: readonly string[]) => say(io.stdout, io.secrets, ...lines);
  if (json === true) {
    tell(JSON.stringify({ groups, problems: shared.map((line) => line.trim()) }, undefined, 2));
  } else if (groups.length === 0 && shared.length === 0) {
    const signIn = commandLine(io, config, "-a", "group@example.social");
    tell(`There is no group in ${survey.groupsFolder}. Sign one in with: ${signIn}`);
  } else {
    tell(...shared, ...table(groups));
  }
  const isSound = shared.length === 0 && groups.every(({ state }) => state !== "broken");
  return isSound ? exitCodes.clean : exitCodes.config;
}

function countsOf({ adminUsers, memberUsers, groupTags }: GroupControl) {
  return { admins: adminUsers.size, members: memberUsers.size, tags: [...groupTags].sort() };
}

function listUnfit(
  { acct, folder, problems }: BrokenGroup,
  state: "disabled" | "broken",
): ListedGroup {
  return {
    ...{ acct: acct ?? null, server: null, folder, state, admins: 0, members: 0, tags: [] },
    problems: problems.map((problem) => describeProblem(problem).trim()),
  };
}

function table(groups: readonly ListedGroup[]): readonly string[] {
  const rows = groups.map(({ acct, server, state, admins, members, tags }) => [
    acct ?? "?",
    state,
    ...(state === "broken" ? ["", ""] : [count(admins, "admin"), count(members, "member")]),
    server ?? "",
    tags.map((tag) => `#${tag}`).join(" "),
  ]);
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? "")].length)),
  );
  return groups.flatMap(({ folder, problems }, index) => [
    (rows[index] ?? [])
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
    `    ${folder}`,
    ...problems.map((problem) => `    ${problem}`),
  ]);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
