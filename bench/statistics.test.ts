import { describe, expect, it } from "vitest";
import { quantile, round, slopeOf, summarise } from "./statistics.js";

describe("statistics", () => {
  it("find the median, the middle half and the hundredth", () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(summarise(values)).toEqual({ count: 200, median: 100, low: 50, high: 150, p99: 198 });
    expect(quantile([7], 0.99)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow("no numbers");
  });

  it("fit a line", () => {
    const points = [1, 10, 100].map((x) => ({ x, y: 40 + 2.5 * x }));
    expect(slopeOf(points)).toBeCloseTo(2.5);
  });

  it("round to what tells something", () => {
    expect([0, 0.01234, 1.234, 12.34, 1234.5].map(round)).toEqual([
      ...["0", "0.012", "1.23", "12.3", "1235"],
    ]);
  });
});
