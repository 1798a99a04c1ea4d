import { describe, expect, it } from "vitest";
import { ask } from "../../testing/ask.js";
import {
  aFound,
  aShare,
  aStatus,
  english,
  type GroupSketch,
  type StatusSketch,
} from "../../testing/builders.js";
import type { MessageKey } from "../messages.js";

const ann = "ann@far.example";
const admins = [ann];
const members = [ann];
const closed = { memberOnly: true };

/** What a plain server shows of a message without tokens. */
function said(key: MessageKey): string {
  return `@${ann} ${english[key].replaceAll(/`\//gu, "\u2060/").replaceAll("`", "")}`;
}

describe("/ignore", () => {
  it.each([
    "/i",
    "/ignore",
    "\\ignore",
    "/IGNORE",
    "ok /ignore and /ban eve@far.example",
    "/help /i",
  ])("%s makes the group overlook the post", (text) => {
    expect(ask(text, { admins })).toMatchObject({
      changes: [],
      effects: [],
      because: "ignore-command",
    });
  });

  it("also counts inside an announcement", () => {
    expect(ask("/announce hello /i", { admins }).effects).toEqual([]);
  });
});

describe("/ping", () => {
  it("answers with name and version", () => {
    const { answer, changes, acts } = ask("/ping");
    expect(answer).toBe(`@${ann} pong, this is fedigroups service v1.2.3`);
    expect([...changes, ...acts]).toEqual([]);
  });
});

describe("/members", () => {
  const people: GroupSketch = {
    admins: ["zoe@b.example", "abe@b.example"],
    members: ["mo_1@b.example"],
  };

  it("shows the admins to others, without pinging them", () => {
    for (const text of ["/members", "/who"]) {
      expect(ask(text, people).answer).toBe(
        `@${ann} Admins of this group:\n- abe@b.example\n- zoe@b.example`,
      );
    }
  });

  it("shows everybody to admins, sorted, admins marked, with a count", () => {
    const sketch = { ...people, admins: [ann, "zoe@b.example"], members: ["mo_1@b.example", ann] };
    expect(ask("/members", sketch).answer).toBe(
      [
        `@${ann} Members of this group:`,
        "- ann@far.example (admin)",
        "- mo_1@b.example",
        "- zoe@b.example (admin)",
        "",
        "3 in all",
      ].join("\n"),
    );
  });

  it("says that a group has no admins", () => {
    expect(ask("/members").answer).toContain("nobody yet");
  });

  it("does not list people without end", () => {
    const crowd = Array.from({ length: 250 }, (_, index) => `m${1000 + index}@b.example`);
    const { answer } = ask("/members", { admins, members: crowd, maxCharacters: 100_000 });
    expect(answer).toContain("- m1198@b.example\n- … and 51 more\n\n251 in all");
    expect(answer).not.toContain("m1199@");
  });

  it("shows names with underscores as they are on markdown servers", () => {
    const { answer } = ask("/who", {
      admins: ["a_b@c.example"],
      traits: { format: "markdown-always" },
    });
    expect(answer).toBe(`@${ann} **Admins of this group:**\n- a\\_b@c.example`);
  });
});

describe("/tags", () => {
  it("lists the hashtags, sorted", () => {
    for (const text of ["/tags", "/hashtags"]) {
      expect(ask(text, { tags: ["geese", "два_слова", "ducks"] }).answer).toBe(
        `@${ann} Hashtags of this group:\n- #ducks\n- #geese\n- #два_слова`,
      );
    }
  });

  it("keeps hashtags whole on markdown servers", () => {
    const traits = { format: "markdown-always" } as const;
    expect(ask("/tags", { tags: ["two_words"], traits }).answer).toContain("#two_words");
  });

  it("says that there are none", () => {
    expect(ask("/tags").answer).toContain("no hashtags yet");
  });
});

