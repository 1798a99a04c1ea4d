/** Twice the input takes about twice the time; `npm run fuzz -- --growth` goes up to a megabyte. */
import { describe, expect, it } from "vitest";
import { attacksOn, exponentOf, fill, timeOf } from "./growth.js";
import { readers } from "./readers.js";

/** The time of the processor: on a machine with much to do, what takes long is also interrupted more often. */
const watch = {
  now: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
const length = 10_000;
/** What takes less is no danger, and tells nothing. */
const harmlessMs = 20;
/** Quadratic is 4. Collecting garbage may disturb one measurement, but not six. */
const maxRatio = 3.2;

describe("work", () => {
  it.each(readers)("grows no faster than the input: $name", (reader) => {
    const steep = attacksOn(reader).filter((attack) => {
      const [once, twice] = [fill(attack, length), fill(attack, 2 * length)];
      for (let attempt = 0; attempt < 6; attempt += 1) {
        const longMs = timeOf(reader, twice, watch, 1);
        if (longMs < harmlessMs || longMs / timeOf(reader, once, watch, 1) < maxRatio) return false;
      }
      return true;
    });
    expect(steep).toEqual([]);
  });

  it("is told from work that grows faster", () => {
    const points = (exponent: number) =>
      [1_000, 10_000, 100_000].map((n) => ({ length: n, timeMs: 0.01 * n ** exponent }));
    expect(exponentOf(points(1))).toBeCloseTo(1);
    expect(exponentOf(points(2))).toBeCloseTo(2);
    expect(exponentOf([{ length: 100, timeMs: 0.001 }])).toBeUndefined();
  });
});
