import { describe, expect, it } from "vitest";
import {
  aGroup,
  anAccount,
  aStatus,
  type GroupSketch,
  type StatusSketch,
} from "../testing/builders.js";
import type { Draft } from "./effects.js";
import {
  announcementDraft,
  joinBlocks,
  joinLines,
  neverLouder,
  replyDraft,
  welcomeDraft,
} from "./reply.js";

const louder = ["public", "unlisted", "private", "direct"] as const;

function answer(
  texts: readonly string[],
  post: StatusSketch = {},
  sketch: GroupSketch = {},
): Draft {
  const draft = replyDraft(aStatus(post), { purpose: "answer", texts }, aGroup(sketch));
  if (draft === undefined) throw new Error("There is no draft.");
  return draft;
}

function announce(text: string, post: StatusSketch = {}, sketch: GroupSketch = {}): Draft {
  const draft = announcementDraft(aStatus(post), text, aGroup(sketch));
  if (draft === undefined) throw new Error("There is no draft.");
  return draft;
}

describe("joinLines and joinBlocks", () => {
  it("do not care whether strings end in line breaks", () => {
    expect(joinLines(["a\n", "b", "", "\n", "c\n\n"])).toBe("a\nb\nc");
    expect(joinBlocks(["a\n", "b", "", "c"])).toBe("a\nb\nc");
  });

  it("set longer texts apart", () => {
    expect(joinBlocks(["a", "b\nc\n", "d", "e"])).toBe("a\n\nb\nc\n\nd\ne");
  });

  it("make nothing of nothing", () => {
    expect(joinLines([])).toBe("");
    expect(joinBlocks([" ", "\n"])).toBe("");
  });
});

describe("neverLouder", () => {
  it("gives the quieter of the two", () => {
    for (const [a, trigger] of louder.entries()) {
      for (const [b, wanted] of louder.entries()) {
        expect(neverLouder(trigger, wanted)).toBe(louder[Math.max(a, b)]);
      }
    }
  });

  it("takes what it does not know for direct", () => {
    expect(neverLouder(JSON.parse('"circle"'), "public")).toBe("direct");
    expect(neverLouder("public", JSON.parse('"constructor"'))).toBe("direct");
  });
});

describe("replyDraft", () => {
  it("answers the post in its visibility and mentions its author in full", () => {
    const post = { by: "zoe_x@host.example", id: "7", visibility: "unlisted" } as const;
    expect(answer(["pong"], post)).toEqual({
      purpose: "answer",
      to: { acct: "zoe_x@host.example", id: "id-of-zoe_x@host.example" },
      parts: ["@zoe_x@host.example pong"],
      inReplyTo: "7",
      visibility: "unlisted",
      spoilerText: "",
      isSensitive: false,
      attachments: [],
      language: undefined,
      key: "grp@host.example https://host.example/statuses/7 answer",
    });
  });

  it("refuses in private, whatever the visibility of the post", () => {
    for (const visibility of louder) {
      const reply = { purpose: "refusal", texts: ["no"] } as const;
      expect(replyDraft(aStatus({ visibility }), reply, aGroup())).toMatchObject({
        visibility: "direct",
        purpose: "refusal",
        key: expect.stringMatching(/ refusal$/u),
      });
    }
  });

  it("does not copy the content warning", () => {
    expect(answer(["pong"], { spoilerText: "cw", isSensitive: true })).toMatchObject({
      spoilerText: "",
      isSensitive: false,
    });
  });

  it("is nothing when there is nothing to say", () => {
    for (const texts of [[], [""], ["\n ", ""]]) {
      expect(replyDraft(aStatus(), { purpose: "answer", texts }, aGroup())).toBeUndefined();
    }
  });

  it("mentions the author in each part and keeps each part within the limit", () => {
    const texts = [Array.from({ length: 30 }, (_, line) => `line ${line}`).join("\n")];
    const { parts } = answer(texts, {}, { maxCharacters: 80 });
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part).toMatch(/^@ann@far\.example line/u);
      expect(part.length).toBeLessThanOrEqual(80);
    }
  });

  it("makes no more than twenty posts of anything", () => {
    const texts = ["word ".repeat(10_000)];
    expect(answer(texts, {}, { maxCharacters: 100 }).parts).toHaveLength(20);
  });

  it.each([
    ["@{user} ", "@ann_b@far.example pong"],
    ["@{user}", "@ann_b@far.example pong"],
    ["@{user}:\n", "@ann_b@far.example: pong"],
    ["Dear @{user}, ", "Dear @ann_b@far.example, pong"],
    ["", "@ann_b@far.example pong"],
    ["Hello {user}! ", "@ann_b@far.example pong"],
  ])("names the author whatever mention_prefix %j says", (prefix, expected) => {
    const messages = { mention_prefix: prefix };
    for (const format of ["plain", "markdown-on-request", "markdown-always"] as const) {
      const sketch = { messages, traits: { format } };
      expect(answer(["pong"], { by: "ann_b@far.example" }, sketch).parts).toEqual([expected]);
    }
  });
});

