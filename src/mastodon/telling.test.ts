import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Fact } from "../core/facts.js";
import type { Acct } from "../core/model.js";
import { GatewayStage, outgoing } from "../testing/gateway-stage.js";
import { createGateway } from "./gateway.js";

const never = new AbortController().signal;

describe("what the gateway tells", () => {
  it("is how every request ended, and how much of the limits is used", async () => {
    await using stage = await GatewayStage.open();
    const { group } = stage.cast();
    const facts: Fact[] = [];
    const gateway = createGateway({
      ...{ baseUrl: stage.here.baseUrl, token: group.token, acct: group.acct as Acct },
      ...{ clock: systemClock, version: "1", witness: (fact) => void facts.push(fact) },
    });
    await gateway.learnTraits(never);
    facts.length = 0;
    expect(gateway.budgets()).toContainEqual(
      expect.objectContaining({ kind: "posts", used: 0, count: 300 }),
    );
    stage.here.faults.failNext({ method: "POST" }, { kind: "drop", when: "before-effect" });
    await expect(gateway.post(outgoing(), never)).rejects.toThrow();
    stage.here.faults.failNext({ method: "POST" }, { kind: "respond", status: 503 });
    await expect(gateway.post(outgoing({ text: "b", key: "2" }), never)).rejects.toThrow();
    await gateway.post(outgoing({ text: "c", key: "3" }), never);
    expect(facts).toMatchObject([
      { kind: "request", method: "POST", status: undefined },
      { kind: "request", method: "POST", status: 503 },
      { kind: "request", method: "POST", status: 200 },
    ]);
    expect(gateway.budgets()).toContainEqual(
      expect.objectContaining({ kind: "posts", used: 3, count: 300, windowMs: 10_800_000 }),
    );
  });
});
