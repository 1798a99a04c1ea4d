import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../errors.js";
import { loadConfig } from "./load.js";
import { defaultSettings } from "./settings.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-names-"));
let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(root, "x"));
});
afterAll(() => rm(root, { recursive: true }));

async function put(name: string, text: string): Promise<void> {
  await mkdir(join(cwd, dirname(name)), { recursive: true });
  await writeFile(join(cwd, name), text, { mode: 0o600 });
}

const texts: Readonly<Record<string, string>> = {
  groups: "{max_catchup_notifs: 7, /* ours */}",
  "groups/a/config":
    "{acct: 'a@example.social', locale: 'xx', appdata: {base: 'https://example.social', token: 't0ken'}}",
  "groups/a/control": "{group_tags: ['ducks'],}",
  "groups/a/state": "{last_notif_ts: 1,}",
  "groups/a/messages": "{ping_response: 'own {version}',}",
  "locales/xx": "{cmd_open_resp: 'xx',}",
};

describe("every file", () => {
  it.each(["json", "json5"])("may be called .%s and is JSON5 all the same", async (ending) => {
    for (const [name, text] of Object.entries(texts)) await put(`${name}.${ending}`, text);
    const { settings, groups, broken } = await loadConfig(undefined, cwd);
    expect(broken).toEqual([]);
    expect(settings.maxCatchupNotifs).toBe(7);
    const [own, locale] = groups[0]?.tables ?? [];
    expect(own).toMatchObject({ ping_response: "own {version}" });
    expect(locale).toMatchObject({ cmd_open_resp: "xx" });
  });

  it.each(Object.keys(texts))("%s is refused when it is there under both names", async (name) => {
    for (const [each, text] of Object.entries(texts)) await put(`${each}.json`, text);
    await put(`${name}.json5`, texts[name] ?? "");
    const refusal: unknown = await loadConfig(undefined, cwd).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(String(refusal)).toContain(join(cwd, `${name}.json5`));
    expect(String(refusal)).toMatch(new RegExp(`${name}\\.json(?!5)`, "u"));
  });
});

describe("folders", () => {
  it("are found from the folder of the common file", async () => {
    for (const [name, text] of Object.entries(texts)) {
      await put(`etc/${name.replace(/^groups\/|^locales\//u, "own-$&")}.json`, text);
    }
    await put("etc/groups.json", "{groups_dir: 'own-groups', locales_dir: './own-locales'}");
    for (const path of ["etc", "etc/groups.json"]) {
      const { groups } = await loadConfig(path, cwd);
      expect(groups).toMatchObject([{ acct: "a@example.social" }]);
      expect(groups[0]?.tables[1]).toMatchObject({ cmd_open_resp: "xx" });
    }
  });

  it("and everything else are as by default where there is no common file", async () => {
    for (const [name, text] of Object.entries(texts)) {
      if (name !== "groups") await put(`${name}.json5`, text);
    }
    const { settings, groups, groupsFolder } = await loadConfig(undefined, cwd);
    expect(settings).toEqual(defaultSettings);
    expect(groupsFolder).toBe(join(cwd, "groups"));
    expect(groups).toHaveLength(1);
  });
});

describe("an unknown key", () => {
  it("is reported with its whole path", async () => {
    await put(
      "groups/a/config.json5",
      "{acct: 'a@example.social', appdata: {base: 'https://example.social', token: 't', tokn: 1}}",
    );
    const { notices } = await loadConfig(undefined, cwd);
    expect(notices).toEqual([
      `${join(cwd, "groups/a/config.json5")}: appdata.tokn (line 1): This key is unknown and has no effect; did you mean "token"?`,
    ]);
  });
});
