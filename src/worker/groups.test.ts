import { describe, expect, it } from "vitest";
import { acct, aMention, anAccount } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";
import { runGroups } from "../testing/run-groups.js";
import type { WorkerDeps } from "./deps.js";

const duck = (group: string) => aMention({ id: "1", text: `@${group} A duck` });
const one = "one@host.example";
const two = "two@host.example";

/** A bench whose group has another address than the others. */
function stand(address: string): { readonly bench: GroupBench; readonly deps: WorkerDeps } {
  const bench = new GroupBench();
  bench.gateway.self = anAccount(address);
  return { bench, deps: { ...bench.deps, acct: acct(address) } };
}

describe("Groups", () => {
  it("lets the others run when one is signed out", async () => {
    const [good, bad] = [stand(one), stand(two)];
    bad.bench.gateway.fail("whoAmI", answered(401, "auth"), { count: 2 });
    const stop = new AbortController();
    const ends = runGroups([good.deps, bad.deps], stop.signal);
    await bad.bench.clock.advance(5000);
    good.bench.gateway.happen(duck(one));
    await settle();
    expect(good.bench.gateway.boosts).toEqual(["1"]);
    stop.abort("stop");
    await good.bench.clock.advance(10_000);
    expect(Object.fromEntries(await ends)).toEqual({ [one]: "shutdown", [two]: "signed-out" });
  });

  it("never makes one group wait for another", async () => {
    const [quick, slow] = [stand(one), stand(two)];
    let letGo: () => void = () => undefined;
    slow.bench.gateway.reblog = () =>
      new Promise((resolve) => {
        letGo = resolve;
      });
    const stop = new AbortController();
    const ends = runGroups([slow.deps, quick.deps], stop.signal);
    await settle();
    slow.bench.gateway.happen(duck(two));
    await settle();
    quick.bench.gateway.happen(duck(one));
    await settle();
    expect(quick.bench.gateway.boosts).toEqual(["1"]);
    letGo();
    stop.abort("stop");
    for (const { bench } of [slow, quick]) await bench.clock.advance(10_000);
    await ends;
  });

  it("starts a group again after a bug, later each time", async () => {
    const { bench, deps } = stand(one);
    let bugs = 2;
    const { readControl } = bench.store;
    bench.store.readControl = () => {
      if (bugs-- > 0) return Promise.reject(new TypeError("undefined is not a duck"));
      return readControl.call(bench.store);
    };
    const stop = new AbortController();
    const ends = runGroups([deps], stop.signal);
    await bench.clock.advance(6 * 60_000);
    expect(bench.clock.delays.slice(0, 2)).toEqual([60_000, 5 * 60_000]);
    expect(bench.gateway.openSockets).toBe(1);
    stop.abort("stop");
    await bench.clock.advance(10_000);
    expect([...(await ends).values()]).toEqual(["shutdown"]);
  });

  it("has many groups without Node taking their waits for a leak", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on("warning", onWarning);
    const stands = Array.from({ length: 30 }, (_, index) => stand(`group${index}@host.example`));
    const stop = new AbortController();
    const ends = runGroups(
      stands.map(({ deps }) => deps),
      stop.signal,
    );
    await settle();
    expect(stands.every(({ bench }) => bench.gateway.openSockets === 1)).toBe(true);
    stop.abort("stop");
    for (const { bench } of stands) await bench.clock.advance(10_000);
    expect(new Set((await ends).values())).toEqual(new Set(["shutdown"]));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });

  it("ends by itself when no group is left", async () => {
    const { bench, deps } = stand(one);
    bench.gateway.fail("whoAmI", answered(401, "auth"), { count: 2 });
    const ends = runGroups([deps], new AbortController().signal);
    await bench.clock.advance(5000);
    expect([...(await ends).values()]).toEqual(["signed-out"]);
  });
});
