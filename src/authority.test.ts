/** Who may command, attacked: from the JSON that a server sends to what the group does. */
import { describe, expect, it } from "vitest";
import { decide } from "./core/decide.js";
import type { GroupEvent } from "./core/model.js";
import { mapHome, mapNotification, type Viewer } from "./mastodon/mapping.js";
import { type SandboxOptions, type SandboxUser, startSandbox } from "./sandbox/index.js";
import { acct, aFound, aGroup, anAccount, type GroupSketch } from "./testing/builders.js";
import { runGroupOf } from "./testing/running-group.js";
import { until } from "./testing/until.js";

const viewer: Viewer = { acct: acct("grp@host.example"), url: "https://host.example/@grp" };
const alice = {
  id: "a",
  acct: "alice@good.example",
  username: "alice",
  url: "https://good.example/@alice",
};
const mallory = { id: "m", acct: "mallory@evil.example", url: "https://evil.example/@mallory" };
const admins = ["alice@good.example", "alice@host.example", "kate@good.example"];
const call = '<a href="https://host.example/@grp">@grp</a>';
const toUs = [{ id: "g", acct: "grp", url: "https://host.example/@grp" }];

/** A post in masto's shape; by the admin, public, and addressed to the group. */
function aPost(content: string, more: object = {}) {
  const rest = { account: alice, visibility: "public", mentions: toUs, tags: [] };
  return { id: "1", uri: "https://good.example/1", content, ...rest, ...more };
}

function mentionOf(status: object, by: object = Object(status).account): GroupEvent | undefined {
  const raw = { id: "n", type: "mention", createdAt: "2026-11-21T12:00:00Z" };
  return mapNotification({ ...raw, account: by, status }, viewer);
}

/** What the group's control would become. */
function changesBy(event: GroupEvent | undefined, sketch: GroupSketch = {}): readonly unknown[] {
  if (event === undefined) return [];
  const found = aFound({ accounts: [anAccount("mallory@evil.example")] });
  return decide(event, found, aGroup({ admins, ...sketch })).changes;
}

const closing = [{ kind: "member-only", memberOnly: true }];

describe("an admin", () => {
  it.each([
    ["by the address", alice.acct],
    ["in capitals", "Alice@GOOD.example"],
    ["of the group's own server", "alice", "https://host.example/@alice"],
  ])("is known %s", (_, address, url = "") => {
    const post = aPost(`${call} /closegroup`, { account: { id: "a", acct: address, url } });
    expect(changesBy(mentionOf(post))).toEqual(closing);
  });

  it.each<[string, object]>([
    ["a namesake elsewhere", { acct: "alice@evil.example" }],
    ["… with the admin's page", { acct: "alice@evil.example", url: alice.url }],
    ["a bare name with a stranger's page", { acct: "alice", url: "https://evil.example/@alice" }],
    ["a subdomain", { acct: "alice@eu.good.example" }],
    ["the domain above", { acct: "alice@example" }],
    ["a longer domain", { acct: "alice@good.example.evil.example" }],
    ["two hosts", { acct: "alice@good.example@evil.example" }],
    ["a port", { acct: "alice@good.example:8443" }],
    ["a path", { acct: "alice@good.example/@evil.example" }],
    ["a fragment", { acct: "alice@good.example#@evil.example" }],
    ["letters of full width", { acct: "ａｌｉｃｅ@good.example" }],
    ["an ordinal for a letter", { acct: "ªlice@good.example" }],
    ["the sign of Kelvin for a letter", { acct: "\u212aate@good.example" }],
    ["a Cyrillic letter", { acct: "аlice@good.example" }],
    ["a dotless letter", { acct: "al\u0131ce@good.example" }],
    ["a server of a Cyrillic letter", { acct: "alice@gооd.example" }],
    ["its punycode", { acct: "alice@xn--gd-fmca.example" }],
    ["what nobody sees", { acct: "alice\u200b@good.example" }],
    ["… what turns the text", { acct: "\u202ealice@good.example" }],
    ["a line end", { acct: "alice@good.example\n" }],
    ["a display name", { ...mallory, displayName: "alice@good.example", username: "alice" }],
    ["an account that says it moved", { ...mallory, moved: alice, alsoKnownAs: [alice.url] }],
    ["only a user name", { acct: undefined, username: "alice", url: alice.url }],
  ])("is not %s", (_, account) => {
    const post = aPost(`${call} /closegroup`, { account: { id: "x", url: "", ...account } });
    expect(changesBy(mentionOf(post))).toEqual([]);
  });

  it("does not speak through who boosts, quotes or forwards their order", () => {
    const order = aPost(`${call} /closegroup`);
    const wrapper = { id: "2", account: mallory, reblog: order, content: "" };
    const disguise = { ...wrapper, id: "ABC", reblog: { ...order, id: "abc" } };
    const quote = aPost(`${call} look`, {
      ...{ account: mallory, quote: { state: "accepted", quotedStatus: order } },
      pleroma: { quote: order, inReplyToAccountAcct: alice.acct },
    });
    for (const event of [
      mentionOf(wrapper),
      mentionOf(disguise, mallory),
      mentionOf(order, mallory),
      mentionOf(quote),
      mapHome(wrapper, viewer),
      mapHome(disguise, viewer),
      mapHome(quote, viewer),
    ]) {
      expect(changesBy(event)).toEqual([]);
    }
    // Where each boosted post comes disguised, the notification of its author counts.
    expect(changesBy(mentionOf(disguise, alice))).toEqual(closing);
  });

  it("does not command this group by an order to whoever claims its page", () => {
    const claimant = [{ id: "b", acct: "bot@evil.example", url: viewer.url }];
    const post = aPost(`<a href="${viewer.url}">@bot</a> /closegroup`, { mentions: claimant });
    expect(changesBy(mapHome(post, viewer))).toEqual([]);
    expect(changesBy(mapHome(aPost(`${call} /closegroup`), viewer))).toEqual(closing);
  });
});

