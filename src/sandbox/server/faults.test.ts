import { describe, expect, it } from "vitest";
import { aFakeSandbox, json } from "../../testing/fake-sandbox.js";
import { until } from "../../testing/until.js";

const path = "/api/v1/statuses";
const post = json({ status: "Hi" });

describe("faults", () => {
  it("befall the next requests that match, and no others", async () => {
    await using at = await aFakeSandbox();
    const bob = at.host.addUser({ username: "bob" });
    const match = { method: "post", path: /statuses$/g, username: "ada" };
    at.host.faults.failNext(match, { kind: "respond", status: 503 }, 2);
    expect((await at.askAs("GET", "/api/v1/timelines/home")).status).toBe(200);
    expect((await at.askAs("POST", path, { ...post, token: bob.token })).status).toBe(200);
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await at.askAs("POST", path, post)).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(at.world.handled.get(path)).toBe(2);
  });

  it("befall all that match until called off, counted ones first", async () => {
    await using at = await aFakeSandbox();
    const stop = at.host.faults.failAlways({}, { kind: "respond", status: 500 });
    at.host.faults.failNext({}, { kind: "respond", status: 502 });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await at.ask("GET", "/api/v2/instance")).status);
    expect(statuses).toEqual([502, 500, 500]);
    stop();
    expect((await at.ask("GET", "/api/v2/instance")).status).toBe(200);
  });

  it("answer exactly as told", async () => {
    await using at = await aFakeSandbox();
    const html = "<h1>Bad gateway</h1>";
    at.host.faults.failNext(
      {},
      {
        kind: "respond",
        status: 502,
        body: html,
        type: "text/html",
        headers: { "Retry-After": "3" },
      },
    );
    const page = await at.askAs("POST", path, post);
    expect([page.status, await page.text()]).toEqual([502, html]);
    expect(page.headers.get("content-type")).toBe("text/html");
    expect(page.headers.get("retry-after")).toBe("3");
    at.host.faults.failNext({}, { kind: "respond", status: 500 });
    const empty = await at.askAs("POST", path, post);
    expect([empty.status, await empty.text()]).toEqual([500, ""]);
    expect(empty.headers.has("content-type")).toBe(false);
    at.host.faults.failNext({}, { kind: "respond", status: 429, body: "{}" });
    expect((await at.ask("GET", path)).headers.get("content-type")).toMatch("application/json");
    expect(at.host.requests.map((request) => request.status)).toEqual([502, 500, 429]);
    expect(at.world.handled.size).toBe(0);
  });

  it("may answer after the request took effect", async () => {
    await using at = await aFakeSandbox();
    at.host.faults.failNext({}, { kind: "respond", status: 502, afterEffect: true });
    const response = await at.askAs("POST", path, post);
    expect([response.status, await response.text()]).toEqual([502, ""]);
    expect(response.headers.has("x-ratelimit-limit")).toBe(false);
    expect(at.world.handled.get(path)).toBe(1);
  });

  it.each([
    ["before-effect", undefined],
    ["after-effect", 1],
  ] as const)("break the connection %s", async (when, times) => {
    await using at = await aFakeSandbox();
    at.host.faults.failNext({}, { kind: "drop", when });
    await expect(at.askAs("POST", path, post)).rejects.toThrow("fetch failed");
    expect(at.world.handled.get(path)).toBe(times);
    expect(at.host.requests).toMatchObject([{ status: undefined }]);
    expect((await at.askAs("POST", path, post)).status).toBe(200);
  });

  it.each([
    ["before-effect", undefined],
    ["after-effect", 1],
  ] as const)("hang %s until cleared", async (when, times) => {
    await using at = await aFakeSandbox();
    at.host.faults.failNext({}, { kind: "hang", when });
    let isDone = false;
    const asked = at.askAs("POST", path, post).finally(() => {
      isDone = true;
    });
    asked.catch(() => undefined);
    await until(() => at.host.requests.length === 1 && at.world.handled.get(path) === times);
    expect((await at.askAs("GET", "/api/v1/timelines/home")).status).toBe(200);
    expect(isDone).toBe(false);
    at.host.faults.clear();
    await expect(asked).rejects.toThrow("fetch failed");
    expect(at.world.handled.get(path)).toBe(times);
    expect(at.host.requests[0]?.status).toBeUndefined();
  });

  it("outlive a client that gives up", async () => {
    await using at = await aFakeSandbox();
    at.host.faults.failNext({}, { kind: "hang", when: "before-effect" });
    const init = { ...post, signal: AbortSignal.timeout(30) };
    await expect(at.askAs("POST", path, init)).rejects.toThrow("timeout");
    at.host.faults.clear();
    expect((await at.askAs("POST", path, post)).status).toBe(200);
  });

  it("delay", async () => {
    await using at = await aFakeSandbox();
    at.host.faults.failNext({}, { kind: "delay", delayMs: 40 });
    const startedAt = performance.now();
    expect((await at.askAs("POST", path, post)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(35);
  });

  it("go away when cleared, delays at once", async () => {
    await using at = await aFakeSandbox();
    at.host.faults.failAlways({}, { kind: "delay", delayMs: 3_600_000 });
    const asked = at.askAs("POST", path, post);
    await until(() => at.host.requests.length === 1);
    at.host.faults.clear();
    expect((await asked).status).toBe(200);
    expect((await at.askAs("POST", path, post)).status).toBe(200);
  });
});
