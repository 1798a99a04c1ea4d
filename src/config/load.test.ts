import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { toAcct } from "../core/acct.js";
import { ConfigError } from "../errors.js";
import { createFileStore } from "../store/file-store.js";
import { loadConfig } from "./load.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-load-"));
let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(root, "x"));
});
afterAll(() => rm(root, { recursive: true }));

const token = "sesame-open-very-secret";

async function put(name: string, content: unknown, mode = 0o600) {
  const file = join(cwd, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  await chmod(file, mode);
  return file;
}
const aConfig = (acct: string, more: object = {}) => ({
  acct,
  appdata: {
    base: "https://example.social",
    client_id: "id",
    client_secret: `secret-${token}`,
    redirect: "urn:ietf:wg:oauth:2.0:oob",
    token,
  },
  ...more,
});
const load = (path?: string) => loadConfig(path, cwd);
async function failure(path?: string): Promise<string> {
  const error = await load(path).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) throw new Error(`No ConfigError but ${String(error)}`);
  expect(error.message).not.toContain(token);
  return error.message;
}

describe("an installation of the original", () => {
  it("loads unchanged, and keeps every key when control and state are written", async () => {
    await put("groups.json", '// common\n{"groups_dir": "groups", "max_catchup_notifs": 31,}');
    await put(
      "groups/ducks@example.social/config.json",
      `{
  // Enable or disable the group service
  "enabled": true,
  "locale": "ru",
  "acct": "ducks@example.social",
  "character_limit": 5000,
  "appdata": {
    "base": "http://localhost:3000/",
    "client_id": "fake", "client_secret": "fake",
    "redirect": "urn:ietf:wg:oauth:2.0:oob",
    "token": "${token}"
  }
}`,
    );
    await put("groups/ducks@example.social/control.json", {
      group_tags: ["ducks"],
      admin_users: ["ann@example.social"],
      member_only: true,
      member_users: ["bob@b.example"],
      banned_users: ["x@b.example"],
      banned_servers: ["c.example"],
      optout_users: ["y@b.example"],
    });
    await put("groups/ducks@example.social/state.json", {
      last_notif_ts: 1630011219000,
      last_status_ts: 1630011362000,
    });
    await put("groups/ducks@example.social/messages.json", {
      group_announcement: "**News**\n{message}",
    });
    await put("groups/anything/config.json", aConfig("geese@example.social"));
    await put("locales/ru.json", { ping_response: "понг {version}" });

    const config = await load();
    expect(config.settings.maxCatchupNotifs).toBe(31);
    expect(config.broken).toEqual([]);
    expect(config.groups.map(({ acct }) => acct)).toEqual([
      "geese@example.social",
      "ducks@example.social",
    ]);
    const ducks = config.groups[1];
    expect(ducks).toMatchObject({
      enabled: true,
      locale: "ru",
      characterLimit: 5000,
      appdata: { base: "http://localhost:3000", clientId: "fake", token },
    });
    const say = (key: string) => ducks?.tables.find((table) => Object.hasOwn(table, key))?.[key];
    expect(say("ping_response")).toBe("понг {version}");
    expect(say("group_announcement")).toBe("**News**\n{message}");
    // What their Russian lacks, ours says.
    expect(say("welcome_public")).toContain("Добро пожаловать");

    const acct = toAcct("new@b.example");
    const localHost = config.groups[1]?.acct.split("@")[1];
    if (acct === undefined || localHost === undefined || ducks === undefined) throw new Error();
    const store = createFileStore(ducks.folder, { localHost: localHost as never });
    const [control, state] = [await store.readControl(), await store.readState()];
    if (state === undefined) throw new Error();
    await store.writeControl({ ...control, memberUsers: new Set([...control.memberUsers, acct]) });
    await store.writeState({ ...state, lastStatusAt: 1630011362001 });
    const read = async (name: string) =>
      JSON.parse(await readFile(join(ducks.folder, name), "utf8"));
    expect(await read("control.json")).toEqual({
      group_tags: ["ducks"],
      admin_users: ["ann@example.social"],
      member_only: true,
      member_users: ["bob@b.example", "new@b.example"],
      banned_users: ["x@b.example"],
      banned_servers: ["c.example"],
      optout_users: ["y@b.example"],
    });
    expect(await read("state.json")).toMatchObject({
      last_notif_ts: 1630011219000,
      last_status_ts: 1630011362001,
    });
  });

  it("needs nothing but one config.json", async () => {
    await put("groups/a/config.json", aConfig("a@example.social"));
    const { groups, file, notices } = await load();
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ enabled: true, locale: "en", characterLimit: undefined });
    expect(file).toBeUndefined();
    expect(notices).toEqual([]);
  });
});

