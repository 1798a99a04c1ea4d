import { describe, expect, it } from "vitest";
import { ask, decideOn } from "../testing/ask.js";
import {
  aFollow,
  aFollowRequest,
  aFound,
  aGroup,
  aHomeStatus,
  aMention,
  aMoment,
  anAccount,
  anOtherNotification,
  english,
  type GroupSketch,
} from "../testing/builders.js";
import { needs } from "./decide.js";

const ann = "ann@far.example";
const admins = [ann];
const day = 24 * 60 * 60 * 1000;

describe("events that are nobody's business", () => {
  const everything = [
    aMention({ text: "/join", mentions: ["grp@host.example"] }),
    aHomeStatus({ text: "#ducks" }),
    aFollow(),
    aFollowRequest(),
  ];
  it.each<[string, GroupSketch]>([
    ["banned", { banned: [ann], tags: ["ducks"] }],
    ["banned", { bannedServers: ["far.example"], members: [ann], tags: ["ducks"] }],
    ["own", { self: ann, admins, tags: ["ducks"] }],
  ])("are ignored when the actor is %s", (because, sketch) => {
    for (const event of everything) {
      expect(decideOn(event, sketch)).toMatchObject({ changes: [], effects: [], because });
      expect(needs(event, aGroup(sketch))).toEqual({});
    }
  });

  it("are ignored when they are of no known kind", () => {
    expect(decideOn(anOtherNotification("poll"))).toMatchObject({ changes: [], effects: [] });
    expect(needs(anOtherNotification(), aGroup())).toEqual({});
  });
});

describe("a follow", () => {
  it("makes a member of an open group, who is followed and greeted in private", () => {
    const decision = decideOn(aFollow());
    expect(decision.changes).toEqual([{ kind: "add-member", acct: ann }]);
    expect(decision.acts).toEqual([`follow ${ann}`]);
    expect(decision.drafts).toMatchObject([
      { purpose: "welcome", visibility: "direct", to: { acct: ann }, inReplyTo: undefined },
    ]);
    expect(decision.drafts[0]?.parts[0]).toMatch(/^@ann@far\.example Welcome to the group!/u);
    expect(decision).toMatchObject({ because: "new-member", details: { isGreeted: true } });
  });

  it("makes an admin a member, in a member-only group too", () => {
    const decision = decideOn(aFollow(), { admins, memberOnly: true });
    expect(decision.changes).toEqual([{ kind: "add-member", acct: ann }]);
    expect(decision.acts).toEqual([`follow ${ann}`]);
  });

  it.each<[string, number | undefined, boolean]>([
    ["never greeted", undefined, true],
    ["greeted a week ago", aMoment - 7 * day, true],
    ["greeted a little less than a week ago", aMoment - 7 * day + 1, false],
    ["greeted just now, by a clock that is ahead", aMoment + 1000, false],
  ])("by a member who was %s is answered and followed back once a week", (_, at, isGreeted) => {
    const welcomed = at === undefined ? {} : { [ann]: at };
    for (const memberOnly of [false, true]) {
      const decision = decideOn(aFollow(), { members: [ann], memberOnly, welcomed });
      expect(decision.changes).toEqual([]);
      expect(decision.acts).toEqual(isGreeted ? [`follow ${ann}`] : []);
      expect(decision.drafts).toHaveLength(isGreeted ? 1 : 0);
    }
  });

  it("greets who joins anew, however recently they were greeted", () => {
    expect(decideOn(aFollow(), { welcomed: { [ann]: aMoment } }).drafts).toHaveLength(1);
  });

  it("lists the admins of a member-only group, pinging nobody", () => {
    const sketch = { memberOnly: true, admins: ["zoe@b.example", "abe@b.example"] };
    const decision = decideOn(aFollow(), sketch);
    expect([...decision.changes, ...decision.acts]).toEqual([]);
    expect(decision.because).toBe("member-only");
    const [text = ""] = decision.drafts[0]?.parts ?? [];
    expect(text).toMatch(/\n- abe@b\.example\n- zoe@b\.example$/u);
    expect(text.match(/(?<![\p{L}\p{N}])@[\p{L}\p{N}]/gu)).toHaveLength(1);
    const again = decideOn(aFollow(), { ...sketch, welcomed: { [ann]: aMoment - day } });
    expect(again.effects).toEqual([]);
  });

  it("is greeted under another key each time", () => {
    const keys = ["n1", "n2"].map((id) => decideOn(aFollow(ann, id)).drafts[0]?.key);
    expect(new Set(keys).size).toBe(2);
  });

  it("is not greeted when the group's own text is empty", () => {
    const decision = decideOn(aFollow(), { messages: { welcome_public: "" } });
    expect(decision.drafts).toEqual([]);
    expect(decision.acts).toEqual([`follow ${ann}`]);
  });
});

