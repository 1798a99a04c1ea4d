import { describe, expect, it } from "vitest";
import type { Profile } from "../mastodon/inspect.js";
import { missingScopes } from "./access.js";
import { checkFollows } from "./account.js";

const aProfile = (following: number | undefined, followers = 0): Profile => ({
  ...{ isBot: true, isLocked: false, isLimited: false, isSuspended: false },
  ...{ movedTo: undefined, defaultVisibility: "public", following, followers },
});
const mastodon = { following: { count: 7_500, perFollower: 1.1 } };
const says = (...args: Parameters<typeof checkFollows>) =>
  checkFollows(...args).map(({ verdict, text }) => `${verdict}: ${text}`);

describe("follows", () => {
  it.each([
    [100, 0, "ok: The group follows 100 of the 7500 accounts that its server allows."],
    [7_000, 10, "warning: The group follows 7000 of the 7500 accounts that its server allows."],
    [7_500, 10, /^problem: The group follows 7500 of the 7500 .* new members are not followed/u],
    [7_600, 10_000, "ok: The group follows 7600 of the 11000 accounts that its server allows."],
  ])("are measured by what the server allows", (following, followers, expected) => {
    const [told] = says(aProfile(following, followers), mastodon, 0);
    if (typeof expected === "string") expect(told).toBe(expected);
    else expect(told).toMatch(expected);
  });

  it("have no limit where none is known, and are not told where the server does not tell", () => {
    const none = { following: undefined };
    expect(says(aProfile(9_000), none, 0)).toEqual([
      "ok: The group follows 9000; no limit is known.",
    ]);
    expect(says(aProfile(undefined), mastodon, 0)).toEqual([]);
  });

  it("are told to wait when work was put off", () => {
    expect(says(aProfile(1), mastodon, 2)[0]).toBe(
      "warning: 2 pieces of work wait for room in the server's limits.",
    );
  });
});

describe("scopes", () => {
  it.each([
    ["read write follow", []],
    ["read write", []],
    ["read:accounts read:statuses read:search read:notifications write follow", []],
    ["read follow", ["write"]],
    ["follow", ["read", "write"]],
    ["read write:statuses write:media write:notifications", ["write:accounts", "write:follows"]],
  ])("%s lack %j", (granted, missing) => {
    expect(missingScopes(granted.split(" "))).toEqual(missing);
  });
});
