import { describe, expect, it } from "vitest";
import { aHomeStatus, aMention, groupAddress } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const toGroup = (id: string) => aMention({ id, text: `@${groupAddress} Look` });
const broken = answered(500, "transient");
const forEver = { count: 99_999 };

describe("a server of which one part is broken", () => {
  it("does not tell what it can do, and is served all the same", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("learnTraits", broken, forEver);
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("does not tell anew what it can do, and goes on being served", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("learnTraits", broken, forEver);
    await bench.clock.advance(24 * 60 * 60_000 + 1000);
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("does not let us see to its notification policy, which is tried again later", async () => {
    await using bench = new GroupBench();
    bench.gateway.traits = { ...bench.gateway.traits, hasNotificationFilter: true };
    bench.gateway.fail("openNotifications", broken, { count: 2 });
    await bench.start();
    bench.gateway.happen(toGroup("1"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
    const asked = () => bench.gateway.calls.filter((call) => call === "openNotifications").length;
    expect(asked()).toBe(1);
    await bench.clock.advance(31 * 60_000);
    expect(asked()).toBe(3);
  });

  it("does not show its home timeline, and the mentions go on", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("home", broken, forEver);
    await bench.clock.advance(125_000);
    bench.gateway.happen(toGroup("1"));
    await bench.clock.advance(60_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("shows its list again, and what came by the stream meanwhile hides nothing", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(toGroup("0"), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    bench.gateway.fail("notifications", broken, { count: 9 });
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    bench.gateway.happen(toGroup("1"), { isStreamed: false });
    await bench.clock.advance(30_000);
    bench.gateway.happen(toGroup("2"));
    await settle();
    expect(bench.gateway.boosts).toEqual(["0", "2"]);
    await bench.clock.advance(20 * 60_000);
    expect([...bench.gateway.boosts].sort()).toEqual(["0", "1", "2"]);
  });

  it("forgets over a restart nothing of a gap that is still open", async () => {
    await using bench = new GroupBench();
    bench.gateway.happen(aHomeStatus({ id: "0" }), { isStreamed: false });
    await bench.start();
    await bench.clock.advance(1000);
    bench.gateway.fail("home", broken, forEver);
    bench.gateway.sockets[0]?.say({ kind: "closed", because: "server", code: 1006 });
    await bench.clock.advance(30_000);
    bench.gateway.happen(aHomeStatus({ id: "2" }));
    await settle();
    await bench.stop();
    const seen = bench.store.state?.seenStatuses.join() ?? "";
    expect(seen).toContain("/0");
    expect(seen).not.toContain("/2");
  });
});

describe("a post that is too long to be read to its end", () => {
  it("is marked in the log", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const long = toGroup("1");
    bench.gateway.happen({ ...long, status: { ...long.status, isCut: true } });
    await settle();
    expect(bench.logged).toContainEqual(expect.objectContaining({ statusId: "1", isCut: true }));
  });
});
