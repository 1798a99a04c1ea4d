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

/** Loaded into the daemon: it keeps half a megabyte every twentieth of a second, for ever. */
const leak =
  "const kept = []; setInterval(() => kept.push(new Array(65536).fill(0.5)), 50).unref();";

describe("a soak", () => {
  it("loses and doubles nothing on three kinds of server, and finds a planted leak", async () => {
    const result = await soak(
      {
        ...{ build, groups: 3, ratePerSecond: 20, warmUpMs: 300, measuredMs: 1_700, watchMs: 200 },
        ...{ sampleEveryMs: 150, clock: systemClock, random: Math.random, say: () => undefined },
        env: {
          ...process.env,
          NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(leak)}`,
        },
      },
      new AbortController().signal,
    );
    const isOfHandles = (fault: string) => /^Growing: (?:file handles|sockets|timers)/u.test(fault);
    // So short a time may not judge what the first connections look like.
    const faults = result.faults.filter((fault) => !isOfHandles(fault));
    expect(faults).toContain("Growing: heap and buffers.");
    expect(faults.filter((fault) => !fault.startsWith("Growing"))).toEqual([]);
    expect([...result.complaints.keys()]).toEqual([]);
    expect(result.events).toBe(40);
    expect(result.balance.done).toBeGreaterThan(0);
    expect(result.balance.done).toBe(result.balance.expected);
    expect(asText(result)).toContain("lost 0, doubled 0, unasked 0");
    expect(asText(result)).toMatch(/heap and buffers .* GROWS/u);
  }, 60_000);
});
