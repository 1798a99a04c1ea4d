import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { buildProgram, type ThrowawayBuild } from "../testing/build-program.js";
import { asText } from "./report.js";
import { soak } from "./soak.js";

let build: ThrowawayBuild;
beforeAll(async () => {
  build = await buildProgram();
}, 60_000);
afterAll(() => build[Symbol.asyncDispose]());

describe("a soak", () => {
  it("of two seconds loses and doubles nothing on three kinds of server, and is measured", async () => {
    const result = await soak(
      {
        ...{
          build,
          groups: 3,
          burstPerGroup: 2,
          ratePerSecond: 15,
          warmUpMs: 400,
          measuredMs: 1_600,
          watchMs: 200,
        },
        ...{ sampleEveryMs: 700, clock: systemClock, random: Math.random, env: process.env },
        say: () => undefined,
      },
      new AbortController().signal,
    );
    // Growth is not judged by so short a time.
    const ofGrowth = /^(?:Growing|Too few samples)/u;
    expect(result.faults.filter((fault) => !ofGrowth.test(fault))).toEqual([]);
    expect([...result.complaints.keys()]).toEqual([]);
    expect(result.events).toBe(36);
    expect(result.balance.done).toBeGreaterThan(0);
    expect(result.balance.done).toBe(result.balance.expected);
    expect(result.taken).toBeGreaterThan(0);
    expect(asText(result)).toContain("lost 0, doubled 0, unasked 0");
  }, 150_000);
});
