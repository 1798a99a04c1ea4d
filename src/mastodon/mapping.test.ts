import { describe, expect, it } from "vitest";
import type { Acct, GroupEvent, Status } from "../core/model.js";
import {
  asMasto,
  type Fixture,
  fixture,
  fixtures,
  type RecordedServer,
} from "../testing/fixtures.js";
import {
  mapAccount,
  mapNotification,
  mapStatus,
  pagingId,
  unwrap,
  type Viewer,
} from "./mapping.js";
import { at, isObject, listOf } from "./odd.js";

const viewers: Readonly<Record<RecordedServer, Viewer>> = {
  gotosocial: { acct: "groupbot@127.0.0.1" as Acct, url: "http://127.0.0.1:8081/@groupbot" },
  hollo: { acct: "groupbot@127.0.0.83" as Acct, url: "http://127.0.0.83/@groupbot" },
  snac: { acct: "groupbot@127.0.0.84" as Acct, url: "http://127.0.0.84/groupbot" },
};
const servers: readonly RecordedServer[] = ["gotosocial", "hollo", "snac"];

function isNotification(raw: unknown): boolean {
  return at(raw, "type") !== undefined && at(raw, "createdAt") !== undefined;
}
function isStatus(raw: unknown): boolean {
  return at(raw, "content") !== undefined && isObject(at(raw, "account"));
}

/** Recorded with two servers at one address: who is on a port cannot be told from who is not. */
function isBySomebodyOnAPort(raw: unknown): boolean {
  return /:\d+$/.test(String(at(raw, "account", "acct")));
}

/** Every entity of this kind in a recorded answer or its frames, however deep. */
function found(each: Fixture, is: (raw: unknown) => boolean): readonly unknown[] {
  const payloads = each.frames
    .map((frame) => at(JSON.parse(frame), "payload"))
    .filter((payload) => typeof payload === "string" && payload.startsWith("{"))
    .map((payload) => JSON.parse(`${payload}`));
  const walk = (raw: unknown): readonly unknown[] => [
    ...(is(raw) ? [raw] : []),
    ...(typeof raw === "object" && raw !== null ? Object.values(raw).flatMap(walk) : []),
  ];
  return walk(asMasto([each.body, ...payloads]));
}

function notificationsOf(
  server: RecordedServer,
  name: string,
): readonly (GroupEvent | undefined)[] {
  return listOf(asMasto(fixture(server, name).body)).map((raw) =>
    mapNotification(raw, viewers[server]),
  );
}

function statusOf(server: RecordedServer, name: string): Status {
  const status = mapStatus(asMasto(fixture(server, name).body), viewers[server]);
  if (status === undefined) throw new Error(`${name} is no status.`);
  return status;
}

describe.each(servers)("what %s sent", (server) => {
  const viewer = viewers[server];

  it("is mapped, every status of it", () => {
    const raws = fixtures(server).flatMap((each) => found(each, isStatus));
    expect(raws.length).toBeGreaterThan(20);
    for (const raw of raws) {
      const status = mapStatus(raw, viewer);
      if (isBySomebodyOnAPort(raw)) {
        expect(status).toBeUndefined();
        continue;
      }
      expect(status).toMatchObject({
        author: { acct: expect.stringMatching(/^[a-z]+@127\.0\.0\.\d+$/) },
        uri: expect.stringMatching(/^http:/),
        url: expect.stringMatching(/^http:/),
      });
      expect(status?.createdAt).toBeGreaterThan(Date.UTC(2026, 10, 1));
      expect(status?.text).not.toContain("<p>");
    }
  });

  it("is mapped, every notification of it", () => {
    const raws = fixtures(server).flatMap((each) => found(each, isNotification));
    expect(raws.length).toBeGreaterThanOrEqual(8);
    for (const raw of raws) {
      const event = mapNotification(raw, viewer);
      expect(event).toHaveProperty("id", at(raw, "id"));
      expect(event?.at).toBeGreaterThan(Date.UTC(2026, 10, 1));
      const type = at(raw, "type");
      if (isBySomebodyOnAPort(raw)) expect(event?.kind).toBe("other");
      else if (type === "mention" || type === "follow") expect(event?.kind).toBe(type);
      if (type === "reblog" || type === "favourite")
        expect(event).toMatchObject({ kind: "other", type });
    }
  });
});