describe("a follow request", () => {
  it.each<[GroupSketch, boolean]>([
    [{}, true],
    [{ memberOnly: true }, false],
    [{ memberOnly: true, members: [ann] }, true],
    [{ memberOnly: true, admins }, true],
  ])("with %j is accepted: %j", (sketch, isAccepted) => {
    const decision = decideOn(aFollowRequest(), sketch);
    expect(decision.changes).toEqual([]);
    expect(decision.acts).toEqual(isAccepted ? [`accept-follow ${ann}`] : []);
    expect(decision.because).toBe(isAccepted ? "follow-request-accepted" : "waits-for-admin");
  });
});

describe("several commands in one post", () => {
  const found = aFound({ accounts: [anAccount("bob@b.example")] });

  it("run in the order written, each on what the one before left", () => {
    const text = "/closegroup\n/add bob@b.example\n/ban bob@b.example\n/op bob@b.example\n/tags";
    const asked = ask(text, { admins }, found);
    expect(asked.because).toBe("commands: closegroup, add, ban, op, tags");
    expect(asked.control.memberOnly).toBe(true);
    expect([...asked.control.bannedUsers]).toEqual(["bob@b.example"]);
    expect([...asked.control.memberUsers]).toEqual([]);
    expect(asked.refusal).toContain("bob@b.example is banned from this group");
    expect(asked.acts).toEqual(["unfollow bob@b.example"]);
    expect(asked.details).toEqual({ changes: 3, refusals: 1 });
  });

  it("are judged by the rights that are left", () => {
    const asked = ask("/deop ann@far.example /opengroup", {
      admins: [ann, "zoe@b.example"],
      memberOnly: true,
    });
    expect([...asked.control.adminUsers]).toEqual(["zoe@b.example"]);
    expect(asked.control.memberOnly).toBe(true);
    expect(asked.refusal).toContain("Only this group's admins");
  });

  it("get one answer in the post's visibility and one refusal in private", () => {
    const asked = ask({ text: "/ping\n/tags\n/ban\n/closegroup", visibility: "unlisted" });
    expect(asked.drafts).toMatchObject([
      { purpose: "answer", visibility: "unlisted", inReplyTo: "100" },
      { purpose: "refusal", visibility: "direct", inReplyTo: "100" },
    ]);
    expect(asked.answer).toContain("pong, this is fedigroups service v1.2.3\nThis group has no");
    expect(asked.refusal).toContain("\u2060/ban.\nOnly");
    expect(asked.refusal).toContain("\u2060/closegroup.");
  });

  it("get one reply in all when the post is direct", () => {
    const asked = ask({ text: "/ping\n/ban\n/tags", visibility: "direct" });
    expect(asked.drafts).toMatchObject([{ purpose: "answer", visibility: "direct" }]);
    expect(asked.answer.split("\n")).toHaveLength(3);
    const onlyRefused = ask({ text: "/ban", visibility: "direct" });
    expect(onlyRefused.drafts).toMatchObject([{ purpose: "refusal", visibility: "direct" }]);
  });

  it("say the same thing once", () => {
    const text = Array.from({ length: 40 }, (_, index) => `/ban u${index}@b.example`).join("\n");
    expect(ask(text).refusal.split("\n")).toHaveLength(1);
  });

  it("have no second effect on the same person", () => {
    const outAtLast = ask("/add bob@b.example\n/ban bob@b.example", { admins }, found);
    expect(outAtLast.acts).toEqual(["unfollow bob@b.example"]);
    const asked = ask(
      "/remove bob@b.example\n/add bob@b.example",
      { admins, members: ["bob@b.example"] },
      found,
    );
    expect(asked.acts).toEqual(["follow bob@b.example", "accept-follow bob@b.example"]);
  });

  it("are logged as capped when there are too many", () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `/ban u${index}@b.example`).join(
      "\n",
    );
    const asked = ask(text, { admins });
    expect(asked.details).toMatchObject({ isCapped: true });
    expect(asked.changes.length).toBeLessThanOrEqual(100);
    expect(asked.drafts[0]?.parts.length).toBeLessThanOrEqual(20);
  });

  it("say in the log when the answer was longer than one may be", () => {
    const members = Array.from(
      { length: 190 },
      (_, index) => `m${index}@${"x".repeat(40)}.example`,
    );
    const asked = ask("/members", { admins, members, maxCharacters: 300 });
    expect(asked.details).toMatchObject({ isAnswerCapped: true });
    expect(ask("/members", { admins }).details).not.toHaveProperty("isAnswerCapped");
  });

  it("never share their own post", () => {
    const asked = ask("Look at this #ducks @grp@host.example /ping", {
      members: [ann],
      tags: ["ducks"],
    });
    expect(asked.acts).toEqual([]);
  });

  it("are no commands when they are unknown", () => {
    const asked = ask("@grp@host.example nothing to see /fake order");
    expect(asked.acts).toEqual(["reblog 100"]);
  });
});

