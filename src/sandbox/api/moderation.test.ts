import { expect, it } from "vitest";
import { startSandbox } from "../index.js";

const path = "/api/v1/accounts/verify_credentials";

it("tells everybody of accounts that are limited, suspended or moved, as Mastodon does", async () => {
  await using sandbox = await startSandbox();
  const host = sandbox.host("sandbox.test");
  host.addUser({ username: "alice" });
  host.addUser({ username: "quiet", moderation: "limited" });
  host.addUser({ username: "gone", moderation: "suspended" });
  host.addUser({ username: "away", movedTo: "alice@sandbox.test" });
  const look = (acct: string) =>
    host.user("alice").api("GET", `/api/v1/accounts/lookup?acct=${acct}`);
  expect(await look("quiet")).toMatchObject({ limited: true });
  expect(await look("gone")).toMatchObject({ suspended: true });
  expect(await look("away")).toMatchObject({ moved: { acct: "alice" } });
  expect(Object.keys((await look("alice")) as object)).not.toContain("limited");
});

it("lets nobody act who is suspended or has moved", async () => {
  await using sandbox = await startSandbox();
  const host = sandbox.host("sandbox.test");
  const limited = host.addUser({ username: "quiet", moderation: "limited" });
  expect(await limited.api("GET", path)).toMatchObject({ acct: "quiet" });
  const suspended = host.addUser({ username: "gone", moderation: "suspended" });
  const moved = host.addUser({ username: "away", movedTo: "quiet@sandbox.test" });
  for (const user of [suspended, moved]) {
    await expect(user.api("GET", path)).rejects.toThrow('403: {"error":"Your login is');
  }
});

it("tells what a token may do, where Mastodon does", async () => {
  await using sandbox = await startSandbox({
    hosts: [{ domain: "m.test" }, { domain: "g.test", flavour: "gotosocial-0.20" }],
  });
  const ask = (domain: string, token: string) =>
    fetch(`${sandbox.host(domain).baseUrl}/oauth/token/info`, {
      headers: { authorization: `Bearer ${token}`, "user-agent": "test" },
    });
  const user = sandbox.host("m.test").addUser({ username: "alice" });
  const told = await ask("m.test", user.issueToken("read write:statuses"));
  expect(await told.json()).toMatchObject({ scope: ["read", "write:statuses"], expires_in: null });
  expect((await ask("m.test", "wrong")).status).toBe(401);
  const other = sandbox.host("g.test").addUser({ username: "alice" });
  expect((await ask("g.test", other.token)).status).toBe(404);
});
