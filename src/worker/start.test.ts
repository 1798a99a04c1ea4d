import { describe, expect, it } from "vitest";
import type { GroupState } from "../core/state.js";
import { ConfigError } from "../errors.js";
import { aMention, anAccount, groupAddress } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken } from "../testing/fake-gateway.js";
import { GroupBench, ranBefore } from "../testing/group-bench.js";

describe("the start of a group", () => {
  it("asks who it is, then what the server can do, before it listens", async () => {
    await using bench = new GroupBench();
    await bench.start();
    expect(bench.gateway.calls.slice(0, 3)).toEqual(["whoAmI", "learnTraits", "connect"]);
  });

  it("asks what the server can do without waiting for who it is, and listens with neither unknown", async () => {
    await using bench = new GroupBench();
    const { whoAmI } = bench.gateway;
    let tell = () => {};
    const isTold = new Promise<void>((resolve) => {
      tell = resolve;
    });
    bench.gateway.whoAmI = async () => {
      await isTold;
      return await whoAmI.call(bench.gateway);
    };
    await bench.start();
    expect(bench.gateway.calls).toEqual(["learnTraits"]);
    expect(bench.messages()).toEqual([]);
    tell();
    await settle();
    expect(bench.gateway.calls.slice(0, 3)).toEqual(["learnTraits", "whoAmI", "connect"]);
  });

  it("makes nothing of the server where the token is dead", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", answered(401, "auth"), { count: 2 });
    await bench.start();
    await bench.clock.advance(10_000);
    expect(await bench.ended).toBe("signed-out");
    expect(bench.gateway.calls).toEqual(["whoAmI", "learnTraits", "whoAmI"]);
    expect(bench.messages().join()).not.toContain("Met the server");
  });

  it("asks anew what went wrong while the server was away", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", broken());
    bench.gateway.fail("learnTraits", broken());
    await bench.start();
    await bench.clock.advance(2000);
    expect(bench.gateway.openSockets).toBe(1);
    const complaints = bench.messages().filter((line) => String(line).includes("cannot start yet"));
    expect(complaints).toHaveLength(1);
  });

  it("is tried again after growing delays while the server is away", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", broken(), { count: 10 });
    const askedAt: number[] = [];
    const { whoAmI } = bench.gateway;
    bench.gateway.whoAmI = () => {
      askedAt.push(bench.clock.now());
      return whoAmI.call(bench.gateway);
    };
    await bench.start();
    await bench.clock.advance(20 * 60_000);
    const waits = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0));
    expect(waits.slice(0, 2)).toEqual([2000, 4000]);
    expect(waits[8]).toBeGreaterThan(60_000);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it("waits as long as the server asks", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("learnTraits", answered(429, "transient", 60_000));
    await bench.start();
    await bench.clock.advance(59_000);
    expect(bench.gateway.openSockets).toBe(0);
    await bench.clock.advance(1000);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it("does not come about with a broken file, and no server is asked", async () => {
    await using bench = new GroupBench();
    const problem = { file: "control.json", where: "line 1, column 2", problem: "No JSON5." };
    bench.store.readControl = () => Promise.reject(new ConfigError([problem]));
    await bench.start();
    expect(await bench.ended).toBe("broken-files");
    expect(bench.gateway.calls).toEqual([]);
    expect(bench.logged).toContainEqual(
      expect.objectContaining({ level: 50, problems: [problem] }),
    );
    expect(bench.messages().join()).toContain("until it is mended");
  });
});

describe("what is asked of the server at the start", () => {
  /** A group whose server is slow to let notifications through, and how to let it. */
  const withSlowServer = async (state: GroupState | undefined) => {
    const bench = new GroupBench({ state });
    bench.gateway.traits = { ...bench.gateway.traits, hasNotificationFilter: true };
    const { openNotifications } = bench.gateway;
    let letThrough = () => {};
    const isLet = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    bench.gateway.openNotifications = async () => {
      await isLet;
      return await openNotifications.call(bench.gateway);
    };
    await bench.start();
    return { bench, letThrough };
  };

  it("does not keep the stream from being opened, and what that brings waits for it", async () => {
    const { bench, letThrough } = await withSlowServer(ranBefore);
    await using _ = bench;
    expect(bench.gateway.openSockets).toBe(1);
    bench.gateway.happen(aMention({ text: `@${groupAddress} A duck` }));
    await settle();
    expect(bench.gateway.calls.filter((call) => !/^(?:whoAmI|learn|connect)/u.test(call))).toEqual(
      [],
    );
    letThrough();
    await bench.clock.advance(1000);
    expect(bench.gateway.calls.at(3)).toBe("openNotifications");
    expect(bench.gateway.calls.slice(4)).toContain("notifications");
    expect(bench.gateway.boosts).toHaveLength(1);
  });

  it("comes before everything where the group has never run: what was held back is of the past", async () => {
    const { bench, letThrough } = await withSlowServer(undefined);
    await using _ = bench;
    expect(bench.gateway.openSockets).toBe(0);
    bench.gateway.happen(aMention({ text: `@${groupAddress} A duck` }));
    letThrough();
    await settle();
    expect(bench.gateway.openSockets).toBe(1);
    expect(bench.gateway.boosts).toEqual([]);
  });
});

