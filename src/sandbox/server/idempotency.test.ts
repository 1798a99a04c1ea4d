import { describe, expect, it } from "vitest";
import { aFakeSandbox, json } from "../../testing/fake-sandbox.js";
import { until } from "../../testing/until.js";

async function aSandbox() {
  const clock = { now: 0 };
  const at = await aFakeSandbox({}, { now: () => clock.now });
  const post = async (status: string, key: string, token = at.ada.token) => {
    const { body } = json({ status });
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const init = { ...(body === undefined ? {} : { body }), headers };
    const response = await at.askAs("POST", "/api/v1/statuses", { ...init, token });
    return { code: response.status, ...(Object(await response.json()) as { id?: string }) };
  };
  return { ...at, clock, post, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
}

describe("the Idempotency-Key", () => {
  it("makes a repeated post one post, for an hour", async () => {
    await using at = await aSandbox();
    expect((await at.post("Hi", "k")).id).toBe("1");
    expect((await at.post("Hi", "k")).id).toBe("1");
    expect((await at.post("Hi", "other")).id).toBe("2");
    at.clock.now = 60 * 60_000;
    expect((await at.post("Hi", "k")).id).toBe("3");
  });

  it("is each user's own", async () => {
    await using at = await aSandbox();
    const bob = at.host.addUser({ username: "bob" });
    expect((await at.post("Hi", "k")).id).toBe("1");
    expect((await at.post("Hi", "k", bob.token)).id).toBe("2");
    expect((await at.post("Hi", "")).id).toBe("3");
    expect((await at.post("Hi", "")).id).toBe("4");
  });

  it("does not remember what failed", async () => {
    await using at = await aSandbox();
    expect((await at.post("bad", "k")).code).toBe(422);
    expect((await at.post("Hi", "k")).id).toBe("2");
  });

  it("lets the second of two at once wait for the first", async () => {
    await using at = await aSandbox();
    let open = () => {};
    at.world.gate = new Promise((resolve) => {
      open = resolve;
    });
    const posts = [at.post("Hi", "k"), at.post("Hi", "k"), at.post("Hi", "k")];
    await until(() => at.host.requests.length === 3);
    open();
    expect((await Promise.all(posts)).map((one) => one.id)).toEqual(["1", "1", "1"]);
    expect(at.world.handled.get("/api/v1/statuses")).toBe(1);
  });

  it("lets the second go ahead when the first fails", async () => {
    await using at = await aSandbox();
    const posts = [at.post("bad", "k"), at.post("bad", "k")];
    expect((await Promise.all(posts)).map((one) => one.code)).toEqual([422, 422]);
    expect(at.world.handled.get("/api/v1/statuses")).toBe(2);
  });
});