describe("a reply", () => {
  it("calls nobody else, whatever the locale or somebody's name would do", () => {
    const messages = { mention_prefix: "@{user} cc @boss@far.example" };
    const texts = ["Ask @boss@far.example.", "- bob-@victim.example", "žofé@far.example"];
    const { parts } = answer(texts, {}, { messages });
    const called = parts.flatMap((part) => [...part.matchAll(/(?<![a-z0-9])@(?!\u200b)\S+/giu)]);
    expect(called.map(([handle]) => handle)).toEqual(["@ann@far.example"]);
  });
});

describe("welcomeDraft", () => {
  it("is a direct message of its own", () => {
    expect(welcomeDraft(anAccount("bob@far.example"), "Hi!", "n1", aGroup())).toMatchObject({
      purpose: "welcome",
      visibility: "direct",
      inReplyTo: undefined,
      parts: ["@bob@far.example Hi!"],
      key: "grp@host.example n1 welcome",
    });
    expect(welcomeDraft(anAccount(), "", "n1", aGroup())).toBeUndefined();
  });
});

describe("announcementDraft", () => {
  it("is a public top-level post with everything the source has", () => {
    const source = {
      id: "5",
      visibility: "direct",
      spoilerText: "outage",
      isSensitive: true,
      language: "cs",
      attachments: [{ url: "https://host.example/a.png", description: "a plug" }],
    } as const;
    expect(announce("Down at nine", source)).toEqual({
      purpose: "announcement",
      to: undefined,
      parts: ["📢 Group announcement\nDown at nine"],
      inReplyTo: undefined,
      visibility: "public",
      spoilerText: "outage",
      isSensitive: true,
      attachments: source.attachments,
      language: "cs",
      key: "grp@host.example https://far.example/statuses/5 announcement",
    });
  });

  it("mentions nobody, keeps hashtags and takes back what made slashes harmless", () => {
    const [text = ""] = announce("Ask @bob@far.example or @eve about #ducks\u2060/help").parts;
    expect(text).not.toMatch(/(?<![a-z])@[a-z]/u);
    expect(text).toContain("#ducks/help");
  });

  it("is markdown where the server reads it, but not the admin's text", () => {
    const { parts } = announce("*now*", {}, { traits: { format: "markdown-always" } });
    expect(parts).toEqual(["**📢 Group announcement**\n\\*now\\*"]);
  });

  it("needs a text or a file", () => {
    expect(announcementDraft(aStatus(), " \u2060 ", aGroup())).toBeUndefined();
    const attachments = [{ url: "https://host.example/a.png", description: "" }];
    expect(announce("", { attachments }).attachments).toEqual(attachments);
  });

  it("is nothing when the group's messages make nothing of it", () => {
    const group = aGroup({ messages: { group_announcement: "" } });
    expect(announcementDraft(aStatus(), "text", group)).toBeUndefined();
  });

  it("sets the content warning above the text where the server has none", () => {
    const sketch = { traits: { hasContentWarnings: false, format: "markdown-always" } } as const;
    const source = { spoilerText: "on_call", isSensitive: true };
    expect(announce("Down at nine", source, sketch)).toMatchObject({
      parts: ["**📢 Group announcement**\non\\_call\n\nDown at nine"],
      spoilerText: "",
      isSensitive: true,
    });
    expect(announce("Down at nine", {}, sketch).parts).toEqual([
      "**📢 Group announcement**\nDown at nine",
    ]);
    const long = announce(
      "Down at nine",
      { spoilerText: "x".repeat(60) },
      { ...sketch, maxCharacters: 100 },
    );
    expect(long.parts.join("")).toContain("Down at nine");
  });

  it("leaves room for the content warning, and cuts one that is too long", () => {
    const long = announce(
      "word ".repeat(60),
      { spoilerText: "x".repeat(60) },
      { maxCharacters: 100 },
    );
    expect(long.spoilerText).toHaveLength(50);
    for (const part of long.parts) expect(part.length).toBeLessThanOrEqual(50);
  });
});
