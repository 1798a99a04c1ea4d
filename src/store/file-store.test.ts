import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import JSON5 from "json5";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { toAcct, toHost } from "../core/acct.js";
import { emptyControl, type GroupControl } from "../core/group.js";
import type { Acct, Host, StatusId } from "../core/model.js";
import type { GroupState } from "../core/state.js";
import { ConfigError } from "../errors.js";
import { createFileStore } from "./file-store.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-store-"));
let folder: string;
let notices: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
  notices = [];
});
afterAll(() => rm(root, { recursive: true }));

function acct(text: string): Acct {
  const found = toAcct(text);
  if (found === undefined) throw new TypeError(text);
  return found;
}
function host(text: string): Host {
  const found = toHost(text);
  if (found === undefined) throw new TypeError(text);
  return found;
}
const localHost = host("example.social");
const open = () => createFileStore(folder, { localHost, report: (notice) => notices.push(notice) });
const put = (name: string, text: string) => writeFile(join(folder, name), text);
const get = (name: string) => readFile(join(folder, name), "utf8");

const emptyState: GroupState = {
  lastNotificationAt: 0,
  lastStatusAt: 0,
  seenNotifications: [],
  seenStatuses: [],
  handled: [],
  passed: [],
  shared: [],
  welcomed: {},
  answers: {},
  pending: [],
};

const control: GroupControl = {
  ...emptyControl,
  adminUsers: new Set([acct("zoe@example.social"), acct("ann@other.example")]),
  groupTags: new Set(["ducks", "ěščř"]),
};

