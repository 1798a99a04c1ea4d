import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { bundleProgram } from "../bundle/bundle.js";
import { ownFolder } from "../own-folder.js";
import type { HookedBuild } from "../stage/child.js";

const project = fileURLToPath(ownFolder);

/** A build of this source that can be thrown away. */
export interface ThrowawayBuild extends HookedBuild, AsyncDisposable {}

/** Builds the program as it is shipped, where nothing else can see it, so that `dist/` may be anything meanwhile. */
export async function buildProgram(): Promise<ThrowawayBuild> {
  const install = await mkdtemp(join(tmpdir(), "fedigroups-install-"));
  for (const name of ["package.json", "locales"]) {
    await symlink(join(project, name), join(install, name));
  }
  const hooks = join(install, "hooks");
  await Promise.all([bundleProgram(project, join(install, "dist")), buildHooks(hooks)]);
  return {
    node: process.execPath,
    entry: join(install, "dist", "main.js"),
    hooks,
    [Symbol.asyncDispose]: () => rm(install, { recursive: true }),
  };
}

async function buildHooks(dir: string): Promise<void> {
  const input = { "chaos/fast-time": "src/chaos/fast-time.ts", "soak/probe": "src/soak/probe.ts" };
  await using hooks = await rolldown({ cwd: project, tsconfig: false, platform: "node", input });
  await hooks.write({ dir, entryFileNames: "[name].js" });
}
