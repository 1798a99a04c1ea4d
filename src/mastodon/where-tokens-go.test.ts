/** To which hosts the program goes, and with what in hand. */
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { AccountId, StatusId } from "../core/model.js";
import { type OddAnswers, oddServer, rawAccount, serverNamed } from "../testing/odd-server.js";
import { aSending } from "../testing/raw-server.js";
import { itemsBy } from "../testing/stream-items.js";
import { startTinyServer, type TinyServer } from "../testing/tiny-server.js";
import { until } from "../testing/until.js";
import { exchange } from "./exchange.js";
import { isInternal } from "./internal-address.js";

// Also what others of this process ask goes by it, so it is put back.
const lookup = vi.spyOn(dns, "lookup");
syncBuiltinESMExports();
afterEach(() => lookup.mockReset());
afterAll(() => {
  lookup.mockRestore();
  syncBuiltinESMExports();
});

const never = new AbortController().signal;

/** From now on, each time a name is looked up, the next of these addresses is told. */
function resolveTo(...addresses: readonly string[]): void {
  const told = [...addresses];
  const answer = (_name: string, _options: object, done: unknown) => {
    const address = told.length > 1 ? told.shift() : told[0];
    if (typeof done === "function") done(null, [{ address, family: 4 }]);
  };
  lookup
    .mockClear()
    .mockImplementation(Object.assign(answer, { __promisify__: undefined }) as never);
}

/** Somebody else's server, who would like to have a token. */
async function thief(): Promise<TinyServer> {
  return await startTinyServer(() => ({ body: [rawAccount("eve@evil.test")] }));
}

function secretsIn(server: TinyServer): boolean {
  return JSON.stringify([server.requests, server.upgrades]).includes("s3cret");
}

describe("the token", () => {
  it("does not follow a redirect to another server, or a link that poses as a path", async () => {
    await using evil = await thief();
    const away = evil.baseUrl.replace("http:", "");
    await using odd = await oddServer({
      "GET /api/v1/follow_requests": {
        headers: { link: `<http://home.test${away}/api/v1/x?max_id=1>; rel="next"` },
        body: [rawAccount("ann@far.test")],
      },
      "GET /api/v1/statuses/1": { status: 302, headers: { location: `${evil.baseUrl}/x` } },
      "POST /api/v1/accounts/1/follow": { status: 307, headers: { location: `${evil.baseUrl}/x` } },
    });
    await odd.gateway.followRequests(never).catch(() => undefined);
    await expect(odd.gateway.status("1" as StatusId, never)).rejects.toThrow(/302/u);
    await expect(odd.gateway.follow("1" as AccountId, never)).rejects.toThrow(/307/u);
    expect(odd.tiny.requests.length).toBeGreaterThan(2);
    expect(secretsIn(evil)).toBe(false);
  });

  it.each<[string, OddAnswers, boolean]>([
    ["Mastodon", serverNamed("mastodon"), false],
    ["GoToSocial", serverNamed("gotosocial"), false],
    ["Pleroma", serverNamed("pleroma"), true],
    ["a server that nobody knows", {}, true],
  ])("stands in the stream's address only where it must: %s", async (_, answers, isInAddress) => {
    const answered = { "GET /api/v1/instance": { body: { version: "1.0" } }, ...answers };
    await using odd = await oddServer(answered);
    await odd.gateway.learnTraits(never);
    const end = new AbortController();
    const items = itemsBy(odd.gateway, { aliveTimeoutMs: 60_000 }, end.signal);
    await items[Symbol.asyncIterator]().next();
    end.abort();
    const [upgrade] = odd.tiny.upgrades;
    expect(upgrade?.headers.authorization).toBe("Bearer s3cret");
    expect(upgrade?.query.get("access_token")).toBe(isInAddress ? "s3cret" : null);
    expect(upgrade?.query.get("stream")).toBe("user");
  });

  it("tries the address where a proxy has taken the header away", async () => {
    await using odd = await oddServer(
      serverNamed("mastodon"),
      {},
      {
        upgrade: ({ query }) => (query.has("access_token") ? undefined : 401),
      },
    );
    await odd.gateway.learnTraits(never);
    const end = new AbortController();
    const first = itemsBy(odd.gateway, { aliveTimeoutMs: 60_000 }, end.signal);
    await expect(first[Symbol.asyncIterator]().next()).rejects.toMatchObject({ status: 401 });
    await odd.gateway.learnTraits(never);
    const second = itemsBy(odd.gateway, { aliveTimeoutMs: 60_000 }, end.signal);
    expect(await second[Symbol.asyncIterator]().next()).toMatchObject({
      value: { kind: "connected" },
    });
    end.abort();
  });
});

describe("the program", () => {
  it("asks nobody else what the server is, wherever nodeinfo points", async () => {
    await using evil = await thief();
    const rel = "http://nodeinfo.diaspora.software/ns/schema/2.0";
    await using odd = await oddServer({
      ...serverNamed("mastodon"),
      "GET /.well-known/nodeinfo": { body: { links: [{ rel, href: `${evil.baseUrl}/2.0` }] } },
    });
    await odd.gateway.learnTraits(never);
    expect(odd.asked()).toContain("GET /.well-known/nodeinfo");
    expect(evil.requests).toEqual([]);
  });

  it("connects to the very address that was checked", async () => {
    await using server = await startTinyServer(() => ({ body: "file", type: "text/plain" }));
    resolveTo("127.0.0.1");
    const { port } = new URL(server.baseUrl);
    const checked: string[] = [];
    const url = new URL(`http://files.test:${port}/duck.png`);
    const check = (address: string) => void checked.push(address);
    const { status, bytes } = await exchange({ ...aSending(url), check }, never);
    expect(Buffer.from(bytes).toString()).toBe("file");
    expect([status, checked]).toEqual([200, ["127.0.0.1"]]);
    expect(server.requests[0]?.headers.host).toBe(`files.test:${port}`);
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it("fetches no file from a name that turns inwards, at once or later", async () => {
    await using inside = await thief();
    const { port } = new URL(inside.baseUrl);
    await using odd = await oddServer({
      "GET /moved.png": { status: 302, headers: { location: `http://files.test:${port}/x` } },
    });
    resolveTo("127.0.0.1");
    for (const url of [`http://files.test:${port}/x`, `${odd.tiny.baseUrl}/moved.png`]) {
      await expect(odd.gateway.copyMedia({ url, description: "" }, never)).rejects.toThrow(
        "it is on an internal network",
      );
    }
    expect(inside.requests).toEqual([]);
    expect(secretsIn(inside)).toBe(false);
    await until(() => odd.tiny.requests.length === 1);
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "::1",
    "::ffff:127.0.0.1",
    "::7f00:1",
    "fe80::1",
    "fd00::1",
    "64:ff9b::a00:1",
  ])("knows %s for an address inside", (address) => {
    expect(isInternal(address)).toBe(true);
  });

  it.each(["93.184.216.34", "2606:2800:220:1::1"])("knows %s for one outside", (address) => {
    expect(isInternal(address)).toBe(false);
  });
});