describe("control", () => {
  it("is empty for a group without a file, and then not written", async () => {
    const store = open();
    expect(await store.readControl()).toEqual(emptyControl);
    await store.writeControl(emptyControl);
    expect(await readdir(folder)).toEqual([]);
  });

  it("is written sorted, as plain JSON, into a private new file", async () => {
    await open().writeControl(control);
    const text = await get("control.json5");
    expect(text).toMatch(/^\{\n {2}"group_tags": \[\n {4}"ducks",\n[\s\S]*\}\n$/u);
    expect(JSON.parse(text)).toEqual({
      group_tags: ["ducks", "ěščř"],
      admin_users: ["ann@other.example", "zoe@example.social"],
      member_only: false,
      member_users: [],
      banned_users: [],
      banned_servers: [],
      optout_users: [],
    });
    expect((await stat(join(folder, "control.json5"))).mode & 0o777).toBe(0o600);
    expect(await open().readControl()).toEqual(control);
  });

  it("reads the original's file and gives it back with every key, plain, under its name", async () => {
    await put(
      "control.json",
      `{
  // List of group hashtags, lowercase.
  "group_tags": ["ducks"],
  // List of admin users (e-mail format)
  "admin_users": ["ann@other.example"],
  "member_only": false,
  "member_users": [],
  "banned_users": ["bad@bad.example"],
  "banned_servers": ["worse.example"],
  "flock_id": 12345678901234567890, /* ours */ "notes": {a: [1, 2],},
  "optout_users": []
}`,
    );
    const store = open();
    const read = await store.readControl();
    expect(read.bannedServers).toEqual(new Set(["worse.example"]));
    expect(notices).toEqual([
      expect.stringMatching(/control\.json: flock_id \(line 10\): This key is unknown/u),
      expect.stringMatching(/control\.json: notes \(line 10\): This key is unknown/u),
    ]);
    await store.writeControl({ ...read, memberOnly: true });
    expect((await readdir(folder)).sort()).toEqual(["control.json", "control.json.bak"]);
    const text = await get("control.json");
    expect(text).toContain('"flock_id": 12345678901234567890,');
    expect(Object.keys(JSON.parse(text))).toEqual([
      "group_tags",
      "admin_users",
      "member_only",
      "member_users",
      "banned_users",
      "banned_servers",
      "flock_id",
      "notes",
      "optout_users",
    ]);
    expect(JSON.parse(text)).toMatchObject({ member_only: true, notes: { a: [1, 2] } });
  });

  it("keeps the comment at the head of a JSON5 file", async () => {
    await put("control.json5", "// Ask Ann first.\n/* really */\n{group_tags: ['a']}");
    const store = open();
    await store.writeControl({ ...(await store.readControl()), memberOnly: true });
    expect(await get("control.json5")).toMatch(/^\/\/ Ask Ann first\.\n\/\* really \*\/\n\{\n/u);
    expect(JSON5.parse(await get("control.json5"))).toMatchObject({ member_only: true });
  });

  it("normalises what people write, and says so", async () => {
    await put(
      "control.json",
      `{
  "group_tags": ["#Ducks", "ducks", "ＧＥＥＳＥ"],
  "admin_users": ["@Ann@Other.Example", "zoe", "@bob"],
  "banned_servers": ["https://BAD.example/"]
}`,
    );
    const store = open();
    const read = await store.readControl();
    expect([...read.groupTags]).toEqual(["ducks", "geese"]);
    expect([...read.adminUsers]).toEqual([
      "ann@other.example",
      "zoe@example.social",
      "bob@example.social",
    ]);
    expect([...read.bannedServers]).toEqual(["bad.example"]);
    expect(notices).toHaveLength(6);
    expect(notices[0]).toBe(
      `${join(folder, "control.json")}: group_tags[0] (line 2): Read the text "#Ducks" as "ducks".`,
    );
    await store.writeControl(read);
    expect(await get("control.json")).toContain("#Ducks");
  });

  it("reports everything that is wrong at once", async () => {
    await put(
      "control.json",
      `{
  "group_tags": ["two words", 7],
  "admin_users": "ann@other.example",
  "member_only": "no",
  "member_user": []
}`,
    );
    const error = await open()
      .readControl()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(
      "group_tags[1] (line 2): Found the number 7, expected text in a list of hashtags.",
    );
    expect(String(error)).toContain(
      'admin_users (line 3): Found the text "ann@other.example", expected a list of addresses.',
    );
    expect(String(error)).toContain(
      'member_only (line 4): Found the text "no", expected true or false.',
    );
  });

  it("reports entries that are no addresses, tags or servers", async () => {
    await put(
      "control.json",
      '{"group_tags": [" # "], "banned_users": ["@@"], "banned_servers": [""]}',
    );
    const error = await open()
      .readControl()
      .catch((thrown: unknown) => thrown);
    expect(error instanceof ConfigError && error.problems.map(({ where }) => where)).toEqual([
      "group_tags[0] (line 1)",
      "banned_users[0] (line 1)",
      "banned_servers[0] (line 1)",
    ]);
  });

  it("keeps hashtags that nothing can match, as somebody wrote them by hand", async () => {
    await put("control.json", '{"group_tags": ["node.js", "Two Words"]}');
    expect((await open().readControl()).groupTags).toEqual(new Set(["node.js", "two words"]));
  });

  it("comes back as it went, whatever is in it", async () => {
    const anAcct = fc.stringMatching(/^[a-z0-9_]{1,9}$/u).map((user) => acct(`${user}@a.example`));
    const aSet = <T>(item: fc.Arbitrary<T>) =>
      fc.array(item, { maxLength: 5 }).map((all) => new Set(all));
    const aControl: fc.Arbitrary<GroupControl> = fc.record({
      groupTags: aSet(fc.stringMatching(/^[a-zěü_0-9]{1,9}$/u)),
      adminUsers: aSet(anAcct),
      memberOnly: fc.boolean(),
      memberUsers: aSet(anAcct),
      bannedUsers: aSet(anAcct),
      bannedServers: aSet(fc.stringMatching(/^[a-z]{1,9}\.example$/u).map(host)),
      optoutUsers: aSet(anAcct),
    });
    await fc.assert(
      fc.asyncProperty(aControl, async (value) => {
        await open().writeControl(value);
        expect(await open().readControl()).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });
});

describe("state", () => {
  it("is undefined for a group that never ran", async () => {
    expect(await open().readState()).toBeUndefined();
  });

  it("is complete with the original's two time stamps, or without", async () => {
    await put("state.json", '{"last_notif_ts": 1630011219000, "last_status_ts": 1630011362000}');
    expect(await open().readState()).toEqual({
      ...emptyState,
      lastNotificationAt: 1630011219000,
      lastStatusAt: 1630011362000,
    });
    await put("state.json", "{}");
    expect(await open().readState()).toEqual(emptyState);
  });

  it.each([
    '{"last_notif_ts": -1}',
    '{"last_notif_ts": "yesterday"}',
    '{"last_notif_ts": 1.5}',
    '{"handled": {}}',
    '{"welcomed": []}',
    '{"in_doubt": [{"key": "x", "changes": [{"kind": "dance"}], "effects": []}]}',
    "[]",
    "null",
    "7",
  ])("refuses %s and never writes over it", async (text) => {
    await put("state.json", text);
    await expect(open().readState()).rejects.toThrow("expected");
    await expect(open().writeState(emptyState)).rejects.toThrow(ConfigError);
    expect(await get("state.json")).toBe(text);
  });

  it("comes back as it went, whatever is in it", async () => {
    const text = fc.string({ unit: "binary", maxLength: 8 });
    const anAcct = text.map((name) => acct("a@b.example").replace("a", () => `x${name}`) as Acct);
    const anId = text.map((id) => id as StatusId);
    const at = fc.maxSafeNat();
    const target = fc.record({ acct: anAcct });
    const visibility = fc.constantFrom("public", "unlisted", "private", "direct" as const);
    const draft = fc.record({
      purpose: fc.constantFrom("answer", "refusal", "welcome", "announcement" as const),
      to: fc.option(target, { nil: undefined }),
      parts: fc.array(text),
      inReplyTo: fc.option(anId, { nil: undefined }),
      visibility,
      spoilerText: text,
      isSensitive: fc.boolean(),
      attachments: fc.array(fc.record({ url: text, description: text }), { maxLength: 2 }),
      language: fc.option(text, { nil: undefined }),
      key: text,
    });
    const effect = fc.oneof(
      fc.record({
        kind: fc.constant("reblog" as const),
        status: anId,
        uri: text,
        visibility,
        sharedBy: anAcct,
      }),
      fc.record({ kind: fc.constant("unreblog" as const), status: anId, uri: text }),
      fc.record({ kind: fc.constant("delete" as const), status: anId }),
      fc.record({ kind: fc.constant("post" as const), draft }),
      fc.record({ kind: fc.constantFrom("follow", "unfollow", "accept-follow" as const), target }),
    );
    const change = fc.oneof(
      fc.record({
        kind: fc.constantFrom("add-member", "opt-in", "unban-user" as const),
        acct: anAcct,
      }),
      fc.record({ kind: fc.constant("ban-server" as const), host: fc.constant(localHost) }),
      fc.record({ kind: fc.constant("add-tag" as const), tag: text }),
      fc.record({ kind: fc.constant("member-only" as const), memberOnly: fc.boolean() }),
    );
    const aState: fc.Arbitrary<GroupState> = fc.record({
      lastNotificationAt: at,
      lastStatusAt: at,
      seenNotifications: fc.array(text),
      seenStatuses: fc.array(text),
      unplacedNotifications: fc.array(text, { minLength: 1 }),
      unplacedStatuses: fc.array(text, { minLength: 1 }),
      handled: fc.array(text),
      passed: fc.array(text),
      shared: fc.array(fc.record({ uri: text, status: anId, by: anAcct, at })),
      welcomed: fc.dictionary(anAcct, at),
      answers: fc.dictionary(anAcct, at),
      pending: fc.array(
        fc.record({ key: text, changes: fc.array(change), effects: fc.array(effect) }),
        { maxLength: 3 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(aState, async (value) => {
        await open().writeState(value);
        expect(await open().readState()).toEqual(value);
      }),
      { numRuns: 40 },
    );
  });

  it("writes times that can be read again even when a server's clock is mad", async () => {
    await open().writeState({ ...emptyState, lastStatusAt: Number.NaN, lastNotificationAt: -3.5 });
    expect(await open().readState()).toEqual(emptyState);
  });

  it("writes nothing when nothing changed", async () => {
    await put("state.json", '{"last_status_ts":5,"last_notif_ts":4}');
    await utimes(join(folder, "state.json"), 1, 1);
    const store = open();
    const state = (await store.readState()) ?? emptyState;
    await store.writeState({ ...state });
    expect((await stat(join(folder, "state.json"))).mtimeMs).toBe(1000);
    await store.writeState({ ...state, lastStatusAt: 6 });
    expect(JSON.parse(await get("state.json"))).toMatchObject({ last_status_ts: 6 });
    const { ino } = await stat(join(folder, "state.json"));
    await store.writeState({ ...state, lastStatusAt: 6 });
    expect((await stat(join(folder, "state.json"))).ino).toBe(ino);
  });

  it("does not keep what marked no place once it does", async () => {
    const store = open();
    const unplaced = { unplacedNotifications: ["7"], unplacedStatuses: ["https://a.example/1"] };
    await store.writeState({ ...emptyState, ...unplaced });
    await store.writeState(emptyState);
    const read = await open().readState();
    expect([read?.unplacedNotifications ?? [], read?.unplacedStatuses ?? []]).toEqual([[], []]);
  });

  it("joins writes that wait, and ends with the newest", async () => {
    const store = open();
    const writes = Array.from({ length: 200 }, (_, n) =>
      store.writeState({ ...emptyState, lastStatusAt: n }),
    );
    await Promise.all([...writes, store.writeControl(control)]);
    expect(JSON.parse(await get("state.json5"))).toMatchObject({ last_status_ts: 199 });
    expect((await readdir(folder)).sort()).toEqual([
      "control.json5",
      "control.json5.bak",
      "state.json5",
    ]);
  });

  it("does not write over a file that somebody broke meanwhile, and goes on once it is mended", async () => {
    const store = open();
    await store.writeState(emptyState);
    await put("state.json5", '{"last_status_ts": 1, "mine": 2');
    await expect(store.writeState({ ...emptyState, lastStatusAt: 1 })).rejects.toThrow(ConfigError);
    expect(await get("state.json5")).toContain('"mine": 2');
    await put("state.json5", '{"last_status_ts": 1, "mine": 2}');
    await store.writeState({ ...emptyState, lastStatusAt: 2 });
    expect(JSON.parse(await get("state.json5"))).toMatchObject({ last_status_ts: 2, mine: 2 });
  });

  it("makes a file anew that somebody deleted, and reports a folder that is gone", async () => {
    const store = open();
    await store.writeState({ ...emptyState, lastStatusAt: 1 });
    await rm(join(folder, "state.json5"));
    await store.writeState({ ...emptyState, lastStatusAt: 2 });
    expect(JSON.parse(await get("state.json5"))).toMatchObject({ last_status_ts: 2 });
    await rm(folder, { recursive: true });
    await expect(store.writeState({ ...emptyState, lastStatusAt: 3 })).rejects.toThrow(
      "the folder it is in, does not exist",
    );
  });

  it("clears away what a killed write left", async () => {
    await put(".state.json5.0123456789ab.tmp", "{");
    await open().writeState(emptyState);
    expect(await readdir(folder)).toEqual(["state.json5"]);
  });

  it("survives any JSON in its files", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const text = JSON.stringify(value);
        await put("state.json", text);
        await put("control.json", text);
        for (const read of [() => open().readState(), () => open().readControl()]) {
          await read().catch((error: unknown) => expect(error).toBeInstanceOf(ConfigError));
        }
      }),
    );
  });
});