describe("/join", () => {
  it("makes a guest of an open group a member", () => {
    const joined = ask("/join");
    expect(joined.changes).toEqual([{ kind: "add-member", acct: ann }]);
    expect(joined.effects[0]).toEqual({
      kind: "follow",
      target: { acct: ann, id: `id-of-${ann}` },
    });
    expect(joined.answer).toBe(said("welcome_join_cmd"));
  });

  it("follows a member again", () => {
    for (const sketch of [{ members }, { members, ...closed }]) {
      const joined = ask("/join", sketch);
      expect(joined.changes).toEqual([]);
      expect(joined.acts).toEqual([`follow ${ann}`]);
      expect(joined.answer).toBe(said("cmd_join_again"));
    }
  });

  it("makes an admin a member too, with a short answer", () => {
    const joined = ask("/join", { admins, ...closed });
    expect(joined.changes).toEqual([{ kind: "add-member", acct: ann }]);
    expect(joined.answer).toBe(said("cmd_join_again"));
  });

  it("explains a member-only group and lists its admins", () => {
    const joined = ask("/join", { ...closed, admins: ["zoe@b.example", "abe@b.example"] });
    expect([...joined.changes, ...joined.acts]).toEqual([]);
    expect(joined.answer).toBe(`${said("welcome_closed")}\n- abe@b.example\n- zoe@b.example`);
  });
});

describe("/leave", () => {
  it("ends a membership", () => {
    const left = ask("/leave", { members });
    expect(left.control.memberUsers.size).toBe(0);
    expect(left.acts).toEqual([`unfollow ${ann}`]);
    expect(left.answer).toBe(said("cmd_leave_ok"));
  });

  it.each([{ admins, members }, { admins }])("leaves an admin an admin: %j", (sketch) => {
    const left = ask("/leave", sketch);
    expect(left.control.memberUsers.size).toBe(0);
    expect(left.control.adminUsers.has(left.group.self.acct)).toBe(false);
    expect([...left.control.adminUsers]).toEqual([ann]);
    expect(left.acts).toEqual([`unfollow ${ann}`]);
    expect(left.answer).toBe(said("cmd_leave_admin"));
  });

  it("is refused kindly to guests", () => {
    const left = ask("/leave");
    expect([...left.changes, ...left.acts]).toEqual([]);
    expect(left.refusal).toBe(said("cmd_leave_fail_not_member"));
  });
});

describe("/optout and /optin", () => {
  it("set and lift a guest's wish", () => {
    for (const text of ["/optout", "/opt-out"]) {
      const out = ask(text);
      expect([...out.control.optoutUsers]).toEqual([ann]);
      expect(out.answer).toBe(said("cmd_optout_ok"));
    }
    for (const text of ["/optin", "/opt-in"]) {
      const back = ask(text, { optedOut: [ann] });
      expect(back.control.optoutUsers.size).toBe(0);
      expect(back.answer).toBe(said("cmd_optin_ok"));
    }
  });

  it.each<[string, GroupSketch, MessageKey]>([
    ["/optout", { admins }, "cmd_optout_fail_admin_cant"],
    ["/optout", { members }, "cmd_optout_fail_member_cant"],
    ["/optin", { admins }, "cmd_optin_fail_admin_cant"],
    ["/optin", { members }, "cmd_optin_fail_member_cant"],
  ])("%s has no effect with %j", (text, sketch, key) => {
    const asked = ask(text, sketch);
    expect([...asked.changes, ...asked.acts]).toEqual([]);
    expect(asked.refusal).toBe(said(key));
  });
});

const parent = aStatus({ id: "50", by: "bob@b.example" });
const inThread = (text: string, more: StatusSketch = {}): StatusSketch => ({
  text,
  inReplyTo: "50",
  ...more,
});
const withParent = (status = parent) => aFound({ statuses: [status] });

