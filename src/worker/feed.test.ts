import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { aMention, groupAddress } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const toGroup = (id: string) => aMention({ id, text: `@${groupAddress} Look at this duck` });

describe("feed", () => {
  it.each(["server", "silent"] as const)(
    "catches up on what was missed after a socket that ended because of %s",
    async (because) => {
      await using bench = new GroupBench();
      await bench.start();
      bench.gateway.happen(toGroup("1"), { isStreamed: false });
      bench.gateway.sockets[0]?.say({ kind: "closed", because, code: 1006 });
      await bench.clock.advance(1000);
      expect(bench.gateway.boosts).toEqual(["1"]);
    },
  );

  it("catches up on what a mute socket did not tell when its time is over", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.clock.advance(119_000);
    expect(bench.gateway.boosts).toEqual([]);
    await bench.clock.advance(2000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("forgets failed attempts once a socket has served its time in good health", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("connect", broken(), { count: 3 });
    await bench.start();
    await bench.clock.advance(40_000);
    await bench.clock.advance(121_000);
    expect(bench.gateway.sockets).toHaveLength(2);
    bench.gateway.sockets[1]?.say({ kind: "closed", because: "server", code: 1006 });
    await settle();
    expect(bench.clock.delays.at(-1)).toBe(500);
  });

  it("has a group at rest wait for three things, and by two listeners, however often sockets were replaced", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const listeners = () => getEventListeners(bench.signal, "abort").length;
    for (let replaced = 0; replaced < 3; replaced++) {
      // The next poll, the next look at the server, the end of the socket's time.
      expect(bench.clock.sleeping).toBe(3);
      // Of the loop, and of what feeds it.
      expect(listeners()).toBe(2);
      await bench.clock.advance(150_000);
    }
    expect(bench.gateway.sockets.length).toBeGreaterThan(3);
    await bench.stop();
    expect(bench.clock.sleeping).toBe(0);
    expect(listeners()).toBe(0);
  });

  it("polls when the old socket dies while no new one can be had", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("connect", answered(404, "permanent"), { count: 99 });
    await bench.clock.advance(160_000);
    expect(bench.gateway.openSockets).toBe(1);
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await settle();
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.clock.advance(16_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });
});
