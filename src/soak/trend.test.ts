import { describe, expect, it } from "vitest";
import { isGrowing, type Point, trendOf } from "./trend.js";

const minuteMs = 60_000;

/** Samples every five seconds for half an hour. */
function samples(valueAt: (minute: number, index: number) => number): readonly Point[] {
  return Array.from({ length: 360 }, (_, index) => ({
    atMs: 1_700_000_000_000 + index * 5_000,
    value: valueAt((index * 5_000) / minuteMs, index),
  }));
}

/** The same numbers in every run, between -1 and 1. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * 2 - 1;
  };
}

/** Noise in which each value resembles the one before. */
function drifting(seed: number): () => number {
  const next = noise(seed);
  let value = 0;
  return () => {
    value = 0.95 * value + next();
    return value;
  };
}

describe("trendOf", () => {
  it("finds the slope per minute, and no doubt where there is none", () => {
    const trend = trendOf(samples((minute) => 100 + 3 * minute));
    expect(trend.slope).toBeCloseTo(3);
    expect(trend.margin).toBeCloseTo(0);
    expect(trend.mean).toBeCloseTo(100 + (3 * (359 * 5)) / 60 / 2);
  });

  it("has a margin that holds the true slope nineteen times of twenty", () => {
    const seeds = Array.from({ length: 200 }, (_, index) => 7_919 * (index + 1));
    const hits = (kind: (seed: number) => () => number) =>
      seeds.filter((seed) => {
        const next = kind(seed);
        const { slope, margin } = trendOf(samples((minute) => 2 * minute + 50 * next()));
        return Math.abs(slope - 2) <= margin;
      }).length;
    expect(hits(noise)).toBeGreaterThan(180);
    // A margin that takes such samples for independent holds it six times of twenty.
    expect(hits(drifting)).toBeGreaterThan(165);
  });

  it("knows nothing from less than four points", () => {
    expect(trendOf(samples(() => 1).slice(0, 3)).margin).toBe(Number.POSITIVE_INFINITY);
    expect(trendOf([]).margin).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("isGrowing", () => {
  it("is so for a leak that noise does not hide", () => {
    const next = drifting(1);
    const leak = trendOf(samples((minute) => 50_000 + 40 * minute + 30 * next()));
    expect(isGrowing(leak, 20)).toBe(true);
    // … and is more than what is called noise.
    expect(isGrowing(leak, 60)).toBe(false);
  });

  it("is not so for noise, nor for what may be noise", () => {
    for (const seed of [1, 2, 3]) {
      const next = drifting(seed);
      expect(isGrowing(trendOf(samples(() => 50_000 + 2_000 * next())), 20)).toBe(false);
    }
  });
});
