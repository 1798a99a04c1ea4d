import { describe, expect, it } from "vitest";
import { ask } from "../../testing/ask.js";
import { aFound, anAccount, type GroupSketch } from "../../testing/builders.js";

const ann = "ann@far.example";
const bob = "bob@b.example";
const admins = [ann];
const found = aFound({ accounts: [anAccount(bob)] });

describe("admin commands", () => {
  it.each([
    "/announce x",
    "/ban bob@b.example",
    "/unban bob@b.example",
    "/op bob@b.example",
    "/deop bob@b.example",
    "/add bob@b.example",
    "/add #ducks",
    "/remove #ducks",
    "/kick bob@b.example",
    "/closegroup",
    "/opengroup",
    "/ban",
  ])("%s is refused to everybody else, in private", (text) => {
    for (const sketch of [{}, { members: [ann] }, { memberOnly: true }]) {
      const asked = ask(text, { ...sketch, tags: ["ducks"] }, found);
      expect([...asked.changes, ...asked.acts]).toEqual([]);
      expect(asked.answer).toBe("");
      expect(asked.refusal).toMatch(/Only this group's admins can use \u2060\/[a-z]+\.$/u);
      expect(asked.drafts).toMatchObject([{ visibility: "direct", purpose: "refusal" }]);
    }
  });

  it.each([
    "/ban",
    "/ban bob",
    "/unban",
    "/op",
    "/deop nobody",
    "/add",
    "/add #",
    "/remove",
    "/announce",
  ])("%s runs nothing and shows how it goes", (text) => {
    const asked = ask(text, { admins });
    expect([...asked.changes, ...asked.acts]).toEqual([]);
    const [name = ""] = text.split(" ");
    expect(asked.refusal).toContain(`This is how it goes: \u2060${name} `);
    expect(asked.drafts).toMatchObject([{ visibility: "direct", purpose: "refusal" }]);
  });
});

describe("/ban and /unban", () => {
  it("ban a person: membership ends, the group unfollows", () => {
    const asked = ask("/ban @bob@b.example", { admins, members: [bob] });
    expect([...asked.control.bannedUsers]).toEqual([bob]);
    expect(asked.control.memberUsers.size).toBe(0);
    expect(asked.acts).toEqual([`unfollow ${bob}`]);
    expect(asked.answer).toBe(`@${ann} bob@b.example is banned from this group.`);
  });

  it("ban a local person by @name", () => {
    const asked = ask({ text: "/ban @bob", mentions: [] }, { admins });
    expect([...asked.control.bannedUsers]).toEqual(["bob@host.example"]);
  });

  it("ban one person, no server, whatever dots the name has", () => {
    const asked = ask("/ban first.last@b.example", { admins });
    expect(asked.changes).toEqual([{ kind: "ban-user", acct: "first.last@b.example" }]);
  });

  it("ban a server with its subdomains: their members are out", () => {
    const members = [bob, "cy@b.example", "dee@sub.b.example", "eve@bb.example"];
    const asked = ask("/ban B.example", { admins, members });
    expect([...asked.control.bannedServers]).toEqual(["b.example"]);
    expect([...asked.control.memberUsers]).toEqual(["eve@bb.example"]);
    expect(asked.acts).toEqual(
      [bob, "cy@b.example", "dee@sub.b.example"].map((who) => `unfollow ${who}`),
    );
    expect(asked.answer).toContain("Everybody on b.example is banned");
  });

  it("never ban an admin, a server with an admin on it, or the group itself", () => {
    const sketch: GroupSketch = { admins: [ann, bob, "cy@eu.example.com"], members: [bob] };
    for (const [text, cause] of [
      ["/ban bob@b.example", "bob@b.example is an admin of this group"],
      ["/ban ann@far.example", "ann@far.example is an admin of this group"],
      ["/ban b.example", "b.example is home to an admin of this group"],
      ["/ban example.com", "example.com is home to an admin of this group"],
      ["/ban grp@host.example", "grp@host.example is the group itself"],
    ]) {
      const asked = ask({ text: text ?? "", mentions: ["grp@host.example"] }, sketch);
      expect(asked.control).toEqual(asked.group.control);
      expect(asked.acts).toEqual([]);
      expect(asked.refusal).toBe(`@${ann} That did not work: ${cause}.`);
    }
  });

  it("lift bans", () => {
    const sketch: GroupSketch = { admins, banned: [bob], bannedServers: ["c.example"] };
    expect(ask("/unban bob@b.example", sketch).control.bannedUsers.size).toBe(0);
    expect(ask("/unban c.example", sketch).control.bannedServers.size).toBe(0);
    expect(ask("/unban c.example", sketch).answer).toContain("no longer banned");
  });

  it.each([
    ["/ban bob@b.example", { banned: [bob] }, "bob@b.example is banned already."],
    ["/ban b.example", { bannedServers: ["b.example"] }, "The server b.example is banned already."],
    ["/unban bob@b.example", {}, "bob@b.example is not banned."],
    ["/unban b.example", {}, "The server b.example is not banned."],
  ])("%s says when there is nothing to do", (text, sketch, expected) => {
    const asked = ask(text, { admins, ...sketch });
    expect([...asked.changes, ...asked.acts]).toEqual([]);
    expect(asked.answer).toBe(`@${ann} ${expected}`);
  });
});

describe("/add and /remove", () => {
  it("make a member, follow them and let them in", () => {
    for (const text of ["/add bob@b.example", "/follow @bob@b.example"]) {
      const asked = ask(text, { admins, memberOnly: true }, found);
      expect(asked.changes).toEqual([{ kind: "add-member", acct: bob }]);
      expect(asked.acts).toEqual([`follow ${bob}`, `accept-follow ${bob}`]);
      expect(asked.effects[0]).toMatchObject({ target: { id: `id-of-${bob}` } });
      expect(asked.answer).toBe(`@${ann} bob@b.example is a member now.`);
    }
  });

  it("follow a member again and say so", () => {
    const asked = ask("/add bob@b.example", { admins, members: [bob] }, found);
    expect(asked.changes).toEqual([]);
    expect(asked.acts).toEqual([`follow ${bob}`, `accept-follow ${bob}`]);
    expect(asked.answer).toContain("a member already");
  });

  it.each<[string, GroupSketch, string]>([
    ["/add bob@b.example", { banned: [bob] }, "bob@b.example is banned from this group"],
    ["/op bob@b.example", { banned: [bob] }, "bob@b.example is banned from this group"],
    [
      "/add bob@b.example",
      { bannedServers: ["b.example"] },
      "bob@b.example is banned from this group",
    ],
    [
      "/op bob@b.example",
      { bannedServers: ["b.example"] },
      "bob@b.example is banned from this group",
    ],
    ["/add no@b.example", {}, "I could not find no@b.example"],
    ["/op no@b.example", {}, "I could not find no@b.example"],
    ["/add grp@host.example", {}, "grp@host.example is the group itself"],
    ["/op grp@host.example", {}, "grp@host.example is the group itself"],
  ])("%s is refused with %j", (text, sketch, cause) => {
    const asked = ask(text, { admins, ...sketch }, found);
    expect([...asked.changes, ...asked.acts]).toEqual([]);
    expect(asked.refusal).toBe(`@${ann} That did not work: ${cause}.`);
  });

  it("end a membership", () => {
    for (const text of [
      "/remove bob@b.example",
      "/unfollow bob@b.example",
      "/kick bob@b.example",
    ]) {
      const asked = ask(text, { admins, members: [bob] });
      expect(asked.changes).toEqual([{ kind: "remove-member", acct: bob }]);
      expect(asked.acts).toEqual([`unfollow ${bob}`]);
      expect(asked.answer).toContain("no longer a member");
    }
    expect(ask("/remove bob@b.example", { admins }).answer).toContain("is not a member");
  });

  it("switch hashtags on and off", () => {
    for (const text of ["/add #Ducks", "/follow #ducks"]) {
      const asked = ask(text, { admins });
      expect(asked.changes).toEqual([{ kind: "add-tag", tag: "ducks" }]);
      expect(asked.answer).toContain("#ducks is a group hashtag now.");
    }
    for (const text of ["/remove #ducks", "/unfollow #DUCKS"]) {
      const asked = ask(text, { admins, tags: ["ducks"] });
      expect(asked.changes).toEqual([{ kind: "remove-tag", tag: "ducks" }]);
      expect(asked.answer).toContain("no longer a group hashtag");
    }
    expect(ask("/add #ducks", { admins, tags: ["ducks"] }).answer).toContain("hashtag already");
    expect(ask("/remove #ducks", { admins }).answer).toContain("#ducks is not a group hashtag");
  });
});

describe("/op and /deop", () => {
  it("make an admin, who is a member too", () => {
    for (const text of ["/op bob@b.example", "/admin bob@b.example"]) {
      const asked = ask(text, { admins }, found);
      expect([...asked.control.adminUsers]).toEqual([ann, bob]);
      expect([...asked.control.memberUsers]).toEqual([bob]);
      expect(asked.acts).toEqual([`follow ${bob}`, `accept-follow ${bob}`]);
      expect(asked.answer).toBe(`@${ann} bob@b.example is an admin now.`);
    }
    const member = ask("/op bob@b.example", { admins, members: [bob] }, found);
    expect(member.changes).toEqual([{ kind: "add-admin", acct: bob }]);
  });

  it("take admin rights away and leave membership", () => {
    for (const text of ["/deop bob@b.example", "/deadmin bob@b.example"]) {
      const asked = ask(text, { admins: [ann, bob], members: [bob] });
      expect(asked.changes).toEqual([{ kind: "remove-admin", acct: bob }]);
      expect(asked.acts).toEqual([]);
      expect(asked.answer).toContain("no longer an admin");
    }
  });

  it("say when there is nothing to do", () => {
    expect(ask("/op ann@far.example", { admins }).answer).toContain("an admin already");
    expect(ask("/deop bob@b.example", { admins }).answer).toContain("is not an admin");
  });

  it("keep the last admin", () => {
    const asked = ask("/deop ann@far.example", { admins });
    expect(asked.changes).toEqual([]);
    expect(asked.refusal).toContain("is the only admin");
  });
});

describe("/closegroup and /opengroup", () => {
  it.each([
    ["/closegroup", false, true],
    ["/close-group", false, true],
    ["/opengroup", true, false],
    ["/open-group", true, false],
  ])("%s", (text, before, after) => {
    const asked = ask(text, { admins, memberOnly: before });
    expect(asked.control.memberOnly).toBe(after);
    expect(asked.answer).toContain(after ? "member-only now" : "open now");
    const again = ask(text, { admins, memberOnly: after });
    expect(again.changes).toEqual([]);
    expect(again.answer).toContain("already");
  });
});

describe("/announce", () => {
  it("posts the rest of the text publicly, also from a direct message", () => {
    const text = "@grp@host.example /announce Down tonight\nat nine, see /b/ and @bob@b.example";
    const asked = ask({ text, visibility: "direct" }, { admins });
    expect(asked.drafts).toHaveLength(1);
    expect(asked.drafts[0]).toMatchObject({
      purpose: "announcement",
      visibility: "public",
      to: undefined,
    });
    const [part = ""] = asked.drafts[0]?.parts ?? [];
    expect(part).toMatch(/^📢 Group announcement\nDown tonight\nat nine/u);
    expect(part).not.toContain("@bob");
  });

  it("posts pictures without a text", () => {
    const attachments = [{ url: "https://host.example/a.png", description: "a duck" }];
    expect(ask({ text: "/announce", attachments }, { admins }).drafts).toMatchObject([
      { attachments },
    ]);
  });

  it("does not take a command in its text for one", () => {
    const asked = ask("/announce Write /help to learn more", { admins });
    expect(asked.because).toBe("commands: announce");
    expect(asked.drafts).toHaveLength(1);
  });
});