describe("mapStatus", () => {
  it("completes bare names with the server's own", () => {
    const mention = statusOf("gotosocial", "mention-post-private");
    expect(mention.author.acct).toBe("alice@127.0.0.1");
    expect(mention.mentions).toEqual([
      { acct: "groupbot@127.0.0.1", url: "http://127.0.0.1:8081/@groupbot" },
    ]);
    expect(mention.visibility).toBe("private");
    expect(mention.text).toContain("@groupbot@127.0.0.1 ");
  });

  it("reads visibilities it does not know as the quietest", () => {
    expect(statusOf("gotosocial", "mention-post-direct").visibility).toBe("direct");
    for (const visibility of ["local", "list", "mutuals_only", "", undefined, 7]) {
      const raw = { id: "1", visibility, account: { id: "2", acct: "a" } };
      expect(mapStatus(raw, viewers.hollo)?.visibility).toBe("direct");
    }
  });

  it("keeps the wrapper of a boost", () => {
    const boost = statusOf("gotosocial", "reblog-public");
    expect(boost).toMatchObject({
      isReblog: true,
      author: { acct: "groupbot@127.0.0.1" },
      rebloggedByUs: true,
    });
    const raw = asMasto(fixture("gotosocial", "reblog-public").body);
    expect(mapStatus(unwrap(raw), viewers.gotosocial)).toMatchObject({
      isReblog: false,
      author: { acct: "alice@127.0.0.1" },
    });
  });

  it("sees that we boosted, though Hollo says so of the inner status only", () => {
    expect(statusOf("hollo", "072-reblog-nobody")).toMatchObject({
      isReblog: true,
      rebloggedByUs: true,
    });
  });

  it("takes snac's disguise off a post that somebody boosted", () => {
    const status = statusOf("snac", "080-status-after-reblog");
    expect(status).toMatchObject({
      id: "1795232686ebbfa12a65ea02dfa62a42f004ac7aca",
      uri: "http://127.0.0.84/alice/p/1795232686.453257",
      author: { acct: "alice@127.0.0.84" },
      isReblog: false,
      rebloggedByUs: true,
    });
    expect(status.text).toBe("@groupbot@127.0.0.84 public full mwpv6dwg");
    const raw = asMasto(fixture("snac", "080-status-after-reblog").body);
    expect(pagingId(raw)).toBe("1795232686ebbfa12a65ea02dfa62a42f004ac7aca");
    expect(pagingId({ id: "ABC", reblog: null })).toBe("ABC");
  });

  it("names everybody once, though snac lists an answered author twice", () => {
    expect(statusOf("snac", "106-post-reply-direct").mentions.map(({ acct }) => acct)).toEqual([
      "alice@127.0.0.84",
    ]);
  });

  it("folds tags and keeps each once", () => {
    const raw = {
      id: "1",
      account: { id: "2", acct: "a" },
      tags: [{ name: "Foo" }, { name: "foo" }, { name: "ＦＯＯ" }, { name: "" }, {}, null, "x"],
    };
    expect(mapStatus(raw, viewers.hollo)?.tags).toEqual(["foo"]);
  });

  it("reads attachments and the rest", () => {
    const media = statusOf("gotosocial", "post-with-media");
    expect(media.attachments).toEqual([
      {
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8081\//),
        description: expect.any(String),
      },
    ]);
    expect(statusOf("hollo", "110-post-spoiler").spoilerText).not.toBe("");
  });

  it("makes the best of what is missing or odd", () => {
    const account = { id: 8, username: "Alice", url: "http://127.0.0.84/alice" };
    expect(mapStatus({ id: 7, account }, viewers.snac)).toEqual({
      id: "7",
      uri: "7",
      url: "",
      author: {
        id: "8",
        acct: "alice@127.0.0.84",
        url: "http://127.0.0.84/alice",
        profileText: "",
        isBot: false,
        isLocked: false,
      },
      isCut: false,
      text: "",
      spoilerText: "",
      isSensitive: false,
      visibility: "direct",
      mentions: [],
      tags: [],
      inReplyTo: undefined,
      isReblog: false,
      rebloggedByUs: false,
      attachments: [],
      language: undefined,
      createdAt: 0,
    });
  });

  it("puts something short in the place of an overlong uri, always the same", () => {
    const uriFor = (more: object) =>
      mapStatus({ id: "1", account: { id: "8", acct: "alice" }, ...more }, viewers.snac)?.uri;
    const long = `https://evil.example/${"x".repeat(900_000)}`;
    expect(uriFor({ uri: long })).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(uriFor({ uri: long })).toBe(uriFor({ url: long }));
    expect(uriFor({ uri: long })).not.toBe(uriFor({ uri: `${long}y` }));
    expect(uriFor({ uri: long.slice(0, 500) })).toBe(long.slice(0, 500));
    expect(uriFor({ uri: long.slice(0, 501) })).toBe(
      "sha256:a4ab1cd8ae5e6346b68e9c767a91f08d9c906be68741db5e3f1859635944c1de",
    );
  });

  it("has no use for overlong ids", () => {
    const id = "1".repeat(501);
    const account = { id: "8", acct: "alice" };
    expect(mapStatus({ id, account }, viewers.snac)).toBeUndefined();
    expect(mapStatus({ id: id.slice(1), account }, viewers.snac)?.id).toHaveLength(500);
    expect(mapStatus({ id: "1", account: { ...account, id } }, viewers.snac)).toBeUndefined();
    expect(mapStatus({ id: "1", account, inReplyToId: id }, viewers.snac)?.inReplyTo).toBe(
      undefined,
    );
    expect(mapNotification({ id, type: "follow", account }, viewers.snac)).toBeUndefined();
    expect(pagingId({ id })).toBeUndefined();
  });

  it("marks a text that got too long as cut", () => {
    const content = `<code>${"/".repeat(150_000)}</code>`;
    const raw = { id: "1", account: { id: "8", acct: "alice" }, content };
    expect(mapStatus(raw, viewers.snac)?.isCut).toBe(true);
    expect(mapStatus({ ...raw, content: "x".repeat(190_000) }, viewers.snac)?.isCut).toBe(false);
  });

  it("refuses what has no id, no author, or an author without a name", () => {
    const account = { id: "8", acct: "alice" };
    expect(mapStatus({ account }, viewers.snac)).toBeUndefined();
    expect(mapStatus({ id: "1" }, viewers.snac)).toBeUndefined();
    expect(mapStatus({ id: "1", account: { id: "8" } }, viewers.snac)).toBeUndefined();
    expect(mapStatus({ id: "1", account: { id: "8", acct: "<b>" } }, viewers.snac)).toBeUndefined();
  });
});