describe("a command", () => {
  it.each([
    [
      "in a link's address",
      '<a href="https://evil.example/> /closegroup">https://evil.example</a>',
    ],
    ["in a link's text", '<a href="https://evil.example/">Read /closegroup now</a>'],
    ["that is a link's text", '<a href="https://evil.example/">/closegroup</a>'],
    [
      "behind a > in a link",
      '<a href="https://e.example/">https://e.example/?q=&gt;/closegroup</a>',
    ],
    ["behind a > in an address", "https://e.example/?q=&gt;/closegroup"],
    ["in a quotation", "<blockquote><p>/closegroup</p></blockquote>"],
    ["in a quotation that never ends", "<blockquote>/closegroup"],
    ["in a quotation that ends too often", "</p></blockquote><blockquote>/closegroup"],
    ["in a short quotation", "<q>/closegroup</q>"],
    ["in quoted lines", "<br>&gt; so it goes:<br>&gt; /closegroup"],
    ["in lines quoted from right to left", "<br>\u200f&gt; /closegroup"],
    ["in lines quoted in full width", "<br>＞ /closegroup"],
    ["in code", "<code>/closegroup</code>"],
    ["in a block of code", "<pre><code>x\n/closegroup\n</code></pre>"],
    ["in backticks", "`/closegroup`"],
    ["in what is to be typed", "<kbd>/closegroup</kbd>"],
    ["in the line of a quote post", '<p class="quote-inline">RE: /closegroup</p>'],
    ["… of Pleroma", '<span class="quote-inline"><br>RE: /closegroup</span>'],
    ["in what is not shown", "<span style='display:none'>/closegroup</span><p hidden>/closegroup"],
    ["in a comment", "<!-- > /closegroup -->"],
    ["in an attribute", "<img alt='> /closegroup' src='x'>"],
    ["in an annotation", "<ruby>a<rt> /closegroup</rt></ruby>"],
    ["in an emoji's name", ":/closegroup:"],
    ["with what nobody sees inside", "/close\u200bgroup"],
    ["… in front", "x\u200b/closegroup"],
    ["… that turns the text", "\u202e/closegroup"],
    ["with a Cyrillic letter", "/сlosegroup"],
    ["with another slash", "／closegroup ∕closegroup"],
  ])("%s runs nothing", (_, content) => {
    expect(changesBy(mentionOf(aPost(`<p>${call} hello ${content}</p>`)))).toEqual([]);
  });

  it("in anything but the text runs nothing", () => {
    const order = "/closegroup";
    const post = aPost(`${call} hello`, {
      spoilerText: order,
      mediaAttachments: [{ url: "https://host.example/x.png", description: order }],
      poll: { options: [{ title: order }] },
      card: { title: order, description: order, url: "https://evil.example/" },
      emojis: [{ shortcode: order }],
      application: { name: order },
      tags: [{ name: order }],
    });
    expect(changesBy(mentionOf(post))).toEqual([]);
  });

  it("is about the person whom the server lists, or whom the admin wrote, and no namesake", () => {
    const link = (url: string, text: string) => `${call} /op <a href="${url}">${text}</a>`;
    const both = [
      { acct: "bob@evil.example", url: "https://fine.example/@bob" },
      { acct: "bob@fine.example", url: "https://fine.example/@bob" },
    ];
    for (const mentions of [both, both.toReversed()]) {
      const post = aPost(link("https://fine.example/@bob", "@bob"), { mentions });
      const found = aFound({ accounts: both.map((each) => anAccount(each.acct)) });
      const event = mentionOf(post) ?? expect.fail("This is a mention.");
      expect(decide(event, found, aGroup({ admins })).changes[0]).toEqual({
        ...{ kind: "add-admin", acct: "bob@fine.example" },
      });
    }
    const seen = aPost(link(mallory.url, "@alice@good.example"), { mentions: [mallory] });
    expect(changesBy(mentionOf(seen))).toEqual([]);
  });
});

