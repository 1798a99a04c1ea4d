import { describe, expect, it } from "vitest";
import { judge, type Sample } from "./samples.js";

/** Half an hour of a healthy process: the heap breathes, handles come and go with requests. */
function samples(change: (minute: number) => Partial<Sample> = () => ({})): readonly Sample[] {
  return Array.from({ length: 360 }, (_, index) => {
    const wave = Math.sin(index) + Math.sin(index / 7);
    return {
      ...{ atMs: index * 5_000, rss: 280e6 + 4e6 * wave, heapUsed: 112e6 + 2e4 * wave },
      ...{ external: 3e6, handles: 75 + Math.round(wave), sockets: 45, timers: 220 },
      ...change(index / 12),
    };
  });
}

const growing = (from: readonly Sample[]) =>
  judge(from, 1_200)
    .filter(({ isGrowing }) => isGrowing)
    .map(({ name }) => name);

describe("judge", () => {
  it("finds nothing where nothing grows", () => {
    expect(growing(samples())).toEqual([]);
  });

  it.each([
    // 100 bytes for each of 1,200 events a minute.
    { name: "heap and buffers", leak: (minute: number) => ({ heapUsed: 112e6 + 120e3 * minute }) },
    { name: "heap and buffers", leak: (minute: number) => ({ external: 3e6 + 120e3 * minute }) },
    { name: "resident memory", leak: (minute: number) => ({ rss: 280e6 + 1e6 * minute }) },
    // One with each of 25 new sockets a minute.
    { name: "file handles", leak: (minute: number) => ({ handles: 75 + 25 * minute }) },
    { name: "sockets", leak: (minute: number) => ({ sockets: 45 + 25 * minute }) },
    { name: "timers", leak: (minute: number) => ({ timers: 220 + 25 * minute }) },
  ])("finds a leak: $name", ({ name, leak }) => {
    expect(growing(samples(leak))).toEqual([name]);
  });
});