describe("mapAccount", () => {
  it("puts bio and fields together as text", () => {
    const raw = {
      id: "1",
      acct: "Bob@Example.COM",
      note: "<p>Hi &amp; welcome</p>",
      fields: [{ name: "Bots", value: '<a href="x">#nobot</a>' }, null, { name: 3 }],
      bot: true,
      locked: true,
      url: "https://example.com/@bob",
    };
    expect(mapAccount(raw, viewers.hollo)).toEqual({
      id: "1",
      acct: "bob@example.com",
      url: "https://example.com/@bob",
      profileText: "Hi & welcome\nBots\n#nobot",
      isBot: true,
      isLocked: true,
    });
  });

  it("reads 20 fields and 20,000 characters of a profile", () => {
    const fields = Array.from({ length: 100_000 }, (_, n) => ({ name: `${n}`, value: "<b>v</b>" }));
    const raw = { id: "1", acct: "bob", note: "<p>Hi</p>", fields };
    const text = mapAccount(raw, viewers.hollo)?.profileText ?? "";
    expect(text.split("\n")).toHaveLength(41);
    expect(text).toMatch(/^Hi\n0\nv\n1\nv\n[\s\S]*\n19\nv$/);
    const long = mapAccount({ ...raw, note: "x".repeat(30_000) }, viewers.hollo)?.profileText;
    expect(long).toBe("x".repeat(20_000));
  });

  it.each([
    [{ acct: "Bob" }, "bob@127.0.0.83"],
    [{ acct: "bob@bücher.example" }, "bob@xn--bcher-kva.example"],
    [{ acct: "boss@good.example:8443" }, undefined],
    [{ acct: "boss@good.example/.evil.example" }, undefined],
    [{ acct: "boss@good.example#.evil.example" }, undefined],
    [{ acct: "boss@good.example?.evil.example" }, undefined],
    [{ acct: "boss@https://good.example" }, undefined],
    [{ acct: "boss@ good.example" }, undefined],
    [{ acct: "boss@good.example\\.evil.example" }, undefined],
    [{ acct: "https://good.example/@boss" }, undefined],
    [{ acct: "boss@" }, undefined],
    [{ username: "boss", url: "http://127.0.0.83/@boss" }, "boss@127.0.0.83"],
    [{ acct: "", username: "boss", url: "http://127.0.0.83:80/@boss" }, "boss@127.0.0.83"],
    [{ acct: "", username: "boss", url: "https://evil.example/@boss" }, undefined],
    [{ username: "boss", url: "https://evil.example/http://127.0.0.83/@boss" }, undefined],
    [{ username: "boss@good.example", url: "http://127.0.0.83/@boss" }, undefined],
    [{ username: "boss", url: "" }, undefined],
    [{ username: "boss" }, undefined],
    [{ url: "http://127.0.0.83/@boss" }, undefined],
  ])("knows whom the server means by %j, or nobody", (raw, expected) => {
    expect(mapAccount({ id: "1", ...raw }, viewers.hollo)?.acct).toBe(expected);
    const status = { id: "2", account: { id: "8", acct: "ann" }, mentions: [raw] };
    expect(mapStatus(status, viewers.hollo)?.mentions.map(({ acct }) => acct)).toEqual(
      expected === undefined ? [] : [expected],
    );
    const mention = { id: "3", type: "mention", status: { id: "4", account: { id: "1", ...raw } } };
    const event = mapNotification(mention, viewers.hollo);
    expect(event?.kind).toBe(expected === undefined ? "other" : "mention");
  });

  it("knows its own server by the page of the group, too", () => {
    const viewer: Viewer = { acct: "grp@own.example" as Acct, url: "https://web.own.example/@grp" };
    const raw = { id: "1", username: "bob", url: "https://web.own.example/@bob" };
    expect(mapAccount(raw, viewer)?.acct).toBe("bob@own.example");
    expect(mapAccount(raw, { ...viewer, url: undefined })).toBeUndefined();
  });
});