describe("the common file", () => {
  it("is found by its own path, by its folder, and in the working directory", async () => {
    const file = await put("etc/groups.json5", '{groups_dir: "g", poll_interval_s: 7}');
    await put("etc/g/a/config.json", aConfig("a@example.social"));
    for (const path of [file, "etc/groups.json5", "etc", join(cwd, "etc")]) {
      const config = await load(path);
      expect(config).toMatchObject({ file, groupsFolder: join(cwd, "etc", "g") });
      expect(config.settings.pollIntervalMs).toBe(7000);
      expect(config.groups).toHaveLength(1);
    }
    await put("odd.name", "{groups_dir: 'etc/g'}");
    expect((await load("odd.name")).groups).toHaveLength(1);
    expect((await load()).groupsFolder).toBe(join(cwd, "groups"));
  });

  it("is missed when somebody named it, or when there are two", async () => {
    expect(await failure("nowhere")).toContain("There is no such file or folder");
    await put("groups.json", {});
    await put("groups.json5", {});
    expect(await failure()).toMatch(/groups\.json5: There is also .*groups\.json/u);
  });

  it("is reported together with everything else that is wrong", async () => {
    await put(
      "groups.json",
      '{"poll_interval_s": -1, "max_catchup_notifs": "x", "groups_dir": "g"}',
    );
    await put("g/a/config.json", '{"acct": "a"');
    await put("g/b/config.json", { acct: "b", enabled: "yes", character_limit: 0 });
    await put("g/c/config.json", aConfig("c@example.social"));
    await put("g/c/control.json", { member_only: 1 });
    const message = await failure();
    for (const part of [
      "poll_interval_s (line 1): Found the number -1",
      "max_catchup_notifs (line 1)",
      "a/config.json: line 1, column 13: This is not valid JSON5",
      'b/config.json: acct (line 1): Found the text "b", expected the group\'s address with its server',
      'enabled (line 1): Found the text "yes", expected true or false.',
      "character_limit (line 1): Found the number 0, expected a whole number of characters",
      "b/config.json: appdata: This is missing; expected the sign-in of the group",
      "c/control.json: member_only (line 1): Found the number 1",
    ]) {
      expect(message).toContain(part);
    }
  });
});