describe("a banned server", () => {
  it.each([
    "m@evil.example",
    "M@EVIL.Example.",
    "m@a.b.evil.example",
    "m@bücher.example",
    "m@xn--bcher-kva.example",
    "m@BU\u0308CHER.example",
    "m@shop.bücher.example",
  ])("keeps %s out", (address) => {
    const account = { id: "m", acct: address, url: "" };
    const sketch = { bannedServers: ["evil.example", "xn--bcher-kva.example"] };
    const event = mentionOf(aPost(`${call} hello`, { account })) ?? expect.fail("It is a mention.");
    expect(decide(event, aFound(), aGroup(sketch)).because).toBe("banned");
  });

  it.each(["m@notevil.example", "m@example", "m@evil.example.org"])("says nothing of %s", (who) => {
    const event = mentionOf(aPost(`${call} hello`, { account: { id: "m", acct: who, url: "" } }));
    const sketch = { bannedServers: ["evil.example"] };
    expect(decide(event ?? expect.fail(who), aFound(), aGroup(sketch)).because).toBe("mention");
  });
});

describe("the running group", () => {
  const hosts = [{ domain: "one.test" }, { domain: "two.test" }] as const;

  async function aStage(options: SandboxOptions = { hosts }) {
    const sandbox = await startSandbox(options);
    const one = sandbox.host("one.test");
    const two = sandbox.host("two.test");
    const people = {
      group: one.addUser({ username: "ducks", isLocked: false }),
      alice: one.addUser({ username: "alice", isLocked: false }),
      fake: two.addUser({ username: "alice", displayName: "@alice@one.test", isLocked: false }),
    };
    return { sandbox, one, ...people, [Symbol.asyncDispose]: () => sandbox.close() };
  }

  /** The group has answered this `/ping`, and so dealt with all that came before. */
  async function settled(by: SandboxUser, group: SandboxUser): Promise<void> {
    const ping = await by.post(`@${group.acct} /ping`, { visibility: "direct" });
    await until(async () =>
      (await by.notifications()).some(({ status }) => status?.in_reply_to_id === ping.id),
    );
  }

  it("obeys its admin, and no namesake, booster, quoter or editor", async () => {
    await using stage = await aStage();
    const { group, alice: admin, fake, one } = stage;
    const control = { admin_users: [admin.acct], group_tags: ["pond"] };
    await using running = await runGroupOf(group, one, { control });
    const order = await admin.post(`@${group.acct} /add #swans`);
    await settled(admin, group);
    const hello = await admin.post(`@${group.acct} hello`);
    await fake.post(`@${group.acct} /add #evil`);
    const seen = await fake.localStatus(order.uri);
    await fake.api("POST", `/api/v1/statuses/${seen.id}/reblog`);
    await fake.post(`@${group.acct} RE: ${order.uri}\n> /add #quoted`);
    await settled(admin, group);
    // What was handled is not run again, and nothing new in it.
    for (const { id } of [order, hello]) {
      const status = `@${group.acct} /add #edited`;
      await admin.api("PUT", `/api/v1/statuses/${id}`, { status });
    }
    await settled(admin, group);
    expect(await running.control()).toMatchObject({ group_tags: ["pond", "swans"] });
    expect(await running.stop()).toBe(0);
  });

  it("runs no order of long ago because somebody boosts it, where boosts come disguised", async () => {
    await using stage = await aStage({
      hosts: hosts.map((host) => ({ ...host, flavour: "snac" as const })),
    });
    const { group, alice: admin, fake, one } = stage;
    // From before the group ran; it starts from now.
    const order = await admin.post(`@${group.acct} /add #old`);
    await group.follow(fake.acct);
    const control = { admin_users: [admin.acct] };
    await using running = await runGroupOf(group, one, { control });
    const seen = await fake.localStatus(order.uri);
    await fake.api("POST", `/api/v1/statuses/${seen.id}/reblog`);
    await until(async () => (await group.home()).some(({ reblog }) => reblog !== null));
    await settled(admin, group);
    await settled(admin, group);
    expect(await running.control()).not.toMatchObject({ group_tags: ["old"] });
  });
});
