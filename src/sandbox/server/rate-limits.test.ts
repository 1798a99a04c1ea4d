import { describe, expect, it } from "vitest";
import { aFakeSandbox, json } from "../../testing/fake-sandbox.js";

const home = "/api/v1/timelines/home";
const start = Date.parse("2026-11-21T10:01:00.250Z");

async function aClockedSandbox(options: { hasRateLimits?: boolean } = {}) {
  const clock = { now: start };
  const at = await aFakeSandbox(options, { now: () => clock.now });
  const times = async (count: number, act: () => Promise<Response>) => {
    for (let i = 1; i < count; i++) await (await act()).arrayBuffer();
    return await act();
  };
  return { ...at, clock, times, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
}

function limitsOf({ headers, status }: Response) {
  const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
    headers.get(`x-ratelimit-${name}`),
  );
  return [status, limit, remaining, reset];
}

describe("rate limits", () => {
  it("are 300 in five aligned minutes for each token", async () => {
    await using at = await aClockedSandbox();
    const first = await at.askAs("GET", home);
    expect(limitsOf(first)).toEqual([200, "300", "299", "2026-11-21T10:05:00.250000Z"]);
    const last = await at.times(299, () => at.askAs("GET", home));
    expect(limitsOf(last)).toEqual([200, "300", "0", "2026-11-21T10:05:00.250000Z"]);
    const refused = await at.askAs("GET", home);
    expect(limitsOf(refused)).toEqual([429, "300", "0", "2026-11-21T10:05:00.250000Z"]);
    expect(await refused.json()).toEqual({ error: "Too many requests" });
    expect(refused.headers.has("retry-after")).toBe(false);
    const other = await at.askAs("GET", home, { token: at.ada.issueToken("read") });
    expect(other.status).toBe(200);
    at.clock.now = Date.parse("2026-11-21T10:05:00Z");
    expect((await at.askAs("GET", home)).status).toBe(200);
  });

  it("are 1500 for all tokens of a user", async () => {
    await using at = await aClockedSandbox();
    for (let i = 0; i < 5; i++) {
      const token = at.ada.issueToken("read");
      await (await at.times(300, () => at.askAs("GET", home, { token }))).arrayBuffer();
    }
    const sixth = await at.askAs("GET", home);
    expect(limitsOf(sixth).slice(0, 3)).toEqual([429, "1500", "0"]);
  });

  it("are 300 in fifteen minutes for paging, whatever the token", async () => {
    await using at = await aClockedSandbox();
    const page = `${home}?max_id=3`;
    await at.times(300, () => at.askAs("GET", page));
    at.clock.now += 5 * 60_000;
    const refused = await at.askAs("GET", page);
    expect(limitsOf(refused)).toEqual([429, "300", "0", "2026-11-21T10:15:00.250000Z"]);
    expect((await at.askAs("GET", home)).status).toBe(200);
  });

  it("are 300 for an address without a token", async () => {
    await using at = await aClockedSandbox();
    const last = await at.times(300, () => at.ask("GET", "/api/v2/instance"));
    expect(limitsOf(last).slice(0, 3)).toEqual([200, "300", "0"]);
    expect((await at.ask("GET", "/api/v2/instance")).status).toBe(429);
    expect((await at.askAs("GET", home)).status).toBe(200);
  });

  it("are 30 in half an hour for deleting, successful or not", async () => {
    await using at = await aClockedSandbox();
    const last = await at.times(30, () => at.askAs("DELETE", "/api/v1/statuses/1"));
    expect(limitsOf(last)).toEqual([200, "30", "0", "2026-11-21T10:30:00.250000Z"]);
    expect((await at.askAs("DELETE", "/api/v1/statuses/1")).status).toBe(429);
  });

  it("are 300 in three hours for posts that succeed", async () => {
    await using at = await aClockedSandbox();
    const post = (status: string) => at.askAs("POST", "/api/v1/statuses", json({ status }));
    await at.times(290, () => post("x"));
    at.clock.now += 5 * 60_000;
    await at.times(20, () => post("bad"));
    const last = await at.times(10, () => post("x"));
    expect(limitsOf(last)).toEqual([200, "300", "0", "2026-11-21T12:00:00.250000Z"]);
    expect((await post("x")).status).toBe(429);
    expect(at.world.handled.get("/api/v1/statuses")).toBe(320);
  });

  it("are 5 in ten minutes for registering applications", async () => {
    await using at = await aClockedSandbox();
    const last = await at.times(5, () => at.ask("POST", "/api/v1/apps"));
    expect(limitsOf(last).slice(0, 3)).toEqual([422, "5", "0"]);
    expect((await at.ask("POST", "/api/v1/apps")).status).toBe(429);
  });

  it("are only told where they are not enforced", async () => {
    await using at = await aClockedSandbox({ hasRateLimits: false });
    const last = await at.times(32, () => at.askAs("DELETE", "/api/v1/statuses/1"));
    expect(limitsOf(last).slice(0, 3)).toEqual([200, "30", "29"]);
  });

  it("are not used up by what a test does", async () => {
    await using at = await aClockedSandbox();
    for (let i = 0; i < 31; i++) await at.ada.api("DELETE", "/api/v1/statuses/1");
    const response = await at.askAs("DELETE", "/api/v1/statuses/1");
    expect(limitsOf(response).slice(0, 3)).toEqual([200, "30", "29"]);
  });
});
