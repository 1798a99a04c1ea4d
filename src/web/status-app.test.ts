import { afterEach, describe, expect, it } from "vitest";
import type { Fact, Glance } from "../core/facts.js";
import { acct, aMention, groupAddress } from "../testing/builders.js";
import { DaemonBench } from "../testing/daemon-bench.js";
import { FakeClock } from "../testing/fake-clock.js";
import { freePort } from "../testing/free-port.js";
import { until } from "../testing/until.js";
import { Board } from "../watch/board.js";
import { Metrics } from "./metrics.js";
import { statusApp } from "./status-app.js";

const group = acct(groupAddress);
const glance: Glance = {
  shareCount: 3,
  putOff: [{ effect: "follow", since: 0 }],
  budgets: [{ kind: "posts", used: 12, count: 300, windowMs: 10_800_000 }],
};
const live: Fact = { kind: "live", queueLength: () => 7, look: () => glance };

let metrics: Metrics | undefined;
afterEach(() => metrics?.close());

/** The pages of a board that was told this. */
function pages(...facts: readonly Fact[]) {
  const clock = new FakeClock();
  const board = new Board(clock, "1.2.3");
  metrics = new Metrics();
  const witness = board.witnessOf(group);
  for (const fact of facts) witness(fact);
  const app = statusApp(board, { clock, metrics });
  const get = async (path: string) => {
    const answer = await app.request(path);
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  return { clock, witness, get };
}

const arrived = (event: ReturnType<typeof aMention>, because: string): readonly Fact[] => [
  { kind: "arrived", event, source: "stream" },
  { kind: "handled", event, decision: { changes: [], effects: [], because } },
];

describe("the status page", () => {
  it("shows how a group is, its last events with their reason, and what is tried again", async () => {
    const { get } = pages(
      { kind: "met", software: "mastodon 4.6.5", hasStream: true },
      live,
      { kind: "stream-opened" },
      ...arrived(aMention({ id: "1", by: "ann@far.example" }), "a-reply"),
      { kind: "waits", for: "catch-up", because: "GET x.test: 503", delayMs: 60_000 },
    );
    const { text, status } = await get("/");
    expect(status).toBe(200);
    for (const told of [
      `${groupAddress}</h2>`,
      "connected for 0.0 s, by stream",
      "mastodon 4.6.5",
      "mention by ann@far.example",
      "Not shared: a reply without a group hashtag.",
      "Tries to look for what was missed again in 60 s: GET x.test: 503",
      "for want of room: follow",
      "posts: 12 of 300 in 3 h 0 min",
      "<dd>7</dd>",
      "<dd>3</dd>",
    ]) {
      expect(text).toContain(told);
    }
  });

  it("works without JavaScript, and renews itself then", async () => {
    const { text } = await pages(live).get("/");
    expect(text).toContain('<noscript><meta http-equiv="refresh" content="10"></noscript>');
  });

  it("asks nobody else for anything, and lets nothing foreign in", async () => {
    const { get } = pages(live);
    for (const path of ["/", "/style.css", "/live.js", "/metrics", "/healthz", "/nothing"]) {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';/u);
      expect(headers.get("content-security-policy")).not.toMatch(/unsafe|https?:|\*/u);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
    const { text } = await get("/");
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//u);
    expect(text).not.toMatch(/ style=| on[a-z]+=|<script>/u);
  });

  it("escapes whatever comes from servers, and links to the web only", async () => {
    const evil = '"><img src=x onerror=alert(1)>';
    const { get } = pages(
      { kind: "met", software: evil, hasStream: true },
      live,
      ...arrived(aMention({ id: "1", url: "javascript:alert(1)" }), evil),
      ...arrived(aMention({ id: "2", url: `https://x.test/${evil}` }), "mention"),
      { kind: "waits", for: "event", because: evil, delayMs: 1 },
    );
    const { text } = await get("/");
    expect(text).toContain("onerror=alert(1)");
    expect(text).not.toMatch(/<img|javascript:/u);
  });

  it("shows no author and no address of what is not public", async () => {
    const event = aMention({ id: "1", by: "ann@far.example", visibility: "direct" });
    const { get } = pages(live, ...arrived(event, "commands: ping"));
    const { text } = await get("/");
    expect(text).toContain("private mention");
    expect(text).not.toMatch(/ann|far\.example/u);
  });
});

describe("the name that the page is called by", () => {
  it.each([
    ["localhost:9187", 200],
    ["127.0.0.1:9187", 200],
    ["[::1]:9187", 200],
    ["pi:9187", 200],
    ["pi.local", 200],
    ["evil.example:9187", 421],
    ["127.0.0.1.evil.example", 421],
  ])("may be %s: %i", async (name, status) => {
    const { get } = pages(live);
    const answer = await get(`http://${name}/`);
    expect(answer.status).toBe(status);
    expect(answer.text.includes(group)).toBe(status === 200);
  });
});

describe("health", () => {
  it("is good while the loops turn, whatever the servers do", async () => {
    const { get } = pages(
      { kind: "started" },
      {
        ...{ kind: "waits", for: "start", because: "Away.", delayMs: 1000 },
      },
    );
    expect(await get("/healthz")).toMatchObject({ status: 200, text: "ok" });
    expect(await get("/readyz")).toMatchObject({ status: 503, text: `${group}: starting` });
  });

  it("is ready when every group listens", async () => {
    const { get, witness } = pages(live);
    expect(await get("/readyz")).toMatchObject({ status: 200, text: "ok" });
    witness({ kind: "stopped", because: "Signed out." });
    expect(await get("/readyz")).toMatchObject({ status: 503, text: `${group}: stopped` });
  });

  it("is bad once a loop hangs", async () => {
    const { get, clock } = pages(live, { kind: "busy" });
    await clock.advance(4 * 60_000);
    expect(await get("/healthz")).toMatchObject({ status: 503 });
    expect(await get("/readyz")).toMatchObject({ status: 503 });
  });
});

describe("metrics", () => {
  it("count events, decisions, requests, effects, latency, sockets and budgets", async () => {
    const event = aMention({ id: "1" });
    const { id: status, uri, author } = event.status;
    const sharedBy = author.acct;
    const effect = { kind: "reblog", status, uri, visibility: "public", sharedBy } as const;
    const { get } = pages(
      live,
      { kind: "stream-opened" },
      { kind: "request", method: "POST", status: 200, tookMs: 3 },
      { kind: "request", method: "POST", status: undefined, tookMs: 3 },
      ...arrived(aMention({ id: "2" }), "a-reply"),
      { kind: "arrived", event, source: "stream" },
      { kind: "effect", effect, outcome: "done" },
      {
        kind: "handled",
        event,
        decision: { changes: [], effects: [effect], because: "mention" },
      },
    );
    const { text, headers } = await get("/metrics");
    expect(headers.get("content-type")).toContain("text/plain; version=0.0.4");
    const lines = text.split("\n");
    const name = `group="${groupAddress}"`;
    for (const line of [
      'fedigroups_info{version="1.2.3"} 1',
      `fedigroups_group_live{${name}} 1`,
      `fedigroups_sockets{${name}} 1`,
      `fedigroups_sockets_opened_total{${name}} 1`,
      `fedigroups_events_total{${name},kind="mention",source="stream"} 2`,
      `fedigroups_decisions_total{${name},because="a-reply"} 1`,
      `fedigroups_effects_total{${name},kind="reblog",outcome="done"} 1`,
      `fedigroups_requests_total{${name},method="POST",outcome="none"} 1`,
      `fedigroups_queue_length{${name}} 7`,
      `fedigroups_put_off{${name}} 1`,
      `fedigroups_budget_used{${name},kind="posts",window="10800s"} 12`,
      `fedigroups_budget_limit{${name},kind="posts",window="10800s"} 300`,
      "# TYPE fedigroups_boost_latency_seconds histogram",
      `fedigroups_boost_latency_seconds_bucket{${name},le="0.01"} 1`,
      `fedigroups_boost_latency_seconds_bucket{${name},le="+Inf"} 1`,
      `fedigroups_boost_latency_seconds_count{${name}} 1`,
    ]) {
      expect(lines).toContain(line);
    }
    expect(text).toMatch(/^process_resident_memory_bytes \d+/mu);
  });
});

describe("the running service", () => {
  it("serves nothing over HTTP unless told to", async () => {
    await using bench = await DaemonBench.open("ducks");
    const io = await bench.start("ducks");
    expect(io.out).not.toContain("status page");
  });

  it("serves the page on loopback, renews it live, and moves or closes it at a reload", async () => {
    await using bench = await DaemonBench.open("ducks");
    const [port, other] = [await freePort(), await freePort()];
    await bench.write("groups.json5", `{ http_listen: ${port} }`);
    const io = await bench.start("ducks");
    const page = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${page}/readyz`)).ok);
    const stream = await fetch(`${page}/live`);
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    await bench.host.user("alice").post("A quiet duck @ducks");
    let told = "";
    for await (const chunk of stream.body ?? []) {
      told += new TextDecoder().decode(chunk);
      if (told.includes("Shared: the group was named in it.")) break;
    }
    expect(told).toMatch(/^data: <p id="overview"/u);
    for (const path of ["/", "/metrics", "/live.js"]) {
      const text = await (await fetch(`${page}${path}`)).text();
      expect(text).not.toContain(bench.host.user("ducks").token);
      expect(text).not.toContain("quiet duck");
    }
    await bench.write("groups.json5", `{ http_listen: "localhost:${other}" }`);
    expect(await io.reload()).toMatchObject({ untouched: 1 });
    await expect(fetch(page)).rejects.toThrow();
    expect((await fetch(`http://localhost:${other}/healthz`)).ok).toBe(true);
    await bench.write("groups.json5", "{}");
    await io.reload();
    await expect(fetch(`http://localhost:${other}/`)).rejects.toThrow();
  });

  it("goes on without the page where the port is taken, and says what to do", async () => {
    await using bench = await DaemonBench.open("ducks");
    const { port } = new URL(bench.host.baseUrl);
    await bench.write("groups.json5", `{ http_listen: "127.0.0.1:${port}" }`);
    const io = await bench.start("ducks");
    expect(io.entries().find(({ level }) => level === "error")).toMatchObject({
      reason: expect.stringContaining("EADDRINUSE"),
      msg: expect.stringContaining("choose another http_listen and reload"),
    });
  });
});
