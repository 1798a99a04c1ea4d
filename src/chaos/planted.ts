import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ownFolder } from "../own-folder.js";
import type { HookedBuild } from "../stage/child.js";

const project = fileURLToPath(ownFolder);
const patch = join(project, "src", "chaos", "planted-bug.patch");
const run = promisify(execFile);

/** A build with a bug in it, which the suite must catch: an event counts as done before it is. */
export async function plantBug(node: string): Promise<HookedBuild & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-planted-"));
  for (const name of ["src", "tsconfig.json", "package.json"]) {
    await cp(join(project, name), join(folder, name), { recursive: true });
  }
  for (const name of ["node_modules", "locales"]) {
    await symlink(join(project, name), join(folder, name));
  }
  await run("git", ["apply", patch], { cwd: folder });
  const tsc = join(project, "node_modules", "typescript", "bin", "tsc");
  await run(node, [tsc, "-p", join(folder, "src"), "--noCheck"]);
  return {
    node,
    entry: join(folder, "build", "main.js"),
    hooks: join(folder, "build"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
