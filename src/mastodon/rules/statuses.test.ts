import { describe, expect, it } from "vitest";
import { decide } from "../../core/decide.js";
import type { Acct, GroupEvent } from "../../core/model.js";
import { aFound, aGroup, anAccount } from "../../testing/builders.js";
import { asMasto, fixture } from "../../testing/fixtures.js";
import { rawAccount, rawNotification, rawStatus } from "../../testing/odd-server.js";
import { mapHome, mapNotification, mapStatus, type Viewer } from "../mapping.js";

const url = "https://odd.test/@grp";
const viewer: Viewer = { acct: "grp@odd.test" as Acct, url };
const self = anAccount({ acct: viewer.acct, url });
const grp = { ...rawAccount("grp"), id: "0" };

const fromNotification = (status: object, type = "mention"): GroupEvent => {
  const event = mapNotification(asMasto(rawNotification("n", type, { status })), viewer);
  if (event === undefined) throw new Error("It has an id.");
  return event;
};
const fromHome = (status: object): GroupEvent => {
  const event = mapHome(asMasto(status), viewer);
  if (event === undefined) throw new Error("It has an author.");
  return event;
};
const verdict = (event: GroupEvent) =>
  decide(event, aFound(), aGroup({ self, members: ["ann@far.test"], tags: ["ducks"] })).because;

/** Mentions of the group as eight servers write them. */
const mentionsOfUs = {
  mastodon: `<p><span class="h-card" translate="no"><a href="${url}" class="u-url mention">@<span>grp</span></a></span> hi</p>`,
  pleroma: `<span class="h-card"><a class="u-url mention" data-user="9" href="${url}" rel="ugc">@<span>grp</span></a></span> hi<br>there`,
  gotosocial: `<p><span class="h-card"><a href="${url}" class="u-url mention" rel="nofollow noreferrer noopener" target="_blank">@<span>grp</span></a></span> hi<br><br>there</p>`,
  hollo: `<p><a translate="no" class="h-card u-url mention" href="${url}">@<span>grp</span></a> hi</p>\n`,
  misskey: `<p><a href="${url}" class="u-url mention">@grp@odd.test</a><span> hi<br />there</span></p>`,
  iceshrimp: `<span class="h-card"><a class="u-url mention" href="${url}"><span>@grp</span></a></span> hi`,
  mitra: `<span class="h-card"><a class="u-url mention" href="${url}">@grp</a></span> hi<br>there`,
  snac: `<p><span class="h-card"><a href="${url}" class="u-url mention">@grp@odd.test</a></span> hi</p>`,
};

describe("who is addressed", () => {
  it.each(Object.entries(mentionsOfUs))(
    "rule 11, 12 (live G34, H12): the group is found in what %s writes",
    (_software, content) => {
      const status = rawStatus("1", { content, mentions: [grp] });
      expect(verdict(fromNotification(status))).toBe("mention");
    },
  );

  it("rule 11 (S3): also where the server leaves the reader out of the mentions", () => {
    const status = rawStatus("1", { content: mentionsOfUs.snac });
    expect(verdict(fromNotification(status))).toBe("mention");
  });

  it("rule 11 (S4): also where the notification is called status", () => {
    const status = rawStatus("1", { content: mentionsOfUs.hollo });
    expect(verdict(fromNotification(status, "status"))).toBe("mention");
    expect(verdict(fromNotification(rawStatus("1"), "status"))).toBe("other-notification");
  });

  it("rule 11: to be listed is not enough: Pleroma lists everybody of the thread", () => {
    const bob = { ...rawAccount("bob@far.test"), id: "8" };
    const content = `<a class="u-url mention" href="${bob.url}">@<span>bob</span></a> hi`;
    const status = rawStatus("1", { content, mentions: [bob, grp] });
    expect(verdict(fromNotification(status))).toBe("not-addressed");
  });

  it("rule 11 (H1): a mention that is in the home timeline only counts as much", () => {
    const status = rawStatus("1", { content: mentionsOfUs.hollo, mentions: [grp] });
    expect(verdict(fromHome(status))).toBe("mention");
  });

  it("rule 11: somebody of the group's name elsewhere is not the group", () => {
    const other = { acct: "grp@far.test", id: "3", url: "https://far.test/@grp" };
    const content = `<a class="u-url mention" href="${other.url}">@<span>grp</span></a> hi`;
    const status = rawStatus("1", { content, mentions: [other] });
    expect(verdict(fromHome(status))).toBe("no-group-tag");
  });
});

describe("what is read", () => {
  const textOf = (content: string) =>
    mapStatus(asMasto(rawStatus("1", { content, mentions: [grp] })), viewer)?.text;

  it("rule 12: paragraphs, bare text, breaks and nested spans are text alike", () => {
    const us = "@grp@odd.test";
    expect(textOf(mentionsOfUs.mastodon)).toBe(`${us} hi`);
    expect(textOf(mentionsOfUs.pleroma)).toBe(`${us} hi\nthere`);
    expect(textOf(mentionsOfUs.misskey)).toBe(`${us} hi\nthere`);
    expect(textOf("<p><span>/ba<span>n</span></span> x</p><p>/ping</p>")).toBe("/ban x\n/ping");
    expect(textOf("no <b>markup")).toBe("no markup");
    expect(textOf("")).toBe("");
  });

  it("rule 12 (live G51): hashtags come from the tags, and from the text where there are none", () => {
    const bare = '<p>Look! <a href="https://far.test/tags/Ducks" rel="tag">#Ducks</a></p>';
    expect(verdict(fromHome(rawStatus("1", { content: bare })))).toBe("group-tag");
    const tags = [{ name: "ＤＵＣＫＳ" }];
    expect(verdict(fromHome(rawStatus("1", { tags })))).toBe("group-tag");
    expect(verdict(fromHome(rawStatus("1", { content: bare, tags: [{ name: "x" }] })))).toBe(
      "no-group-tag",
    );
  });

  it("rule 14 (S8, S9): what is not for everybody, or unheard of, is not shared", () => {
    const content = mentionsOfUs.mastodon;
    for (const visibility of ["private", "direct", "local", "list", "mutuals_only", "limited", 7]) {
      const status = rawStatus("1", { content, visibility, mentions: [grp] });
      expect(verdict(fromNotification(status))).toBe("not-public");
    }
  });

  it("S1, S2: what snac wraps is the post itself, with its own id and address", () => {
    const { body } = fixture("snac", "080-status-after-reblog");
    const wrapped = asMasto(body);
    const status = mapStatus(wrapped, viewer);
    expect(status?.id).toBe(status?.id.toLowerCase());
    expect(status?.isReblog).toBe(false);
    expect(status?.text).not.toBe("");
  });

  it("H2, S12: a name without a host is one of the group's own server, in any case of letters", () => {
    const accts = ["Ann", "ann@ODD.test", "ann"].map(
      (acct) => mapStatus(asMasto(rawStatus("1", { account: rawAccount(acct) })), viewer)?.author,
    );
    expect(accts.map((author) => author?.acct)).toEqual(Array(3).fill("ann@odd.test"));
  });
});