describe("a bot", () => {
  const bot = anAccount({ acct: ann, isBot: true });
  const post = { by: bot, text: "/ping\n/ban\n/join" };

  it("gets one answer an hour, and no more is done for it", () => {
    const first = ask(post);
    expect(first.drafts).toMatchObject([{ purpose: "answer" }]);
    const lately = ask(post, { answers: { [ann]: aMoment + 1 } });
    expect(lately.drafts).toEqual([]);
    expect(lately.acts).toEqual([]);
    expect(lately.control.memberUsers.size).toBe(0);
    expect(lately.because).toBe("too-many-answers");
    expect(ask(post, { answers: { [ann]: aMoment } }).drafts).toHaveLength(1);
  });

  it("is not told from people in anything else", () => {
    const quiet = ask(
      { by: bot, text: "@grp@host.example ducks" },
      { answers: { [ann]: aMoment + 1 } },
    );
    expect(quiet.acts).toEqual(["reblog 100"]);
    const share = ask({ by: bot, text: "/b", inReplyTo: "9" }, { answers: { [ann]: aMoment + 1 } });
    expect(share.drafts).toEqual([]);
  });
});

describe("two groups that read each other", () => {
  it("do not take what the other says for commands", () => {
    const other = anAccount("ann@far.example");
    for (const text of ["/help", "/join", "/ban", "/b", "/undo", "/leave", "/optout"]) {
      const said = ask(text, { admins, self: "other@far.example" }).drafts.flatMap(
        ({ parts }) => parts,
      );
      for (const part of said) {
        const reply = ask({ by: other, text: part, visibility: "direct" });
        expect(reply.effects).toEqual([]);
      }
    }
  });
});

describe("needs", () => {
  const group = aGroup({ admins });
  const mention = (text: string, inReplyTo?: string) =>
    aMention({ text, inReplyTo, mentions: ["grp@host.example"] });

  it("is nothing for a plain share", () => {
    expect(needs(mention("@grp@host.example look", "9"), group)).toEqual({});
    expect(needs(aHomeStatus({ text: "#ducks", inReplyTo: "9" }), group)).toEqual({});
    expect(needs(aFollow(), group)).toEqual({});
  });

  it("names the parent for /boost and /undo, once", () => {
    expect(needs(mention("/b /undo", "9"), group)).toEqual({ statuses: ["9"] });
    expect(needs(mention("/b /undo"), group)).toEqual({});
  });

  it("names whom /add and /op are about", () => {
    const text = "/add bob@b.example /op bob@b.example /op cy@b.example /add #ducks /op";
    expect(needs(mention(text), group)).toEqual({ accounts: ["bob@b.example", "cy@b.example"] });
  });

  it("looks nothing up for those who may not", () => {
    const closed = aGroup({ memberOnly: true });
    expect(needs(mention("/b /add bob@b.example", "9"), closed)).toEqual({});
  });

  it("looks nothing up for ignored commands", () => {
    expect(needs(mention("/b /help", "9"), group)).toEqual({});
    expect(needs(mention("/b /i", "9"), group)).toEqual({});
    expect(needs(aHomeStatus({ text: "/b", inReplyTo: "9" }), group)).toEqual({});
  });

  it("counts a mention that comes by the home timeline", () => {
    const event = aHomeStatus({ text: "/b", inReplyTo: "9", mentions: ["grp@host.example"] });
    expect(needs(event, group)).toEqual({ statuses: ["9"] });
  });
});

describe("bugs that other programs had", () => {
  it("a direct message is never posted or shared in public", () => {
    const dm = { text: "@grp@host.example my secret #ducks", visibility: "direct" } as const;
    expect(ask(dm, { admins, tags: ["ducks"] }).effects).toEqual([]);
  });

  it("what is for admins is seen by nobody else", () => {
    const asked = ask(
      { text: "/members", visibility: "direct" },
      { admins, members: ["bob@b.example"] },
    );
    expect(asked.drafts).toMatchObject([{ visibility: "direct", to: { acct: ann } }]);
  });

  it("a post that is found shared is not shared", () => {
    expect(ask({ text: "@grp@host.example x", rebloggedByUs: true }).effects).toEqual([]);
  });

  it("only the one post is deleted that an admin points at", () => {
    const own = aFound({ statuses: [aMention({ id: "9", by: "grp@host.example" }).status] });
    const asked = ask({ text: "/delete", inReplyTo: "9" }, { admins }, own);
    expect(asked.effects).toEqual([{ kind: "delete", status: "9" }]);
  });

  it("ids are strings of any kind", () => {
    const id = "01J/ä:9007199254740993";
    expect(ask({ id, text: "@grp@host.example x" }).acts).toEqual([`reblog ${id}`]);
  });

  it("not every reply is shared", () => {
    const reply = { text: "@grp@host.example me too", inReplyTo: "9" };
    expect(ask(reply, { members: [ann] }).because).toBe("a-reply");
  });
});

it("says everything in strings of the locale", () => {
  expect(ask("/ping", { messages: { ping_response: "čau {version}" } }).answer).toBe(
    `@${ann} čau 1.2.3`,
  );
  expect(english.ping_response).toContain("pong");
});
