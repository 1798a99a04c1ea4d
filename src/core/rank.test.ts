import { describe, expect, it } from "vitest";
import { aControl } from "../testing/builders.js";
import type { Draft, Effect, Target } from "./effects.js";
import type { Acct, StatusId } from "./model.js";
import { rankOf, usableBy } from "./rank.js";

const status = "1" as StatusId;
const control = aControl({ admins: ["ada@x.org"] });
const target: Target = { acct: "ann@x.org" as Acct };

function aPost(purpose: Draft["purpose"], to?: string): Effect {
  const draft: Draft = {
    ...{ purpose, parts: ["Quack"], inReplyTo: undefined, visibility: "direct", spoilerText: "" },
    ...{ isSensitive: false, attachments: [], language: undefined, key: "k" },
    to: to === undefined ? undefined : { acct: to as Acct },
  };
  return { kind: "post", draft };
}

describe("rankOf", () => {
  it.each<readonly [string, Effect, string]>([
    ["taking a boost back", { kind: "unreblog", status, uri: "u" }, "moderation"],
    ["deleting", { kind: "delete", status }, "moderation"],
    ["unfollowing", { kind: "unfollow", target }, "moderation"],
    [
      "a share",
      { kind: "reblog", status, uri: "u", visibility: "public", sharedBy: target.acct },
      "share",
    ],
    ["following back", { kind: "follow", target }, "courtesy"],
    ["letting somebody in", { kind: "accept-follow", target }, "courtesy"],
    ["an answer to an admin", aPost("answer", "ada@x.org"), "moderation"],
    ["an answer to anybody else", aPost("answer", "ann@x.org"), "courtesy"],
    ["an announcement", aPost("announcement"), "moderation"],
  ])("of %s", (_, effect, rank) => {
    expect(rankOf(effect, control)).toBe(rank);
  });
});

describe("usableBy", () => {
  it("keeps the end of a window for what matters more", () => {
    const limit = { count: 300, windowMs: 300_000 };
    expect(usableBy("moderation", limit)).toBe(300);
    expect(usableBy("share", limit)).toBe(270);
    expect(usableBy("courtesy", limit)).toBe(240);
  });

  it.each([
    { count: 300, windowMs: 10_000 },
    { count: 9, windowMs: 300_000 },
  ])("shares out neither short windows nor few requests: %j", (limit) => {
    expect(usableBy("courtesy", limit)).toBe(limit.count);
  });
});
