import { fileURLToPath } from "node:url";
import { ownFolder } from "../own-folder.js";
import type { HookedBuild } from "../stage/child.js";
import { plantBug } from "./planted.js";
import { type Outcome, runSeed } from "./run.js";
import { flavours, readOptions, report, type SuiteOptions, total } from "./table.js";

const { argv, execPath, stdout } = process;
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const options = readOptions(argv.slice(2));
if (typeof options === "string") {
  stdout.write(`${options}\n`);
  process.exitCode = 2;
} else {
  await using planted = options.isPlanted ? await plantBug(execPath) : undefined;
  const here = {
    node: execPath,
    entry: fileURLToPath(new URL("dist/main.js", ownFolder)),
    hooks: fileURLToPath(new URL("build/", ownFolder)),
  };
  process.exitCode = await playAll(options, planted ?? here);
}

/** Plays the seeds in their order, a few at a time, and tells what came of each. */
async function playAll(suite: SuiteOptions, build: HookedBuild): Promise<number> {
  const { storyCount, faultCount } = suite;
  const seeds = Array.from({ length: suite.seeds }, (_, index) => suite.seed + index);
  const outcomes: Outcome[] = [];
  const beganAt = performance.now();
  const playNext = async () => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const flavour = suite.flavour ?? flavours[seed % flavours.length] ?? "mastodon-4.6";
      const { signal } = stop;
      const outcome = await runSeed({ seed, flavour, build, storyCount, faultCount, signal });
      outcomes.push(outcome);
      stdout.write(`${report(outcome, suite.lineCount)}\n`);
    }
  };
  await Promise.all(Array.from({ length: suite.parallel }, playNext));
  stdout.write(`\n${total(outcomes, performance.now() - beganAt)}\n`);
  return outcomes.some(({ findings }) => findings.length > 0) ? 1 : 0;
}
