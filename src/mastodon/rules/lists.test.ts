import { describe, expect, it } from "vitest";
import type { AccountId, StatusId } from "../../core/model.js";
import { outgoing } from "../../testing/gateway-stage.js";
import {
  oddServer,
  rawAccount,
  rawNotification,
  rawStatus,
  serverNamed,
} from "../../testing/odd-server.js";

const never = new AbortController().signal;
const list = "GET /api/v1/notifications";
const home = "GET /api/v1/timelines/home";

/** Ids as eight servers make them. */
const ids = [
  "115587423810231871",
  "AYfBlfPYXNnbnGkPl2",
  "01HFQTNGGNKJ8CZ3RBBKZ8M1YX",
  "01a1fc35-2c1c-7d6c-a5a6-1e2f7c1f2b11",
  "2026-11-21T03:46:42.448Z/mention/01a1fc35-2c1c-7d6c",
  "1795232686ebbfa12a65ea02dfa62a42f004ac7aca",
  "https://odd.test/x?y=1#z",
  "9k2%20",
];

describe("ids", () => {
  it.each(ids)("rule 1 (B8): the id %s comes back as it was given", async (id) => {
    const path = `/api/v1/statuses/${encodeURIComponent(id)}`;
    await using server = await oddServer({
      [list]: ({ query }) => ({
        body: query.has("max_id") ? [] : [rawNotification(id, "favourite")],
      }),
      [`GET ${path}`]: { body: rawStatus(id) },
      [`POST ${path}/reblog`]: { body: rawStatus("boost") },
    });
    const { nextMaxId } = await server.gateway.notifications(undefined, never);
    expect(nextMaxId).toBe(id);
    await server.gateway.notifications(nextMaxId, never);
    expect(server.tiny.requests.at(-1)?.query.get("max_id")).toBe(id);
    expect(await server.gateway.status(id as StatusId, never)).toMatchObject({ id });
    await server.gateway.reblog(id as StatusId, "public", never);
    expect(server.asked().at(-1)).toBe(`POST ${path}/reblog`);
  });

  it("rule 1: an id that is a number is a text to us", async () => {
    await using server = await oddServer({
      [list]: { body: [{ ...rawNotification("", "follow"), id: 17, account: rawAccount("bob") }] },
    });
    const { events } = await server.gateway.notifications(undefined, never);
    expect(events).toMatchObject([{ kind: "follow", id: "17" }]);
  });
});

