import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ownerNotice } from "../config/group-file.js";
import type { GroupConfig } from "../config/load-group.js";
import { type Finding, ok, problem } from "./finding.js";

/** Bits by which others than the owner may read or write, and by which they may write. */
const othersAtAll = 0o077;
const othersMayWrite = 0o022;

/** Who may read and write the files of a group; too wide a mode can be mended. */
export async function checkFiles({
  folder,
  configFile,
}: Pick<GroupConfig, "folder" | "configFile">): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const names = (await readdir(folder)).filter((name) => /^[^.].*\.json5?(?:\.bak)?$/u.test(name));
  for (const path of [folder, ...names.map((name) => join(folder, name))]) {
    const mode = (await stat(path)).mode & 0o7777;
    const isSecret = path === configFile;
    const excess = mode & (isSecret ? othersAtAll : othersMayWrite);
    if (excess === 0) continue;
    const wanted = mode & ~excess;
    const danger = isSecret
      ? "holds the access token, and other users of this machine may read or change it"
      : "can be changed by other users of this machine";
    findings.push({
      ...problem("files", `${path} ${danger} (mode ${octal(mode)}).`),
      remedy: `Run: chmod ${octal(wanted)} ${path}`,
      mend: async () => {
        await chmod(path, wanted);
        return `Its mode is ${octal(wanted)} now.`;
      },
    });
  }
  const foreign = await ownerNotice(folder);
  if (foreign !== undefined) {
    const [text = foreign, ...remedy] = foreign.split(/(?<=\.) (?=If)/u);
    findings.push(problem("files", text, remedy.join(" ")));
  }
  if (findings.length > 0) return findings;
  return [
    ok("files", `The files in ${folder} belong to one user, and the token is that user's alone.`),
  ];
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, "0");
}
