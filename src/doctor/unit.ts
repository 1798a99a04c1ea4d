import { dirname, normalize, resolve } from "node:path";
import { type Finding, ok, problem, warning } from "./finding.js";
import type { UnitFile } from "./machine.js";

/** The settings of a unit's [Service] section, each with its values in order. */
export type UnitSettings = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the [Service] section of a unit and of what is added to it, as systemd does: lines may go on
 * after a backslash, values add up, and an empty one forgets those before it.
 */
export function readUnit(files: readonly UnitFile[]): UnitSettings {
  const settings = new Map<string, readonly string[]>();
  for (const { text } of files) {
    let section = "";
    for (const line of text.replaceAll(/\\\r?\n/gu, " ").split(/\r?\n/u)) {
      if (/^\s*[#;]/u.test(line)) continue;
      section = /^\s*\[(.+)\]\s*$/u.exec(line)?.[1] ?? section;
      const [, key, value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/u.exec(line) ?? [];
      if (key === undefined || section !== "Service") continue;
      settings.set(key, value === "" ? [] : [...(settings.get(key) ?? []), value]);
    }
  }
  return settings;
}

/** What the unit is measured by. */
export interface UnitPlace {
  /** The folder of the common file. */
  readonly baseFolder: string;
  readonly groupsFolder: string;
  /** Whose the groups folder is, by name. */
  readonly owner: string | undefined;
  readonly isExecutable: (file: string) => Promise<boolean>;
}

/** Whether the service, as its unit says, can do its work in these folders. */
export async function checkUnit(
  files: readonly UnitFile[],
  place: UnitPlace,
): Promise<readonly Finding[]> {
  const [first] = files;
  if (first === undefined) {
    return [
      ok("unit", "There is no unit fedigroups.service; the groups are run in some other way."),
    ];
  }
  const settings = readUnit(files);
  const program = commandIn(settings)[0]?.replace(/^[-@:+!|]+/u, "") ?? "";
  const run = runFolder(settings);
  const { baseFolder, groupsFolder, owner } = place;
  if (!runsIn(run, baseFolder)) {
    return [ok("unit", `The unit ${first.path} runs the groups in ${run}, not these.`)];
  }
  const edit = "Change it with sudo systemctl edit fedigroups";
  const findings: Finding[] = [];
  if (!(await place.isExecutable(program))) {
    const text = `The unit ${first.path} starts ${program || "nothing"}, which cannot be run.`;
    findings.push(problem("unit", text, "Install the program again: sudo make install"));
  }
  const user = settings.get("User")?.at(-1) ?? "root";
  if (owner !== undefined && user !== "root" && user !== owner) {
    const text = `The service runs as ${user}, and ${groupsFolder} belongs to ${owner}.`;
    findings.push(
      problem("unit", text, `Give it to the service: sudo chown -R ${user}: ${groupsFolder}`),
    );
  }
  const hidden = whyClosed(settings, groupsFolder);
  if (hidden !== undefined) {
    const text = `The unit ${first.path} keeps the service from writing in ${groupsFolder}: ${hidden.because}.`;
    findings.push(problem("unit", text, `${edit}: ${hidden.remedy}`));
  }
  if (user === "root") {
    const text = `The unit ${first.path} runs the service as root, which it does not need.`;
    findings.push(warning("unit", text, `${edit}: User= under [Service]`));
  }
  if (findings.length > 0) return findings;
  return [ok("unit", `The unit ${first.path} fits: ${user} may write in ${groupsFolder}.`)];
}

/** The words of a command line; quotes hold one together. */
function wordsOf(line: string): readonly string[] {
  return (line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/gu) ?? []).map((word) =>
    word.replaceAll(/["']/gu, ""),
  );
}

/** Is there a unit that runs the groups of this folder? */
export function hasUnitFor(files: readonly UnitFile[], baseFolder: string): boolean {
  return files.length > 0 && runsIn(runFolder(readUnit(files)), baseFolder);
}

function runsIn(run: string | undefined, baseFolder: string): boolean {
  return run === undefined || run === baseFolder || dirname(run) === baseFolder;
}

function commandIn(settings: UnitSettings): readonly string[] {
  return wordsOf(settings.get("ExecStart")?.at(-1) ?? "");
}

/** Where the command looks for the groups; `undefined` when that cannot be read off. */
function runFolder(settings: UnitSettings): string | undefined {
  const command = commandIn(settings);
  const workingFolder = settings.get("WorkingDirectory")?.at(-1);
  const at = command.findIndex((word) => word === "-c" || /^--config(?:=|$)/u.test(word));
  const word = command[at] ?? "";
  const given = word.includes("=") ? word.slice(word.indexOf("=") + 1) : command[at + 1];
  const path = at === -1 ? workingFolder : given;
  if (path === undefined || path.includes("%")) return undefined;
  return resolve(workingFolder ?? "/", path);
}

interface Closed {
  readonly because: string;
  readonly remedy: string;
}

const yes = /^(?:1|yes|true|on)$/iu;

/** Which protection of the unit closes a folder to the service, and how to open it. */
function whyClosed(settings: UnitSettings, folder: string): Closed | undefined {
  const last = (key: string) => settings.get(key)?.at(-1) ?? "no";
  const isOpened = pathsOf(settings, "ReadWritePaths").some((path) => holds(path, folder));
  const open = `ReadWritePaths=${folder} under [Service]`;
  const hiding = ["InaccessiblePaths", "ReadOnlyPaths", "TemporaryFileSystem"].find((key) =>
    pathsOf(settings, key).some((path) => holds(path, folder)),
  );
  if (hiding !== undefined && !isOpened) return { because: `${hiding}=`, remedy: open };
  const home = last("ProtectHome");
  if (
    home !== "no" &&
    !/^(?:0|false|off)$/iu.test(home) &&
    isIn(folder, "/home", "/root", "/run/user")
  ) {
    // What is read-only can be opened; what is hidden cannot.
    if (home !== "read-only" || !isOpened) {
      const remedy =
        "ProtectHome=no under [Service]; better, move the groups to /var/lib/fedigroups";
      return { because: `ProtectHome=${home}`, remedy };
    }
  }
  if (yes.test(last("PrivateTmp")) && isIn(folder, "/tmp", "/var/tmp")) {
    return {
      because: "PrivateTmp=yes",
      remedy: "PrivateTmp=no; better, move the groups elsewhere",
    };
  }
  const system = last("ProtectSystem");
  const isClosed =
    system === "strict"
      ? !isIn(folder, "/dev", "/proc", "/sys")
      : (yes.test(system) || system === "full") &&
        isIn(folder, "/usr", "/boot", "/efi", ...(system === "full" ? ["/etc"] : []));
  if (!isClosed || isOpened || isOwnFolder(settings, folder)) return undefined;
  return { because: `ProtectSystem=${system}`, remedy: open };
}

const ownFolders: Readonly<Record<string, string>> = {
  StateDirectory: "/var/lib",
  CacheDirectory: "/var/cache",
  LogsDirectory: "/var/log",
  RuntimeDirectory: "/run",
};

/** Folders that systemd makes for the service are always open to it. */
function isOwnFolder(settings: UnitSettings, folder: string): boolean {
  return Object.entries(ownFolders).some(([key, above]) =>
    words(settings, key).some((name) => holds(`${above}/${name}`, folder)),
  );
}

function words(settings: UnitSettings, key: string): readonly string[] {
  return (settings.get(key) ?? []).flatMap((value) => value.split(/\s+/u));
}

function pathsOf(settings: UnitSettings, key: string): readonly string[] {
  return words(settings, key).map((path) =>
    path
      .replace(/^[-+]+/u, "")
      .replace(/:.*$/u, "")
      .replace("%S", "/var/lib"),
  );
}

function holds(path: string, folder: string): boolean {
  const above = normalize(path).replace(/\/+$/u, "");
  return folder === above || folder.startsWith(`${above}/`);
}

function isIn(folder: string, ...paths: readonly string[]): boolean {
  return paths.some((path) => holds(path, folder));
}