describe("mapNotification", () => {
  it("reads mentions and follows of strangers on Hollo, ids with slashes and all", () => {
    const events = notificationsOf("hollo", "fed-12-notifications-remote-mention");
    expect(events.map((event) => event?.kind)).toContain("mention");
    expect(events[0]).toMatchObject({ id: expect.stringMatching(/Z\/mention\//) });
  });

  it("takes snac's `status` for the mention it is", () => {
    const events = notificationsOf("snac", "fed-49-notifications-remote-mention");
    expect(events.map((event) => event?.kind)).toEqual([
      "mention",
      "mention",
      "mention",
      "mention",
      "follow",
    ]);
    const [, direct] = events;
    expect(direct).toMatchObject({ status: { visibility: "direct", mentions: [] } });
    expect(direct?.kind === "mention" && direct.status.text).toContain("@groupbot@127.0.0.84");
  });

  it("does not take a stranger's `status` for one", () => {
    const raw = {
      id: "1",
      type: "status",
      createdAt: "2026-11-21T00:00:00Z",
      account: { id: "2", acct: "a" },
      status: {
        id: "3",
        account: { id: "2", acct: "a" },
        content: "<p>http://127.0.0.84/groupbot</p>",
      },
    };
    expect(mapNotification(raw, viewers.snac)).toEqual({
      kind: "other",
      id: "1",
      at: Date.UTC(2026, 10, 21),
      type: "status",
    });
  });

  it("reads follow requests", () => {
    expect(notificationsOf("gotosocial", "notifications-follow-request")[0]).toMatchObject({
      kind: "follow-request",
      account: { acct: expect.stringMatching(/@127\.0\.0\.1$/) },
    });
  });

  it("keeps the id of what it cannot use", () => {
    for (const raw of [
      { id: "9", type: "mention" },
      { id: "9", type: "mention", status: { id: "1" } },
      { id: "9", type: "follow", account: null },
      { id: "9", type: "severed_relationships" },
      { id: "9" },
      { id: 9, type: 9 },
    ]) {
      expect(mapNotification(raw, viewers.hollo)).toMatchObject({ kind: "other", id: "9" });
    }
    expect(mapNotification({ type: "follow" }, viewers.hollo)).toBeUndefined();
  });
});
