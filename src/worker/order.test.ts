import { describe, expect, it } from "vitest";
import { aControl, acct, aMention, groupAddress } from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { broken } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const ann = acct("ann@far.example");
const add = { action: "add", acct: ann } as const;

describe("an order of the operator", () => {
  it("is carried out by the group's loop, journalled before the file is written", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const journalled: unknown[] = [];
    const { writeControl } = bench.store;
    bench.store.writeControl = (control) => {
      journalled.push(bench.store.state?.pending);
      return writeControl.call(bench.store, control);
    };
    expect(await bench.desk.place(add)).toMatchObject({ isDone: true });
    expect(bench.store.control?.adminUsers).toEqual(new Set([ann]));
    expect(journalled).toMatchObject([[{ changes: [{ kind: "add-admin", acct: ann }, {}] }]]);
    expect(bench.store.state?.pending).toEqual([]);
  });

  it("counts for the next post", async () => {
    await using bench = new GroupBench({ control: aControl({ memberOnly: true }) });
    await bench.start();
    await bench.desk.place(add);
    bench.gateway.happen(aMention({ id: "1", by: ann, text: `@${groupAddress} A duck` }));
    await settle();
    expect(bench.gateway.boosts).toEqual(["1"]);
  });

  it("is not taken by a group that is not live", async () => {
    await using bench = new GroupBench();
    bench.gateway.fail("whoAmI", broken(), { count: 3 });
    await bench.start();
    expect(await bench.desk.place(add)).toBeUndefined();
  });

  it("is let go when the group stops before its turn", async () => {
    await using bench = new GroupBench();
    await bench.start();
    bench.gateway.fail("reblog", broken(), { count: 100 });
    bench.gateway.happen(aMention({ id: "1", text: `@${groupAddress} A duck` }));
    await settle();
    const answer = bench.desk.place(add);
    await bench.stop();
    expect(await answer).toBeUndefined();
    expect(bench.store.control?.adminUsers.has(ann) ?? false).toBe(false);
  });
});
