import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import english from "../../locales/en.json" with { type: "json" };
import { loadLocales, speechOf } from "./locales.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-locales-"));
let folder: string;
let group: string;

beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
  group = join(folder, "group");
  await mkdir(group);
});
afterAll(() => rm(root, { recursive: true }));

const put = (name: string, content: unknown) =>
  writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
const load = (validate = true) => loadLocales(folder, { validate, isNamed: true });

async function speak(locale: string, validate = true) {
  const configFile = "config.json5";
  return await speechOf({ folder: group, configFile, locale }, await load(validate), validate);
}
async function say(locale: string, key: string): Promise<string | undefined> {
  const { tables } = await speak(locale);
  return tables.find((table) => Object.hasOwn(table, key))?.[key];
}
const without = (key: string) =>
  Object.fromEntries(Object.entries(english).filter(([other]) => other !== key));

describe("speechOf", () => {
  it("ends with the built-in English", async () => {
    const { tables, notices } = await speak("en");
    expect(tables).toEqual([english]);
    expect(notices).toEqual([]);
  });

  it("looks in the group, its locale, the operator's English, the built-in English", async () => {
    await put("group/messages.json5", "{welcome_public: 'group'}");
    await put("xx.json5", "{welcome_public: 'xx', welcome_closed: 'xx'}");
    await put("en.json", { welcome_public: "en", welcome_closed: "en", cmd_optin_ok: "en" });
    expect(await say("xx", "welcome_public")).toBe("group");
    expect(await say("xx", "welcome_closed")).toBe("xx");
    expect(await say("xx", "cmd_optin_ok")).toBe("en");
    expect(await say("xx", "cmd_optout_ok")).toBe(english.cmd_optout_ok);
  });

  it("speaks English where there is no such locale, and suggests another", async () => {
    await put("klingon.json", english);
    const { tables, notices } = await speak("klingno");
    expect(tables).toEqual([english]);
    expect(notices).toEqual([
      'config.json5: locale: There is no locale "klingno", so the group speaks English; did you mean "klingon"? There are: cs, de, en, klingon, ru.',
    ]);
  });

  it("does not leave the locales folder", async () => {
    await put("group/secret.json", { ping_response: "leak" });
    expect(await say("group/secret", "ping_response")).toBe(english.ping_response);
    expect(await say("../group/secret", "ping_response")).toBe(english.ping_response);
  });

  it("has a problem with a file that does not parse only where it is used", async () => {
    await put("xx.json", "{");
    expect((await load()).notices).toEqual([expect.stringContaining("xx.json: line 1, column 2")]);
    expect((await speak("en")).problems).toEqual([]);
    expect((await speak("xx")).problems).toHaveLength(1);
    await put("group/messages.json", "[]");
    expect((await speak("en")).problems).toEqual([
      expect.objectContaining({ problem: "Found a list, expected an object of messages." }),
    ]);
  });

  it("checks a group's own messages, which need not be complete", async () => {
    await put(
      "group/messages.json",
      '{\n"ping_respons": "x",\n"group_announcement": "x",\n"welcome_public": 7}',
    );
    const file = join(group, "messages.json");
    expect((await speak("en")).notices).toEqual([
      `${file}: welcome_public (line 4): Found the number 7, expected text; the entry is skipped.`,
      `${file}: ping_respons (line 2): There is no such message; did you mean "ping_response"?`,
      `${file}: group_announcement (line 3): The message lacks {message}, which is what somebody wrote; it is not used, and the text of the language is said instead.`,
    ]);
    expect((await speak("en", false)).notices).toHaveLength(2);
    expect(await say("en", "group_announcement")).toBe(english.group_announcement);
    expect(await say("en", "welcome_public")).toBe(english.welcome_public);
  });
});

describe("loadLocales", () => {
  it("reports what a locale lacks, unless it completes a built-in one or nobody asked", async () => {
    await put("xx.json", without("ping_response"));
    await put("en.json", { ping_response: "{version}" });
    const missing = `${join(folder, "xx.json")}: This lacks 1 of ${Object.keys(english).length} messages, which are said in English: ping_response.`;
    expect((await load()).notices).toEqual([missing]);
    expect((await load(false)).notices).toEqual([]);
  });

  it("minds a missing folder only if it was named", async () => {
    const gone = join(folder, "gone");
    const named = await loadLocales(gone, { validate: true, isNamed: true });
    expect(named.notices).toEqual([
      expect.stringContaining("The folder with locales cannot be read"),
    ]);
    const unnamed = await loadLocales(gone, { validate: true, isNamed: false });
    expect(unnamed.notices).toEqual([]);
  });

  it("does not choose between two files of one locale", async () => {
    await put("xx.json", {});
    await put("xx.json5", {});
    expect((await load()).notices).toEqual([expect.stringContaining("There is also")]);
    expect((await speak("xx")).problems).toHaveLength(1);
  });
});
