import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { GroupBench } from "../testing/group-bench.js";
import { runGroups } from "../testing/run-groups.js";
import { Door, groupsPerSecond } from "./door.js";

const groupCount = 1000;

/** The most times that lie within one second. */
function peakPerSecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  return sorted.reduce((peak, at, last) => {
    while ((sorted[first] ?? at) <= at - 1000) first++;
    return Math.max(peak, last - first + 1);
  }, 0);
}

describe("a thousand groups", () => {
  it("come to their server twenty a second: at the start, after its restart, and later", async () => {
    const clock = new FakeClock();
    const door = new Door(clock);
    const settings = { socketRetireTimeMs: 300_000, pollIntervalMs: 3_600_000 };
    const benches = Array.from(
      { length: groupCount },
      () => new GroupBench({ clock, door, settings }),
    );
    const asked: number[] = [];
    const connected: number[] = [];
    for (const { gateway } of benches) {
      const { connect, whoAmI } = gateway;
      gateway.whoAmI = () => {
        asked.push(clock.now());
        return whoAmI.call(gateway);
      };
      gateway.connect = (options, take, signal) => {
        connected.push(clock.now());
        return connect.call(gateway, options, take, signal);
      };
    }
    const stop = new AbortController();
    const running = runGroups(
      benches.map(({ deps }) => deps),
      stop.signal,
    );
    const open = () => benches.filter(({ gateway }) => gateway.openSockets > 0).length;
    // A group passes once for itself and once for its socket.
    await clock.advance((2 * groupCount * 1000) / groupsPerSecond);
    expect(open()).toBe(groupCount);
    expect(peakPerSecond(asked)).toBeLessThanOrEqual(groupsPerSecond);
    expect(peakPerSecond(connected)).toBeLessThanOrEqual(groupsPerSecond);

    connected.length = 0;
    for (const { gateway } of benches) {
      gateway.sockets.at(-1)?.say({ kind: "closed", because: "server", code: 1006 });
    }
    await clock.advance(1000 + (groupCount * 1000) / groupsPerSecond);
    expect(open()).toBe(groupCount);
    expect(connected).toHaveLength(groupCount);
    expect(peakPerSecond(connected)).toBeLessThanOrEqual(groupsPerSecond);

    connected.length = 0;
    await clock.advance(settings.socketRetireTimeMs * 1.2);
    expect(connected.length).toBeGreaterThanOrEqual(groupCount);
    expect(peakPerSecond(connected)).toBeLessThanOrEqual(groupsPerSecond);
    stop.abort(new Error("stop"));
    await clock.advance(10_000);
    await running;
  });
});
