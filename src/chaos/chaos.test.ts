/** A short piece of `npm run chaos`: the real program, killed and cut off, on two kinds of server. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlavourName } from "../sandbox/surface.js";
import { buildProgram, type ThrowawayBuild } from "../testing/build-program.js";
import { createRandom } from "./random.js";
import { runSeed } from "./run.js";
import { readOptions, report } from "./table.js";

let build: ThrowawayBuild;
beforeAll(async () => {
  build = await buildProgram();
}, 60_000);
afterAll(() => build[Symbol.asyncDispose]());

describe.concurrent("two groups in bad weather", () => {
  it.each<FlavourName>(["mastodon-4.6", "hollo"])(
    "lose nothing on %s and do nothing twice",
    async (flavour) => {
      const { signal } = new AbortController();
      const size = { storyCount: 12, faultCount: 10 };
      const outcome = await runSeed({ seed: 7, flavour, build, signal, ...size });
      expect(outcome.findings, report(outcome, 60)).toEqual([]);
      expect(outcome.damage.total).toBeGreaterThanOrEqual(size.faultCount);
      expect(outcome.dueCount).toBeGreaterThan(10);
      expect(report(outcome, 60)).toContain("lost 0, doubled 0, wrong 0");
    },
    120_000,
  );
});

describe("the suite", () => {
  it("draws the same for the same seed and name, and another for another", () => {
    const draw = (seed: number, name: string) => {
      const random = createRandom(seed, name);
      return [1, 2, 3].map(() => random.below(1000));
    };
    expect(draw(1, "weather")).toEqual(draw(1, "weather"));
    expect(draw(1, "weather")).not.toEqual(draw(2, "weather"));
    expect(draw(1, "weather")).not.toEqual(draw(1, "stories"));
  });

  it("says what is wrong with its arguments, and how they go", () => {
    expect(readOptions(["--seed", "5", "--flavour", "hollo"])).toMatchObject({
      ...{ seeds: 20, seed: 5, flavour: "hollo" },
    });
    expect(readOptions(["--flavour", "duck"])).toContain("no duck here");
    expect(readOptions(["--seeds", "many"])).toContain("Usage");
  });

  it("has a bug to plant that still fits into the program", async () => {
    const project = fileURLToPath(new URL("../../", import.meta.url));
    const patch = "src/chaos/planted-bug.patch";
    await promisify(execFile)("git", ["apply", "--check", patch], { cwd: project });
  });
});