describe("groups", () => {
  it("are the folders that hold a configuration; others are passed over", async () => {
    await put("groups/a/config.json5", aConfig("a@example.social"));
    await put("groups/.hidden/config.json", aConfig("h@example.social"));
    await put("groups/notes.txt", "x");
    await put("groups/empty/readme", "x");
    await symlink(join(cwd, "groups", "a"), join(cwd, "elsewhere"));
    const { groups, notices } = await load();
    expect(groups.map(({ acct }) => acct)).toEqual(["a@example.social"]);
    expect(notices).toEqual([expect.stringMatching(/empty: There is no config\.json5/u)]);
  });

  it("stay down alone when their files are wrong", async () => {
    await put("groups/good/config.json", aConfig("good@example.social"));
    await put("groups/bad/config.json", aConfig("bad@example.social"));
    await put("groups/bad/state.json", '{"last_notif_ts": 1');
    await put(
      "groups/worse/config.json",
      aConfig("worse@example.social", { appdata: { token: "" } }),
    );
    const { groups, broken } = await load();
    expect(groups.map(({ acct }) => acct)).toEqual(["good@example.social"]);
    expect(broken.map(({ acct }) => acct)).toEqual(["bad@example.social", "worse@example.social"]);
    expect(broken[0]?.problems).toEqual([
      expect.objectContaining({
        where: "line 1, column 20",
        file: expect.stringMatching(/bad\/state\.json$/u),
      }),
    ]);
    expect(broken[1]?.problems.map(({ where }) => where)).toEqual([
      "appdata.base",
      "appdata.token (line 1)",
    ]);
  });

  it("are an error all together when none can run", async () => {
    await put("groups/bad/config.json", "{");
    await put("groups/off/config.json", aConfig("off@example.social", { enabled: false }));
    expect(await failure()).toContain("bad/config.json: line 1, column 2");
  });

  it("may be switched off, and may then be unfinished", async () => {
    await put("groups/off/config.json", { enabled: false, acct: "off@example.social" });
    await put("groups/idle/config.json", aConfig("idle@example.social", { enabled: false }));
    const { groups, broken, notices } = await load();
    expect(groups.map(({ acct, enabled }) => [acct, enabled])).toEqual([
      ["idle@example.social", false],
    ]);
    expect(broken).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/off\/config\.json: The group is disabled/u)]);
  });

  it("may not share an account", async () => {
    await put("groups/one/config.json", aConfig("@Ducks@Example.Social"));
    await put("groups/two/config.json", aConfig("ducks@example.social"));
    await put("groups/geese/config.json", aConfig("geese@example.social"));
    const { groups, broken } = await load();
    expect(groups).toHaveLength(1);
    expect(broken.map(({ folder, problems }) => [folder, problems[0]?.problem])).toEqual([
      [join(cwd, "groups/one"), expect.stringContaining(`is also in ${join(cwd, "groups/two")}`)],
      [join(cwd, "groups/two"), expect.stringContaining(`is also in ${join(cwd, "groups/one")}`)],
    ]);
  });

  it("are told what was read differently from how it is written", async () => {
    await put(
      "groups/a/config.json",
      JSON.stringify(
        aConfig("@Ducks@Example.Social", { enable: true, locale: "xx", appdat: 1 }),
        null,
        2,
      ),
      0o640,
    );
    await put("groups/a/control.json", { group_tags: ["#Ducks"], adminusers: [] });
    const { notices } = await load();
    expect(notices.map((notice) => notice.slice(join(cwd, "groups/a/").length))).toEqual([
      'config.json: acct (line 2): Read the text "@Ducks@Example.Social" as "ducks@example.social".',
      expect.stringMatching(/^config\.json: The file holds an access token, and other users/u),
      'config.json: enable (line 10): This key is unknown and has no effect; did you mean "enabled"?',
      'config.json: appdat (line 12): This key is unknown and has no effect; did you mean "appdata"?',
      'config.json: locale: There is no locale "xx", so the group speaks English. There are: cs, de, en, ru.',
      'control.json: adminusers (line 1): This key is unknown and has no effect; did you mean "admin_users"?',
      'control.json: group_tags[0] (line 1): Read the text "#Ducks" as "ducks".',
    ]);
  });

  it.each([
    "example.social",
    "ftp://example.social",
    `https://user:${token}@example.social`,
    "https://example.social/?x",
    7,
  ])("need a web address in appdata.base, not %s", async (base) => {
    await put("groups/a/config.json", aConfig("a@example.social", { appdata: { base, token } }));
    expect(await failure()).toMatch(
      /appdata\.base \(line 1\): Found a \w+, expected the address of the server/u,
    );
  });

  it.each(["", " ", `${token} ${token}`, `${token}\r\nX: y`, 7, null, [token], { token }])(
    "need a usable token, and never see theirs in a message (%#)",
    async (bad) => {
      const appdata = { base: "https://example.social", token: bad };
      await put("groups/a/config.json", aConfig("a@example.social", { appdata }));
      expect(await failure()).toContain("expected the access token");
      await put("groups/a/config.json", aConfig("a@example.social", { appdata: `x${token}` }));
      expect(await failure()).toContain("appdata (line 1): Found a string");
    },
  );

  it("need not exist yet", async () => {
    expect(await load()).toMatchObject({
      groups: [],
      broken: [],
      notices: [],
    });
    await put("groups", "a file");
    expect(await failure()).toContain("The folder with groups cannot be read");
  });
});

describe("loadConfig", () => {
  it("accepts the sample that comes with the program", async () => {
    const sample = join(import.meta.dirname, "../../groups.example");
    await put("groups.json5", { groups_dir: sample });
    const { groups, notices } = await load();
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ acct: "ducks@example.social", enabled: true });
    expect(notices.filter((notice) => !notice.includes("chmod 600"))).toEqual([]);
  });

  it("survives any JSON in any file", async () => {
    const key = fc.constantFrom("acct", "appdata", "enabled", "locale", "groups_dir", "token", "x");
    const aJson = fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(aJson, aJson, async (common, group) => {
        await put("groups.json", common);
        await put("groups/a/config.json", group);
        for (const name of ["control", "state", "messages"])
          await put(`groups/b/${name}.json`, group);
        await put("groups/b/config.json", aConfig("b@example.social"));
        await put("locales/en.json", group);
        await load().catch((error: unknown) => expect(error).toBeInstanceOf(ConfigError));
      }),
    );
  });
});
