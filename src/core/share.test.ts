import { describe, expect, it } from "vitest";
import { decideOn } from "../testing/ask.js";
import {
  acct,
  aGroup,
  aHomeStatus,
  aMention,
  anAccount,
  aShare,
  aStatus,
  type GroupSketch,
  type StatusSketch,
} from "../testing/builders.js";
import { decideBoost, decideShare } from "./share.js";

const grp = "@grp@host.example";
const tags = ["ducks"];
const asMember: GroupSketch = { members: ["ann@far.example"], tags };
const asAdmin: GroupSketch = { admins: ["ann@far.example"], tags };
const asGuest: GroupSketch = { tags };

describe("the README's examples", () => {
  const inThread = { inReplyTo: "99" };
  const shared: readonly StatusSketch[] = [
    { text: `${grp} Look at this duck` },
    { text: `Look at this duck ${grp}` },
    { text: "I love #ducks" },
    { text: "@otheruser@far.example tell me about #ducks", ...inThread },
    { text: `Ducks are cool @otheruser@far.example ${grp}` },
  ];
  const notShared: readonly StatusSketch[] = [
    { text: "ducks suck" },
    { text: `${grp} #ducks /i` },
    { text: `${grp} /remove #ducks` },
    { text: `@otheruser@far.example ${grp} tell me about ducks`, ...inThread },
  ];
  const eventOf = (post: StatusSketch) =>
    post.text?.includes(grp) ? aMention(post) : aHomeStatus(post);

  it.each(shared)("share $text", (post) => {
    for (const visibility of ["public", "unlisted"] as const) {
      const { effects, changes } = decideOn(eventOf({ ...post, visibility }), asMember);
      expect(changes).toEqual([]);
      expect(effects).toEqual([
        {
          kind: "reblog",
          status: "100",
          uri: "https://far.example/statuses/100",
          visibility,
          sharedBy: "ann@far.example",
        },
      ]);
    }
  });

  it.each(shared)("do not share $text when it is not public", (post) => {
    for (const visibility of ["private", "direct"] as const) {
      expect(decideOn(eventOf({ ...post, visibility }), asMember)).toMatchObject({
        effects: [],
        because: "not-public",
      });
    }
  });

  it.each(notShared)("do not share $text", (post) => {
    for (const standing of [asMember, asAdmin, asGuest]) {
      expect(decideOn(eventOf(post), standing).acts).toEqual([]);
    }
  });
});

