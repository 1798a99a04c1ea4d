/** What people type and what comes of it, with the commands as they are. */
import { describe, expect, it } from "vitest";
import { ask, decideOn } from "../../testing/ask.js";
import {
  aFound,
  aHomeStatus,
  aMention,
  anAccount,
  aStatus,
  type GroupSketch,
  type StatusSketch,
} from "../../testing/builders.js";

const me = "ann@far.example";
const known = ["ann@srv.example", "bob@srv.example"].map((acct) => anAccount(acct));
const parent = aStatus({ id: "9", by: "cat@far.example" });
const found = aFound({ accounts: known, statuses: [parent] });

/** An admin writes it, in reply to somebody's post, with the group named by the server only. */
function told(text: string, sketch: GroupSketch = {}): readonly string[] {
  const full = { admins: [me, "ann@srv.example"], ...sketch };
  const asked = ask({ text, inReplyTo: "9" }, full, found);
  const { because, changes, acts, drafts, refusal } = asked;
  return [
    because,
    ...changes.map((change) => Object.values(change).join(" ")),
    ...acts,
    ...drafts.filter(({ purpose }) => purpose === "announcement").flatMap(({ parts }) => parts),
    ...(refusal === "" ? [] : ["refused"]),
  ];
}

describe("a post by an admin", () => {
  it.each<[string, readonly string[], GroupSketch?]>([
    ["@grp /help", ["commands: help"]],
    ["@grp /i", ["ignore-command"]],
    ["@grp /ignore", ["ignore-command"]],
    ["@grp #ducks /i", ["ignore-command"], { tags: ["ducks"] }],
    ["@grp /members", ["commands: members"]],
    ["/who", ["commands: members"]],
    ["@grp /tags", ["commands: tags"]],
    ["@grp /ping", ["commands: ping"]],
    ["@grp /join", ["commands: join", `add-member ${me}`, `follow ${me}`]],
    ["@grp /leave", ["commands: leave", `remove-member ${me}`, `unfollow ${me}`]],
    ["@grp /optout", ["commands: optout", "refused"]],
    ["@grp /optin", ["commands: optin", "refused"]],
    ["@grp /b", ["commands: boost", "reblog 9"]],
    ["/boost", ["commands: boost", "reblog 9"]],
    ["/undo", ["commands: undo", "refused"]],
    ["/delete", ["commands: undo", "refused"]],
    [
      "/announce Down tonight at nine",
      ["commands: announce", "📢 Group announcement\nDown tonight at nine"],
    ],
    [
      "/announce Down tonight\nat nine /help",
      ["commands: announce", "📢 Group announcement\nDown tonight\nat nine /help"],
    ],
    [
      "/ban bob@srv.example",
      ["commands: ban", "ban-user bob@srv.example", "unfollow bob@srv.example"],
    ],
    ["/ban @bob", ["commands: ban", "ban-user bob@host.example", "unfollow bob@host.example"]],
    ["/ban bob", ["commands: ban", "refused"]],
    ["/ban bad.example", ["commands: ban", "ban-server bad.example"]],
    [
      "/unban bad.example",
      ["commands: unban", "unban-server bad.example"],
      { bannedServers: ["bad.example"] },
    ],
    [
      "/unban bob@srv.example",
      ["commands: unban", "unban-user bob@srv.example"],
      { banned: ["bob@srv.example"] },
    ],
    ...["/op", "/admin"].map((name): [string, readonly string[]] => [
      `${name} bob@srv.example`,
      [
        "commands: op",
        "add-admin bob@srv.example",
        "add-member bob@srv.example",
        "follow bob@srv.example",
        "accept-follow bob@srv.example",
      ],
    ]),
    ["/deop ann@srv.example", ["commands: deop", "remove-admin ann@srv.example"]],
    ["/deadmin ann@srv.example", ["commands: deop", "remove-admin ann@srv.example"]],
    ...["/add", "/follow"].map((name): [string, readonly string[]] => [
      `${name} ann@srv.example`,
      [
        "commands: add",
        "add-member ann@srv.example",
        "follow ann@srv.example",
        "accept-follow ann@srv.example",
      ],
    ]),
    ["/add #ducks", ["commands: add", "add-tag ducks"]],
    ["/follow #Ducks", ["commands: add", "add-tag ducks"]],
    ["/remove #ducks", ["commands: remove", "remove-tag ducks"], { tags: ["ducks"] }],
    ["/unfollow #ducks", ["commands: remove", "remove-tag ducks"], { tags: ["ducks"] }],
    [
      "/remove ann@srv.example",
      ["commands: remove", "remove-member ann@srv.example", "unfollow ann@srv.example"],
      { members: ["ann@srv.example"] },
    ],
    ["/closegroup", ["commands: closegroup", "member-only true"]],
    ["/opengroup", ["commands: opengroup", "member-only false"], { memberOnly: true }],
    ["/ping\n/tags", ["commands: ping, tags"]],
    ["@grp /remove #ducks", ["commands: remove", "remove-tag ducks"], { tags: ["ducks"] }],
    ["please see \\help and /ban @bob", ["commands: help"]],
    ["ok /ignore and /ban @bob", ["ignore-command"]],
    ["nothing to see /fake order", ["a-reply"]],
    ["/b!", ["commands: boost", "reblog 9"]],
    ["/b,", ["commands: boost", "reblog 9"]],
    ["/b\n", ["commands: boost", "reblog 9"]],
    [">/b", ["commands: boost", "reblog 9"]],
    ["@grp\n> /op bob@srv.example\nNice try.", ["a-reply"]],
    ["@grp never write `@grp /op bob@srv.example` here", ["a-reply"]],
    ["/bleble", ["a-reply"]],
    ["foo/b", ["a-reply"]],
    ["https://x.example/b", ["a-reply"]],
    ["/b/", ["a-reply"]],
    [
      "x /ban @bob! and /ban @cy@srv.example and #3, /ban bad.example",
      [
        "commands: ban",
        "ban-user bob@host.example",
        "ban-user cy@srv.example",
        "ban-server bad.example",
        "unfollow bob@host.example",
        "unfollow cy@srv.example",
      ],
    ],
    [
      "/ban first.last@srv.example",
      ["commands: ban", "ban-user first.last@srv.example", "unfollow first.last@srv.example"],
    ],
    ["/announce", ["commands: announce", "refused"]],
    ["/BOOST", ["commands: boost", "reblog 9"]],
  ])("that says %j does what it should", (text, expected, sketch) => {
    expect(told(text, sketch)).toEqual(expected);
  });

  it("gets one answer to several commands", () => {
    const { drafts } = ask("/ping\n/tags", { admins: [me] });
    expect(drafts).toHaveLength(1);
  });
});

