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

  it("shows no marks of markdown where the server shows plain text", () => {
    const t = createTranslate([table], "plain");
    expect(keys.filter((key) => /[*`]|\]\(|(?<!\w)_|_(?!\w)|~~/u.test(t(key)))).toEqual([]);
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

it("are English, Czech, German and Russian", () => {
  expect(locales.sort()).toEqual(["cs.json", "de.json", "en.json", "ru.json"]);
});

describe("the English", () => {
  it("says what people of the Rust program know", () => {
    expect(english.ping_response).toBe("pong, this is fedigroups service v{version}");
    expect(english.group_announcement).toMatch(/^\*\*📢.*\*\*\n\{message\}$/u);
    expect(english.welcome_public).toMatch(/^Welcome to the group!/u);
  });

  it("tells a new follower that they are followed, how to post and where to get help", () => {
    for (const word of ["follow you back", "mention me", "hashtags", "`/help`"]) {
      expect(english.welcome_public).toContain(word);
    }
    expect(english.welcome_member_only).toContain("{admins}");
  });

  it("has every message by the name that people's own files call it", () => {
    const names = [
      "welcome_public welcome_member_only welcome_join_cmd welcome_closed mention_prefix",
      "user_list_entry user_list_entry_admin member_list_heading admin_list_heading",
      "tag_list_heading tag_list_entry help_group_info_open help_group_info_closed",
      "help_membership_admin help_membership_member help_membership_guest_open",
      "help_membership_guest_closed help_basic_commands help_member_commands help_admin_commands",
      "cmd_leave_ok cmd_optout_ok cmd_optout_fail_admin_cant cmd_optout_fail_member_cant",
      "cmd_optin_ok cmd_optin_fail_admin_cant cmd_optin_fail_member_cant",
      "cmd_ban_user_ok cmd_ban_user_fail_already cmd_unban_user_ok cmd_unban_user_fail_already",
      "cmd_ban_server_ok cmd_ban_server_fail_already cmd_unban_server_ok",
      "cmd_unban_server_fail_already cmd_add_user_ok cmd_remove_user_ok cmd_add_tag_ok",
      "cmd_add_tag_fail_already cmd_remove_tag_ok cmd_remove_tag_fail_already cmd_admin_ok",
      "cmd_admin_fail_already cmd_unadmin_ok cmd_unadmin_fail_already cmd_open_resp",
      "cmd_open_resp_already cmd_close_resp cmd_close_resp_already cmd_error",
      "group_announcement ping_response",
    ].flatMap((line) => line.split(" "));
    expect(names.filter((name) => !(name in english))).toEqual([]);
  });

  it("has a summary for each command that names it first", () => {
    for (const { names, summary } of commands) {
      expect(english[summary]).toContain(`\`/${names[0]}`);
    }
    expect(commands).toContain(ignoreCommand);
  });
});