describe("a start from now that does not come to its end", () => {
  it("is one again the next time, whoever waited at the door: what is old is shared by no start", async () => {
    await using bench = new GroupBench({ state: undefined });
    const { gateway } = bench;
    gateway.self = { ...gateway.self, isLocked: true };
    gateway.waiting = [anAccount("eve@far.example")];
    gateway.notificationList.unshift(aMention({ id: "1", text: `@${groupAddress} An old duck` }));
    gateway.fail("notifications", broken());
    await bench.start();
    await bench.crash();
    await bench.start();
    await bench.clock.advance(10_000);
    expect(gateway.openSockets).toBe(1);
    expect(gateway.boosts).toEqual([]);
    expect(gateway.calls.join()).toContain("acceptFollow");
  });
});

describe("work begun before a death", () => {
  it("is finished before anybody at the door is let in: it may be what keeps them out", async () => {
    const eve = anAccount("eve@far.example");
    const ban = { kind: "ban-user", acct: eve.acct } as const;
    await using bench = new GroupBench({
      state: { ...ranBefore, pending: [{ key: "ban", changes: [ban], effects: [] }] },
    });
    const { gateway } = bench;
    gateway.self = { ...gateway.self, isLocked: true };
    gateway.waiting = [eve];
    await bench.start();
    await bench.clock.advance(10_000);
    expect([...bench.store.control.bannedUsers]).toEqual([eve.acct]);
    expect(gateway.calls.join()).toContain("followRequests");
    expect(gateway.calls.join()).not.toContain("acceptFollow");
  });

  it("is not done again where it is known as done: an older version may have met its event since", async () => {
    const ban = { kind: "ban-user", acct: anAccount("eve@far.example").acct } as const;
    await using bench = new GroupBench({
      state: {
        ...ranBefore,
        handled: ["ban"],
        pending: [{ key: "ban", changes: [ban], effects: [] }],
      },
    });
    await bench.start();
    await bench.clock.advance(10_000);
    expect([...bench.store.control.bannedUsers]).toEqual([]);
    expect(bench.store.state?.pending).toEqual([]);
  });
});

describe("a token that is refused once", () => {
  it("is asked about before the group gives up, and what was refused is done after all", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", answered(401, "auth"));
    bench.gateway.happen(aMention({ id: "1", text: `@${groupAddress} A duck` }));
    await settle();
    expect(bench.gateway.calls.slice(-2)).toEqual(["reblog 1", "whoAmI"]);
    await bench.clock.advance(10_000);
    expect(bench.gateway.boosts).toEqual(["1"]);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it.each<["openNotifications" | "followRequests" | "notifications", GroupState | undefined]>([
    ["openNotifications", ranBefore],
    ["followRequests", ranBefore],
    ["notifications", undefined],
  ])("is asked about when %s is what refuses it at the start", async (method, state) => {
    await using bench = new GroupBench({ state });
    bench.gateway.traits = { ...bench.gateway.traits, hasNotificationFilter: true };
    bench.gateway.self = { ...bench.gateway.self, isLocked: true };
    bench.gateway.fail(method, answered(401, "auth"));
    await bench.start();
    await bench.clock.advance(10_000);
    expect(bench.gateway.openSockets).toBe(1);
  });

  it.each<["openNotifications" | "followRequests" | "notifications", GroupState | undefined]>([
    ["openNotifications", ranBefore],
    ["followRequests", ranBefore],
    ["notifications", undefined],
  ])("and is dead by then: the group stops and says so, after %s", async (method, state) => {
    await using bench = new GroupBench({ state });
    bench.gateway.traits = { ...bench.gateway.traits, hasNotificationFilter: true };
    bench.gateway.self = { ...bench.gateway.self, isLocked: true };
    bench.gateway.fail(method, answered(401, "auth"));
    const { whoAmI } = bench.gateway;
    let looks = 0;
    bench.gateway.whoAmI = () => {
      if (looks++ > 0) bench.gateway.fail("whoAmI", answered(401, "auth"));
      return whoAmI.call(bench.gateway);
    };
    await bench.start();
    await bench.clock.advance(10_000);
    expect(await bench.ended).toBe("signed-out");
    expect(bench.messages().join()).toContain("no longer accepts this group's token");
  });
});
