import { describe, expect, it } from "vitest";
import { createFakeWorld } from "../../testing/fake-world.js";
import { serveWorld } from "./serve.js";

describe("serveWorld", () => {
  it("opens one host unless told otherwise", async () => {
    await using sandbox = await serveWorld(createFakeWorld());
    expect(sandbox.hosts.map((host) => host.domain)).toEqual(["sandbox.test"]);
    expect(sandbox.host("sandbox.test").baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("lets its users post by the real network", async () => {
    await using sandbox = await serveWorld(createFakeWorld());
    const host = sandbox.host("sandbox.test");
    const ada = host.addUser({ username: "ada" });
    const status = await ada.post("Hello");
    expect(status).toMatchObject({ id: "1", content: "Hello", baseUrl: host.baseUrl });
    expect(host.requests).toMatchObject([
      { method: "POST", path: "/api/v1/statuses", username: "ada", status: 200 },
    ]);
  });

  it("records no more requests than it is told to keep", async () => {
    await using sandbox = await serveWorld(createFakeWorld(), { keeps: 10 });
    const host = sandbox.host("sandbox.test");
    const ada = host.addUser({ username: "ada" });
    for (let number = 0; number < 25; number++)
      await ada.api("POST", `/api/v1/${number}`).catch(() => 0);
    expect(host.requests.length).toBeLessThanOrEqual(11);
    expect(host.requests.length).toBeGreaterThanOrEqual(10);
    expect(host.requests.at(-1)?.path).toBe("/api/v1/24");
  });

  it("opens several hosts, each on its own port", async () => {
    const hosts = [{ domain: "a.test" }, { domain: "b.test" }];
    await using sandbox = await serveWorld(createFakeWorld(), { hosts });
    const ports = new Set(sandbox.hosts.map((host) => new URL(host.baseUrl).port));
    expect(ports.size).toBe(2);
    expect(() => sandbox.host("c.test")).toThrow("no host c.test");
  });

  it("leaves nothing open when one host cannot be opened", async () => {
    await using first = await serveWorld(createFakeWorld());
    const taken = Number(new URL(first.host("sandbox.test").baseUrl).port);
    const hosts = [{ domain: "a.test" }, { domain: "b.test", port: taken }];
    await expect(serveWorld(createFakeWorld(), { hosts })).rejects.toThrow("EADDRINUSE");
  });

  it("keeps port and data over a stop and a start", async () => {
    await using sandbox = await serveWorld(createFakeWorld());
    const host = sandbox.host("sandbox.test");
    const ada = host.addUser({ username: "ada" });
    await ada.post("Before");
    await host.stop();
    await expect(fetch(`${host.baseUrl}/api/v2/instance`)).rejects.toThrow("fetch failed");
    await host.start();
    expect(await ada.post("After")).toMatchObject({ id: "2" });
    expect(host.user("ada")).toBe(ada);
  });

  it("tells the status and the body when a call fails", async () => {
    await using sandbox = await serveWorld(createFakeWorld());
    const ada = sandbox.host("sandbox.test").addUser({ username: "ada" });
    await expect(ada.api("GET", "/api/v1/nothing")).rejects.toThrow('404: {"error":"Not Found"}');
  });
});
