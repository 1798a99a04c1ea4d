import { describe, expect, it } from "vitest";
import { aFakeSandbox, json } from "../../testing/fake-sandbox.js";
import { openSocket } from "../../testing/socket-client.js";
import { until } from "../../testing/until.js";

const path = "/api/v1/statuses";

/** What keeps the process alive. */
function openHandles(): readonly string[] {
  const kinds = ["TCPServerWrap", "TCPSocketWrap", "Timeout"];
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind));
}

describe("closing a sandbox", () => {
  it("leaves nothing open, whatever was under way", async () => {
    const before = openHandles();
    const at = await aFakeSandbox({ pingIntervalMs: 60_000 });
    const { faults } = at.host;
    faults.failNext({ path: /statuses/ }, { kind: "delay", delayMs: 3_600_000 });
    faults.failNext({ path: /instance/ }, { kind: "hang", when: "after-effect" });
    const asked = Promise.allSettled([
      at.askAs("POST", path, json({ status: "Hi" })),
      at.ask("GET", "/api/v2/instance"),
    ]);
    await until(() => at.host.requests.length === 2);
    const stream = `/api/v1/streaming?stream=user&access_token=${at.ada.token}`;
    const client = await openSocket(at.host.baseUrl, stream);
    const deaf = await openSocket(at.host.baseUrl, stream, { hasPongs: false });
    faults.streams.freeze(true);
    faults.streams.drop("ada", 1001);
    expect(openHandles().length).toBeGreaterThan(before.length);
    await at[Symbol.asyncDispose]();
    await at[Symbol.asyncDispose]();
    expect((await asked).map((one) => one.status)).toEqual(["rejected", "rejected"]);
    await until(() => client.closeCode !== undefined && deaf.closeCode !== undefined);
    await until(() => openHandles().length <= before.length);
    expect(at.world.handled.size).toBe(0);
  });
});
