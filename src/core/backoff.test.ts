import { describe, expect, it } from "vitest";
import { doubling } from "./backoff.js";

describe("doubling", () => {
  const policy = doubling({ firstMs: 500, capMs: 10_000 });

  it.each([
    [0, 0.5, 500],
    [1, 0.5, 1000],
    [3, 0.5, 4000],
    [0, 0, 250],
    [10, 0.5, 10_000],
    [10_000, 0.99, 10_000],
  ])("waits after attempt %i with luck %f for %i ms", (attempt, luck, expected) => {
    expect(policy(attempt, () => luck)).toBe(expected);
  });
});
