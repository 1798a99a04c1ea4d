import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { english, host } from "../testing/builders.js";
import { commands, ignoreCommand } from "./commands/index.js";
import { parseCommands } from "./commands/parse.js";
import { parseTemplate } from "./markdown.js";
import { checkLocale, createTranslate, type LocaleTable, type MessageKey } from "./messages.js";

const folder = new URL("../../locales/", import.meta.url);
const locales = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe.each(locales)("locales/%s", (name) => {
  const table: LocaleTable = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const keys = Object.keys(english).filter((key): key is MessageKey => key in english);

  it("has every key and token of the English, and no others", () => {
    expect(checkLocale(table, english)).toEqual({
      unknownKeys: [],
      missingKeys: [],
      lostTokens: [],
    });
  });

  it("keeps the keys in order and each token, the lists of commands too", () => {
    const tokensOf = (key: string): readonly string[] =>
      [...parseTemplate(table[key] ?? "").tokens].sort();
    const changed = keys.filter(
      (key) => tokensOf(key).join() !== [...parseTemplate(english[key]).tokens].sort().join(),
    );
    expect(changed).toEqual([]);
    expect(Object.keys(table)).toEqual(keys);
  });

  it("writes commands as code, so that no other group obeys what this one says", () => {
    const t = createTranslate([table], "plain");
    const live = keys.filter(
      (key) => parseCommands(t(key), commands, host("host.example")).commands.length > 0,
    );
    expect(live).toEqual([]);
  });

  it("keeps command words as they are typed", () => {
    const wordsIn = (text = ""): readonly string[] => [...new Set(text.match(/\/[a-z]+/gu) ?? [])];
    const changed = keys.filter(
      (key) => !wordsIn(english[key]).every((word) => wordsIn(table[key]).includes(word)),
    );
    expect(changed).toEqual([]);
  });
});

describe("the English", () => {
  it("says what people of the Rust program know", () => {
    expect(english.ping_response).toBe("pong, this is fedigroups service v{version}");
    expect(english.group_announcement).toMatch(/^\*\*📢.*\*\*\n\{message\}$/u);
    expect(english.welcome_public).toMatch(/^Welcome to the group!/u);
  });

  it("has a summary for each command that names it first", () => {
    for (const { names, summary } of commands) {
      expect(english[summary]).toContain(`\`/${names[0]}`);
    }
    expect(commands).toContain(ignoreCommand);
  });
});