describe("who shares what", () => {
  const closed = { memberOnly: true };
  const reply = { inReplyTo: "99" };
  const followersOnly = { visibility: "private" } as const;
  const banned: GroupSketch = { tags, banned: ["ann@far.example"] };
  const fromBannedServer: GroupSketch = { tags, bannedServers: ["far.example"] };
  const rows: readonly [string, StatusSketch, GroupSketch, "mention" | "home", string][] = [
    ["a guest mentions an open group", { text: grp }, asGuest, "mention", "mention"],
    ["a member mentions", { text: grp }, asMember, "mention", "mention"],
    [
      "an admin mentions a closed group",
      { text: grp },
      { ...asAdmin, ...closed },
      "mention",
      "mention",
    ],
    [
      "a member mentions a closed group",
      { text: grp },
      { ...asMember, ...closed },
      "mention",
      "mention",
    ],
    [
      "a guest mentions a closed group",
      { text: grp },
      { ...asGuest, ...closed },
      "mention",
      "not-a-member",
    ],
    ["… in a reply", { text: grp, ...reply }, { ...asGuest, ...closed }, "mention", "a-reply"],
    [
      "… with a tag",
      { text: `${grp} #ducks` },
      { ...asGuest, ...closed },
      "mention",
      "not-a-member",
    ],
    ["a mention for followers", { text: grp, ...followersOnly }, asMember, "mention", "not-public"],
    ["a mention in a reply", { text: grp, ...reply }, asMember, "mention", "a-reply"],
    ["… with a tag", { text: `${grp} #Ducks`, ...reply }, asMember, "mention", "group-tag"],
    [
      "… with a tag, by a guest",
      { text: `${grp} #ducks`, ...reply },
      asGuest,
      "mention",
      "not-a-member",
    ],
    ["a guest's mention with a tag", { text: `${grp} #ducks` }, asGuest, "mention", "mention"],
    ["a tag by a member", { text: "#ducks" }, asMember, "home", "group-tag"],
    ["a tag by an admin", { text: "#ducks", ...reply }, asAdmin, "home", "group-tag"],
    ["a tag with /i", { text: "#ducks /i" }, asMember, "home", "ignore-command"],
    [
      "a tag with a command that is not for us",
      { text: "#ducks /ban" },
      asMember,
      "home",
      "group-tag",
    ],
    ["a tag by a guest", { text: "#ducks" }, asGuest, "home", "not-a-member"],
    ["another tag", { text: "#ducksoup" }, asMember, "home", "no-group-tag"],
    ["no tag", { text: "ducks" }, asMember, "home", "no-group-tag"],
    ["a banned author", { text: grp }, banned, "mention", "banned"],
    ["a banned author's tag", { text: "#ducks" }, banned, "home", "banned"],
    ["a banned server", { text: grp }, fromBannedServer, "mention", "banned"],
    [
      "the group itself",
      { text: `${grp} #ducks`, by: "grp@host.example" },
      asMember,
      "mention",
      "own",
    ],
    ["a boost", { text: "#ducks", isReblog: true }, asMember, "home", "a-reblog"],
    ["a boost of a mention", { text: grp, isReblog: true }, asMember, "mention", "a-reblog"],
    ["a mention that comes by the home timeline", { text: grp }, asGuest, "home", "mention"],
    [
      "a command that comes by the home timeline",
      { text: `${grp} /ping` },
      asGuest,
      "home",
      "commands: ping",
    ],
    [
      "an inherited mention",
      { text: "ducks", mentions: ["grp@host.example"] },
      asMember,
      "mention",
      "not-addressed",
    ],
    [
      "an opted-out author's own post",
      { text: grp },
      { optedOut: ["ann@far.example"] },
      "mention",
      "mention",
    ],
  ];
  it.each(rows)("%s", (_, post, sketch, road, because) => {
    const event = road === "mention" ? aMention(post) : aHomeStatus(post);
    const decision = decideOn(event, sketch);
    expect(decision.because).toBe(because);
    const isShared = because === "mention" || because === "group-tag";
    expect(decision.acts).toEqual(isShared ? ["reblog 100"] : []);
  });
});

describe("decideShare", () => {
  it("shares a post once", () => {
    const status = aStatus({ text: grp });
    const shares = [aShare(status)];
    const again = { share: false, because: "already-shared" };
    expect(decideShare(status, aGroup({ shares }), "mention")).toEqual(again);
    const reblogged = { ...status, rebloggedByUs: true };
    expect(decideShare(reblogged, aGroup(), "mention")).toEqual(again);
  });

  it("believes the server's list of hashtags before the text", () => {
    const listed = aStatus({ text: "no tag here", tags: ["ducks"] });
    expect(decideShare(listed, aGroup(asMember), "home")).toMatchObject({ because: "group-tag" });
    const other = aStatus({ text: "#ducks", tags: ["geese"] });
    expect(decideShare(other, aGroup(asMember), "home")).toMatchObject({ because: "no-group-tag" });
  });

  it("knows a hashtag with accents though the server lists it without", () => {
    const group = aGroup({ members: ["ann@far.example"], tags: ["café"] });
    const status = aStatus({ text: "A #Café for ducks", tags: ["cafe"] });
    expect(decideShare(status, group, "home")).toMatchObject({ because: "group-tag" });
    const plain = aStatus({ text: "A #cafe for ducks", tags: ["cafe"] });
    expect(decideShare(plain, group, "home")).toMatchObject({ because: "no-group-tag" });
  });

  it("reads the text where the server lists no hashtags", () => {
    const status = aStatus({ text: "two: #geese, #ＤＵＣＫＳ!", tags: [] });
    expect(decideShare(status, aGroup(asMember), "home")).toMatchObject({ because: "group-tag" });
    const link = aStatus({ text: "https://far.example/a#ducks", tags: [] });
    expect(decideShare(link, aGroup(asMember), "home")).toMatchObject({ share: false });
  });

  it("refuses the group's own posts and banned people by itself", () => {
    const own = aStatus({ by: "grp@host.example" });
    expect(decideShare(own, aGroup(), "home")).toMatchObject({ because: "own-status" });
    const group = aGroup({ banned: ["ann@far.example"] });
    expect(decideShare(aStatus(), group, "home")).toMatchObject({ because: "banned" });
  });
});

