import { describe, expect, it } from "vitest";
import { testWorld, type Wire } from "../testing/client.js";
import { compareIds, parseCursor } from "./ids.js";

describe("ids of a host", () => {
  it("only grow, even when the clock stands still", async () => {
    const [a] = testWorld(["a.test"], { now: () => 1_700_000_000_000 });
    const ann = a?.user("ann");
    const ids: string[] = [];
    for (let count = 0; count < 50; count += 1) {
      const { id } = (await ann?.post<Wire>("/api/v1/statuses", { status: `${count}` })) ?? {};
      ids.push(String(id));
    }
    expect(new Set(ids).size).toBe(50);
    expect([...ids].sort(compareIds)).toEqual(ids);
    expect(ids[0]).toMatch(/^\d{18}$/);
  });

  it("keep the order of time when an old status comes late", async () => {
    let now = 1_700_000_000_000;
    const [a, b] = testWorld(["a.test", "b.test"], { now: () => now });
    const old = await a?.user("ann").post<Wire>("/api/v1/statuses", { status: "old" });
    now += 3_600_000;
    const young = await b?.user("bob").post<Wire>("/api/v1/statuses", { status: "young" });
    const lateId = b?.api.localStatusId(String(old?.uri)) ?? "";
    expect(compareIds(lateId, String(young?.id))).toBeLessThan(0);
  });

  it("differ from host to host", async () => {
    const [a, b] = testWorld(["a.test", "b.test"]);
    const status = await a?.user("ann").post<Wire>("/api/v1/statuses", { status: "x" });
    const there = b?.api.localStatusId(String(status?.uri));
    expect(there).toMatch(/^\d+$/);
    expect(there).not.toBe(status?.id);
  });
});

describe("parseCursor", () => {
  it.each([
    ["12", 12n],
    ["01G65", 1n],
    ["-4", -4n],
    ["x", 0n],
  ])("reads %j as %s", (text, value) => {
    expect(parseCursor(text)).toBe(value);
  });
});