describe("lists", () => {
  it("rule 3 (B6, B7, S21): pages go down by max_id; neither min_id nor since_id is ever sent", async () => {
    const page = (query: URLSearchParams) =>
      query.get("max_id") === null ? [rawStatus("3"), rawStatus("2")] : [rawStatus("1")];
    await using server = await oddServer({
      // A link as GoToSocial repeats it is not believed while the page has ids of its own.
      [home]: ({ query }) => ({
        body: page(query),
        headers: { link: '</api/v1/timelines/home?max_id=9>; rel="next"' },
      }),
    });
    const { nextMaxId } = await server.gateway.home(undefined, never);
    expect(nextMaxId).toBe("2");
    await server.gateway.home(nextMaxId, never);
    for (const { query } of server.tiny.requests) {
      expect([query.has("min_id"), query.has("since_id")]).toEqual([false, false]);
    }
  });

  it("rule 4 (S5): every list is asked for with a limit, 40 at most, 30 on Friendica", async () => {
    for (const [software, limit] of [
      ["mastodon", "40"],
      ["snac", "40"],
      ["friendica", "30"],
    ] as const) {
      await using server = await oddServer({
        ...serverNamed(software),
        [list]: { body: [] },
        [home]: { body: [] },
        "GET /api/v1/follow_requests": { body: [] },
        "GET /api/v1/accounts/id%20of%20grp/statuses": { body: [] },
      });
      const { gateway, tiny } = server;
      await gateway.learnTraits(never);
      const before = tiny.requests.length;
      await gateway.notifications(undefined, never);
      await gateway.home(undefined, never);
      await gateway.followRequests(never);
      await gateway.findPost(outgoing(), never);
      const asked = tiny.requests.slice(before).filter(({ path }) => !path.includes("verify"));
      expect(asked.map(({ query }) => query.get("limit"))).toEqual(Array(4).fill(limit));
    }
  });

  it("rule 5: an empty page that links to another (GoToSocial) is not the end", async () => {
    const link = '<http://x.test/api/v1/notifications?limit=40&max_id=01A>; rel="next"';
    await using server = await oddServer({ [list]: { body: [], headers: { link } } });
    expect(await server.gateway.notifications(undefined, never)).toEqual({
      events: [],
      nextMaxId: "01A",
    });
  });

  it("rule 5: an empty page without a link is the end, whatever else its header says", async () => {
    for (const link of ["", '<http://x.test/?min_id=1>; rel="prev"', "<<<", '<:>; rel="next"']) {
      await using server = await oddServer({ [list]: { body: [], headers: { link } } });
      expect((await server.gateway.notifications(undefined, never)).nextMaxId).toBeUndefined();
    }
  });

  it("rule 5 (live G15): a list that repeats itself is handed on as it is, for the worker to stop", async () => {
    const pages = ["3", "2", "1", "3", "2", "1"].map((id) => rawStatus(id));
    await using server = await oddServer({ [home]: { body: pages } });
    const { events, nextMaxId } = await server.gateway.home(undefined, never);
    expect([events.length, nextMaxId]).toEqual([6, "1"]);
  });

  it("rule 7 (live G18): no type is asked for, unknown ones pass, and nothing needs its parts", async () => {
    const types = [
      ...["update", "poll", "quote", "severed_relationships", "annual_report", "pending.reblog"],
      ...["move", "pleroma:emoji_reaction", "reaction", "admin.sign_up", "", "follow", "mention"],
    ];
    await using server = await oddServer({
      [list]: { body: types.map((type, i) => rawNotification(`${i}`, type, { account: null })) },
    });
    const { events } = await server.gateway.notifications(undefined, never);
    expect(events.map(({ kind }) => kind)).toEqual(types.map(() => "other"));
    const [asked] = server.tiny.requests;
    expect([...(asked?.query.keys() ?? [])].sort()).toEqual(["include_filtered", "limit"]);
  });

  it("rule 33: who waits is read over all linked pages (Mastodon), or from one (Pleroma, snac)", async () => {
    const path = "/api/v1/follow_requests";
    await using linked = await oddServer({
      [`GET ${path}`]: ({ query }) =>
        query.has("max_id")
          ? { body: [rawAccount("bob")] }
          : {
              body: [rawAccount("ann@far.test")],
              headers: { link: `<https://other.test${path}?max_id=77>; rel="next"` },
            },
    });
    const waiting = await linked.gateway.followRequests(never);
    expect(waiting.map(({ acct }) => acct)).toEqual(["ann@far.test", "bob@odd.test"]);
    await using single = await oddServer({ [`GET ${path}`]: { body: [rawAccount("bob")] } });
    expect(await single.gateway.followRequests(never)).toHaveLength(1);
    expect(single.tiny.requests).toHaveLength(1);
  });

  it("rule 33: an accepted request that is not there was handled already", async () => {
    await using server = await oddServer({ "GET /api/v1/follow_requests": { body: [] } });
    await server.gateway.acceptFollow("7" as AccountId, never);
  });

  it("rule 33: a request with an id of its own (Friendica) is found by its name", async () => {
    await using server = await oddServer({
      "GET /api/v1/follow_requests": {
        body: [rawAccount("zoe@far.test"), { ...rawAccount("ann@far.test"), id: "99" }],
      },
      "GET /api/v1/accounts/7": { body: { ...rawAccount("ann@far.test"), id: "7" } },
      "POST /api/v1/follow_requests/99/authorize": { body: {} },
    });
    await server.gateway.acceptFollow("7" as AccountId, never);
    expect(server.asked().at(-1)).toBe("POST /api/v1/follow_requests/99/authorize");
  });
});