describe("a post without a command", () => {
  const member: GroupSketch = { members: [me], tags: ["ducks", "два_слова"] };
  it.each<[string, "mention" | "home", StatusSketch, readonly string[]]>([
    ["I love #Ducks", "home", {}, ["reblog 100"]],
    ["ducks suck", "home", {}, []],
    ["Look at this @grp@host.example", "mention", {}, ["reblog 100"]],
    ["@x @grp tell me about ducks", "mention", { inReplyTo: "9" }, []],
    ["@x tell me about #ducks", "home", { inReplyTo: "9" }, ["reblog 100"]],
    ["see https://x.example/a#ducks", "home", { tags: [] }, []],
    ["#ěščř #два_слова", "home", { tags: [] }, ["reblog 100"]],
  ])("that says %j by a member is shared as it should", (text, road, more, expected) => {
    const post = { text, ...more };
    const event =
      road === "home" ? aHomeStatus(post) : aMention({ mentions: ["grp@host.example"], ...post });
    expect(decideOn(event, member).acts).toEqual(expected);
  });
});

describe("a notification", () => {
  it("is enough for a command, though neither text nor list names the group", () => {
    const event = aMention({ text: "/ping", mentions: [] });
    expect(decideOn(event).answer).toContain("pong");
  });
});

describe("an answer", () => {
  it("shows a server of another script as the name that is compared", () => {
    const asked = ask("/ban аpple.example", { admins: [me] });
    expect(asked.answer).toBe(
      `@${me} Everybody on xn--pple-43d.example is banned from this group.`,
    );
    expect([...asked.control.bannedServers]).toEqual(["xn--pple-43d.example"]);
  });

  it("about a wrong argument is one line", () => {
    for (const text of ["/ban bob", "/op", "/add", "/announce"]) {
      expect(ask(text, { admins: [me] }).refusal.split("\n")).toHaveLength(1);
    }
  });

  it("holds nothing but strings of the locale and what is put into them", () => {
    const t = (key: string, tokens: Readonly<Record<string, unknown>> = {}) =>
      `«${[key, ...Object.keys(tokens)].join(" ")}»`;
    const sketch = { t: t as never, tags: ["ducks"], members: ["bob@srv.example"] };
    const texts = [
      ..."help ping members tags join leave optout optin boost undo closegroup".split(" "),
      "announce x",
      "ban bob@srv.example",
      "ban bad.example",
      "unban bob@srv.example",
      "op bob@srv.example",
      "deop ann@far.example",
      "add bob@srv.example",
      "add #geese",
      "remove #ducks",
      "remove bob@srv.example",
      "ban",
      "opengroup",
    ];
    for (const text of texts) {
      for (const admins of [[], [me]]) {
        for (const memberOnly of [false, true]) {
          const asked = ask(`/${text}`, { ...sketch, admins, memberOnly }, found);
          for (const part of asked.drafts.flatMap(({ parts }) => parts)) {
            const rest = part.replace(`@${me}`, "").replaceAll(/«[a-z_ ]+»/gu, "");
            expect(rest.trim()).toBe("");
          }
        }
      }
    }
  });
});
