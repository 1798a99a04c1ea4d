import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { english } from "../testing/builders.js";
import { checkLocale, createTranslate, rendered } from "./messages.js";

const inPlain = (table: Record<string, string>) => createTranslate([table, english], "plain");
const inMarkdown = (table: Record<string, string>) =>
  createTranslate([table, english], "markdown-on-request");

describe("createTranslate", () => {
  it("looks in the group's messages, then the locale, then the English", () => {
    const own = { ping_response: "own {version}" };
    const locale = { ping_response: "locale", cmd_open_resp: "offen" };
    const t = createTranslate([own, locale, english], "plain");
    expect(t("ping_response", { version: "1" })).toBe("own 1");
    expect(t("cmd_open_resp")).toBe("offen");
    expect(t("cmd_close_resp")).toBe(english.cmd_close_resp);
  });

  it("says the key when nobody has a text for it", () => {
    expect(createTranslate([], "plain")("ping_response")).toBe("ping_response");
  });

  it("takes nothing from an object's own nature", () => {
    expect(inPlain({ ping_response: "{constructor} {toString}" })("ping_response", {})).toBe(
      "{constructor} {toString}",
    );
  });

  it("lets an operator silence a message", () => {
    expect(inPlain({ ping_response: "" })("ping_response")).toBe("");
  });

  it("leaves unknown tokens as they are", () => {
    expect(
      inPlain({ ping_response: "{version} {vresion}" })("ping_response", { version: "1" }),
    ).toBe("1 {vresion}");
  });

  it("does not expand what looks like a token in a value", () => {
    const t = inPlain({ cmd_usage: "{usage} {other}" });
    expect(t("cmd_usage", { usage: "{other}", other: "{usage} $& $1" })).toBe(
      "{other} {usage} $& $1",
    );
  });

  it("fills a token each time it occurs", () => {
    expect(
      inPlain({ ping_response: "{version}{version}" })("ping_response", { version: "1" }),
    ).toBe("11");
  });

  it("takes the markdown out of messages but never out of values on a plain server", () => {
    const t = inPlain({ ping_response: "**v {version}** `x`" });
    expect(t("ping_response", { version: "**1_2_3** `y`" })).toBe("v **1_2_3** `y` x");
  });

  it("keeps the markdown of messages and escapes values on a markdown server", () => {
    const t = inMarkdown({ ping_response: "**v {version}** `x`" });
    expect(t("ping_response", { version: "a_b*" })).toBe("**v a\\_b\\*** `x`");
  });

  it("escapes on servers that read everything as markdown, too", () => {
    const t = createTranslate([english], "markdown-always");
    expect(t("cmd_ban_user_ok", { user: "a_b@x.example" })).toContain("a\\_b@x.example");
  });

  it("escapes by entities where backslashes would show", () => {
    const t = createTranslate([english], "light-markup");
    expect(t("cmd_ban_user_ok", { user: "a_b@x.example" })).toContain("a&#95;b@x.example");
  });

  it("does not escape twice what another message has made", () => {
    const t = inMarkdown({});
    const cause = t("cause_user_is_admin", { user: "a_b@x.example" });
    expect(t("cmd_error", { cause: rendered(cause) })).toContain(" a\\_b@x.example ");
  });

  it("shows every value as itself on a plain server", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (version) => {
        expect(inPlain({ ping_response: "*<{version}>*" })("ping_response", { version })).toBe(
          `<${version}>`,
        );
      }),
    );
  });
});

describe("checkLocale", () => {
  it("finds nothing wrong with the English", () => {
    expect(checkLocale(english, english)).toEqual({
      unknownKeys: [],
      missingKeys: [],
      lostTokens: [],
    });
  });

  it("reports unknown keys, missing keys and lost tokens", () => {
    const base = { a: "{x} {y} {x}", b: "b", c: "{x}" };
    expect(checkLocale({ a: "{y}", bb: "?", c: "{x} {z}" }, base)).toEqual({
      unknownKeys: ["bb"],
      missingKeys: ["b"],
      lostTokens: [{ key: "a", token: "x" }],
    });
  });

  it("allows a list of commands of one's own", () => {
    const { lostTokens } = checkLocale({ help_basic_commands: "`/ping`" }, english);
    expect(lostTokens).toEqual([]);
  });
});
