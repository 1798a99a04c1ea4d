import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Build } from "../stage/child.js";

const project = fileURLToPath(new URL("../../", import.meta.url));

/** A build of this source that can be thrown away. */
export interface ThrowawayBuild extends Build, AsyncDisposable {}

/** Builds the program where nothing else can see it, so that `dist/` may be anything meanwhile. */
export async function buildProgram(): Promise<ThrowawayBuild> {
  const install = await mkdtemp(join(tmpdir(), "fedigroups-install-"));
  for (const name of ["node_modules", "package.json", "locales"]) {
    await symlink(join(project, name), join(install, name));
  }
  const tsc = join(project, "node_modules", "typescript", "bin", "tsc");
  const options = ["-p", join(project, "src"), "--noCheck", "--outDir", join(install, "dist")];
  await promisify(execFile)(process.execPath, [tsc, ...options]);
  return {
    node: process.execPath,
    entry: join(install, "dist", "main.js"),
    [Symbol.asyncDispose]: () => rm(install, { recursive: true }),
  };
}