describe("decideBoost", () => {
  const asker = acct("bob@far.example");
  const nobot = anAccount({ profileText: "I like ducks\n#NoBot" });
  const rows: readonly [string, StatusSketch | undefined, GroupSketch, string][] = [
    ["a public post by anybody", {}, {}, "shared"],
    ["an unlisted post", { visibility: "unlisted" }, {}, "shared"],
    ["a reply", { inReplyTo: "1" }, {}, "shared"],
    ["an admin's post", {}, asAdmin, "shared"],
    ["the asker's own post", { by: "bob@far.example" }, {}, "shared"],
    ["a closed group's guest asks", {}, { memberOnly: true }, "may-not-write"],
    ["a closed group's member asks", {}, { memberOnly: true, members: [asker] }, "shared"],
    ["a banned person asks", {}, { banned: [asker] }, "may-not-write"],
    ["a post that is gone", undefined, {}, "not-found"],
    ["the group's own post", { by: "grp@host.example" }, {}, "own-status"],
    ["a banned author", {}, { banned: ["ann@far.example"] }, "banned"],
    [
      "a banned author who was a member",
      {},
      { ...asMember, banned: ["ann@far.example"] },
      "banned",
    ],
    [
      "an author on a banned server",
      { by: "x@bad.example" },
      { bannedServers: ["bad.example"] },
      "banned",
    ],
    ["an author who opted out", {}, { optedOut: ["ann@far.example"] }, "opted-out"],
    ["a member who once opted out", {}, { ...asMember, optedOut: ["ann@far.example"] }, "shared"],
    ["#nobot", { by: nobot }, {}, "nobot"],
    ["#nobot of a member", { by: nobot }, asMember, "shared"],
    ["#nobot of an admin", { by: nobot }, asAdmin, "shared"],
    ["#nobots, another word", { by: anAccount({ profileText: "#nobots nobot" }) }, {}, "shared"],
    ["a post for followers", { visibility: "private" }, {}, "not-public"],
    ["a direct message", { visibility: "direct" }, {}, "not-public"],
    ["a boost that was not unwrapped", { isReblog: true }, {}, "not-public"],
    ["a post we boosted", { rebloggedByUs: true }, {}, "already-shared"],
    ["a post that is remembered", {}, { shares: [aShare(aStatus())] }, "already-shared"],
    [
      "opted out before not public",
      { visibility: "private" },
      { optedOut: ["ann@far.example"] },
      "opted-out",
    ],
  ];
  it.each(rows)("%s", (_, post, sketch, expected) => {
    const parent = post === undefined ? undefined : aStatus(post);
    const decision = decideBoost(parent, asker, aGroup(sketch));
    expect(decision.share ? "shared" : decision.because).toBe(expected);
    if (decision.share) {
      const { id, uri, visibility } = aStatus(post);
      const effect = { kind: "reblog", status: id, uri, visibility, sharedBy: asker };
      expect(decision.effect).toEqual(effect);
    }
  });
});