describe("/boost", () => {
  it.each(["/b", "/boost", "/b!", "/b,"])("%s shares the parent in the asker's name", (text) => {
    const asked = ask(inThread(text), {}, withParent());
    expect(asked.effects).toEqual([
      {
        kind: "reblog",
        status: "50",
        uri: parent.uri,
        visibility: "public",
        sharedBy: ann,
      },
    ]);
    expect(asked.because).toBe("commands: boost");
  });

  it("works from a direct message", () => {
    const asked = ask(inThread("/b", { visibility: "direct" }), {}, withParent());
    expect(asked.acts).toEqual(["reblog 50"]);
    expect(asked.drafts).toEqual([]);
  });

  it.each<[MessageKey, GroupSketch, Partial<StatusSketch>]>([
    ["cmd_boost_fail_banned", { banned: ["bob@b.example"] }, {}],
    ["cmd_boost_fail_opted_out", { optedOut: ["bob@b.example"] }, {}],
    ["cmd_boost_fail_not_public", {}, { visibility: "private" }],
    ["cmd_boost_fail_already_shared", {}, { rebloggedByUs: true }],
    ["cmd_boost_fail_own_status", {}, { by: "grp@host.example" }],
    ["cmd_boost_fail_command", {}, { text: "@grp@host.example /ban x@y.example" }],
    ["cmd_boost_fail_command", {}, { text: "@grp@host.example /i" }],
  ])("explains %s in private", (key, sketch, change) => {
    const found = withParent(aStatus({ id: "50", by: "bob@b.example", ...change }));
    const asked = ask(inThread("/b"), sketch, found);
    expect(asked.acts).toEqual([]);
    expect(asked.refusal).toBe(said(key));
    expect(asked.drafts).toMatchObject([{ visibility: "direct" }]);
  });

  it("explains #nobot without making it a hashtag of the group's", () => {
    const shy = { ...parent.author, profileText: "no bots please #nobot" };
    const asked = ask(inThread("/b"), {}, withParent({ ...parent, author: shy }));
    expect(asked.acts).toEqual([]);
    expect(asked.refusal).toContain("asks bots to stay away");
  });

  it("needs a parent that can be seen", () => {
    expect(ask("/b").refusal).toBe(said("cmd_boost_fail_not_reply"));
    expect(ask(inThread("/b")).refusal).toBe(said("cmd_boost_fail_not_found"));
  });

  it("is for those who may write", () => {
    const asked = ask(inThread("/b"), closed, withParent());
    expect(asked.acts).toEqual([]);
    expect(asked.refusal).toBe(`@${ann} Only members of this group can use \u2060/boost.`);
    expect(ask(inThread("/b"), { ...closed, members }, withParent()).acts).toEqual(["reblog 50"]);
  });
});

describe("/undo", () => {
  const own = aStatus({ id: "50", by: "grp@host.example" });
  const byAnn = aStatus({ id: "50" });
  const shares = [aShare(parent, "bob@b.example")];

  it.each<[string, StatusSketch, GroupSketch, typeof parent]>([
    [
      "the author, who is no member",
      {},
      { ...closed, shares: [aShare(byAnn, "bob@b.example")] },
      byAnn,
    ],
    ["the author, known by the server only", {}, {}, { ...byAnn, rebloggedByUs: true }],
    ["an admin", {}, { admins, shares }, parent],
    ["whoever shared it with /boost", {}, { shares: [aShare(parent, ann)] }, parent],
    ["by direct message", { visibility: "direct" }, { admins, shares }, parent],
  ])("takes back a share for %s", (_, post, sketch, target) => {
    for (const text of ["/undo", "/delete"]) {
      const asked = ask({ ...inThread(text), ...post }, sketch, withParent(target));
      expect(asked.effects).toEqual([{ kind: "unreblog", status: "50", uri: target.uri }]);
      expect(asked.changes).toEqual([]);
    }
  });

  it("deletes the group's own post for an admin", () => {
    const asked = ask(inThread("/delete"), { admins }, withParent(own));
    expect(asked.effects).toEqual([{ kind: "delete", status: "50" }]);
  });

  it.each<[MessageKey, GroupSketch, typeof parent]>([
    ["cmd_undo_fail_admins_only", { members }, own],
    ["cmd_undo_fail_not_shared", { admins }, parent],
    ["cmd_undo_fail_not_yours", { members, shares }, parent],
    ["cmd_undo_fail_not_yours", {}, { ...parent, rebloggedByUs: true }],
  ])("explains %s", (key, sketch, target) => {
    const asked = ask(inThread("/undo"), sketch, withParent(target));
    expect(asked.acts).toEqual([]);
    expect(asked.refusal).toBe(said(key));
  });

  it("needs a parent that can be seen", () => {
    expect(ask("/undo", { admins }).refusal).toBe(said("cmd_undo_fail_not_reply"));
    expect(ask(inThread("/undo"), { admins }).refusal).toBe(said("cmd_undo_fail_not_found"));
  });
});
