import { join } from "node:path";
import {
  type ChunkingContext,
  type InputOptions,
  type Plugin,
  type RolldownOutput,
  rolldown,
} from "rolldown";

/** A package that is loaded by `createRequire(import.meta.url)(name)`, which no bundler looks into. */
const requiredLater = "turndown";

/**
 * The program as it is shipped: `main.js` and `read-log.js` with the packages they use, what only some
 * commands need in files of their own, all in one folder. Names of functions stay, so that a stack tells something.
 *
 * @returns the paths of all modules that went into it
 * @throws when a module cannot be found
 */
export async function bundleProgram(project: string, folder: string): Promise<readonly string[]> {
  const shared: InputOptions = {
    cwd: project,
    platform: "node",
    // What the program is compiled with is told by `src/tsconfig.json`; all that matters here is the target.
    tsconfig: false,
    transform: { target: "node20.19" },
    // Native helpers of ws, which it does without where they are not installed.
    external: ["bufferutil", "utf-8-validate"],
    onLog: (_level, { message }) => {
      throw new Error(`The bundle is not what it should be: ${message}`);
    },
  };
  const output = { dir: folder, comments: false };
  await using program = await rolldown({
    ...shared,
    input: { main: join("src", "main.ts"), "read-log": join("src", "read-log.ts") },
    plugins: [toldWhereItLies()],
  });
  await using later = await rolldown({
    ...shared,
    input: { [requiredLater]: requiredLater },
  });
  const written = [
    await program.write({
      ...output,
      entryFileNames: "[name].js",
      chunkFileNames: "[name].js",
      // A few large files take less time and memory than many small ones (measured: 14 ms and 4 MB).
      codeSplitting: {
        groups: [
          { ...inOneFile("base", join(project, "src", "main.ts")), priority: 2 },
          { ...inOneFile("daemon", join(project, "src", "cli", "run.ts")), priority: 1 },
        ],
      },
    }),
    await later.write({ ...output, format: "cjs", entryFileNames: "[name].cjs" }),
  ];
  return written.flatMap(modulesOf);
}

/** The rule that what this module loads with itself goes into one file. */
function inOneFile(debugName: string, root: string) {
  const reached = new Set<string>();
  const reach = (id: string, graph: ChunkingContext) => {
    if (reached.has(id)) return;
    reached.add(id);
    for (const next of graph.getModuleInfo(id)?.importedIds ?? []) reach(next, graph);
  };
  const name = (id: string, graph: ChunkingContext) => {
    reach(root, graph);
    return reached.has(id) && graph.getModuleInfo(id)?.isEntry !== true ? debugName : null;
  };
  return { debugName, name };
}

function toldWhereItLies(): Plugin {
  const [before, after] = [requiredLater, `./${requiredLater}.cjs`].map(
    (name) => `createRequire(import.meta.url)("${name}")`,
  );
  let isFound = false;
  return {
    name: "required-later",
    transform(code) {
      if (before === undefined || after === undefined || !code.includes(before)) return undefined;
      isFound = true;
      return code.replace(before, after);
    },
    buildEnd() {
      if (!isFound) throw new Error(`Nothing says ${before}: the bundle would not find it.`);
    },
  };
}

function modulesOf({ output }: RolldownOutput): readonly string[] {
  return output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}
