import { describe, expect, it } from "vitest";
import { toHost } from "../acct.js";
import { type BoundCommand, type Command, defineCommand, type Words } from "./command.js";
import { parseCommands } from "./parse.js";

const host = toHost("host.example") ?? expect.fail("The host is none.");

/** What the commands read, for looking at it. */
const readArguments = new WeakMap<Words, string>();

function aCommand(
  names: Command<unknown>["names"],
  parse: (words: Words) => string | undefined = () => "",
  takesRest = false,
): BoundCommand {
  return defineCommand({
    names,
    allow: "anyone",
    summary: "cmd_error",
    takesRest,
    parse: (words) => {
      const read = parse(words);
      if (read !== undefined) readArguments.set(words, read);
      return read;
    },
    run: () => ({}),
  });
}

const user = (words: Words) => words.acct();
const userOrServer = (words: Words) => words.acct() ?? words.host();
const userOrTag = (words: Words) => {
  const tag = words.tag();
  return tag === undefined ? words.acct() : `#${tag}`;
};

const known = [
  aCommand(["help"]),
  aCommand(["ignore", "i"]),
  aCommand(["ping"]),
  aCommand(["members", "who"]),
  aCommand(["tags", "hashtags"]),
  aCommand(["join"]),
  aCommand(["leave"]),
  aCommand(["optout", "opt-out"]),
  aCommand(["optin", "opt-in"]),
  aCommand(["boost", "b"]),
  aCommand(["undo", "delete"]),
  aCommand(["announce"], (words) => words.text || undefined, true),
  aCommand(["ban"], userOrServer),
  aCommand(["unban"], userOrServer),
  aCommand(["add", "follow"], userOrTag),
  aCommand(["remove", "unfollow", "kick"], userOrTag),
  aCommand(["op", "admin"], user),
  aCommand(["deop", "deadmin"], user),
  aCommand(["closegroup", "close-group"]),
  aCommand(["opengroup", "open-group"]),
];

/** `name argument` of each command; `name ?` when the argument cannot be read. */
function parse(text: string): string[] {
  return parseCommands(text, known, host).commands.map(({ command, words }) => {
    const argument = command.bind(words) === undefined ? "?" : (readArguments.get(words) ?? "");
    return `${command.names[0]} ${argument}`.trim();
  });
}

describe("parseCommands", () => {
  it.each([
    ["@grp /help", ["help"]],
    ["@grp /i", ["ignore"]],
    ["@grp /ignore", ["ignore"]],
    ["@grp #ducks /i", ["ignore"]],
    ["@grp /members", ["members"]],
    ["/who", ["members"]],
    ["@grp /tags", ["tags"]],
    ["@grp /hashtags", ["tags"]],
    ["@grp /ping", ["ping"]],
    ["@grp /join", ["join"]],
    ["@grp /leave", ["leave"]],
    ["@grp /optout", ["optout"]],
    ["@grp /opt-out", ["optout"]],
    ["@grp /optin", ["optin"]],
    ["@grp /opt-in!", ["optin"]],
    ["@grp /b", ["boost"]],
    ["/boost", ["boost"]],
    ["/undo", ["undo"]],
    ["/delete", ["undo"]],
    ["/announce Down tonight at nine", ["announce Down tonight at nine"]],
    ["/ban bob@srv.example", ["ban bob@srv.example"]],
    ["/ban @bob", ["ban bob@host.example"]],
    ["/ban bob", ["ban ?"]],
    ["/ban srv.example", ["ban srv.example"]],
    ["/unban srv.example", ["unban srv.example"]],
    ["/unban bob@srv.example", ["unban bob@srv.example"]],
    ["/op ann@srv.example", ["op ann@srv.example"]],
    ["/admin ann@srv.example", ["op ann@srv.example"]],
    ["/deop ann@srv.example", ["deop ann@srv.example"]],
    ["/deadmin ann@srv.example", ["deop ann@srv.example"]],
    ["/add ann@srv.example", ["add ann@srv.example"]],
    ["/follow ann@srv.example", ["add ann@srv.example"]],
    ["/add #ducks", ["add #ducks"]],
    ["/follow #Ducks", ["add #ducks"]],
    ["/remove #ducks", ["remove #ducks"]],
    ["/unfollow #ducks", ["remove #ducks"]],
    ["/remove ann@srv.example", ["remove ann@srv.example"]],
    ["/kick ann@srv.example", ["remove ann@srv.example"]],
    ["/closegroup", ["closegroup"]],
    ["/close-group", ["closegroup"]],
    ["/opengroup", ["opengroup"]],
    ["/open-group.", ["opengroup"]],
    ["/ping\n/tags", ["ping", "tags"]],
    ["I love #Ducks", []],
    ["ducks suck", []],
    ["Look at this @grp", []],
    ["@x @grp tell me about ducks", []],
    ["@x tell me about #ducks", []],
    ["@grp /remove #ducks", ["remove #ducks"]],
    ["please see \\help and /ban @bob", ["help", "ban bob@host.example"]],
    ["ok /ignore and /ban @bob", ["ignore", "ban bob@host.example"]],
    ["nothing to see /fake order", []],
    ["/b!", ["boost"]],
    ["/b,", ["boost"]],
    ["/b\n", ["boost"]],
    [">/b", ["boost"]],
    ["/bleble", []],
    ["foo/b", []],
    ["https://x.example/b", []],
    ["/b/", []],
    [
      "x /ban @bob! and /ban @cy@srv.example and #3, /ban bad.example",
      ["ban bob@host.example", "ban cy@srv.example", "ban bad.example"],
    ],
    ["/ban first.last@srv.example", ["ban first.last@srv.example"]],
    ["/announce", ["announce ?"]],
    ["see https://x.example/a#frag", []],
    ["#ěščř #два_слова", []],
    ["/BOOST", ["boost"]],
  ])("reads %j", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ["", []],
    ["/", []],
    ["//b", []],
    ["/b/ping", []],
    ["\\b\\", []],
    ["(/b)", []],
    ["\u00a0/b\u3000/ping", ["boost", "ping"]],
    ["\u2060/b", []],
    ["/b_", []],
    ["/bé", []],
    ["/b1", []],
    ["/b-side", ["boost"]],
    ["/-b", []],
    ["/opt-outs", []],
    ["/opt-out-now", ["optout"]],
    ["/b👍", ["boost"]],
    ["/İ", []],
    [`/${"b".repeat(30)}`, []],
    [`/b${"-".repeat(30)}`, ["boost"]],
  ])("tells a command from what looks like one in %j", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ["/ban\nbob@srv.example", ["ban ?"]],
    ["/ban\r\nbob@srv.example", ["ban ?"]],
    ["/ban /ping bob@srv.example", ["ban ?", "ping"]],
    ["/ban /fake @bob", ["ban bob@host.example"]],
    ["/ban bob@srv.example\n/ban cy@srv.example", ["ban bob@srv.example", "ban cy@srv.example"]],
    ["/ping a\nb /tags c\n/help d", ["ping", "tags", "help"]],
    ["/ban: bad.example.", ["ban bad.example"]],
    ["/announce: Hello!\n\nAll /ping\n ", ["announce Hello!\n\nAll /ping"]],
    ["/ping /announce Hello", ["ping", "announce Hello"]],
  ])("gives each command its argument in %j", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ["/b /b\n/boost", ["boost"]],
    ["/ping @grp /ping", ["ping"]],
    ["/ban @bob /ban BOB@Host.Example!", ["ban bob@host.example"]],
    ["/add #Ducks /follow #ducks", ["add #ducks"]],
    ["/ban x.example /ban X.EXAMPLE.", ["ban x.example"]],
    ["/ban rob /ban bob", ["ban ?"]],
    ["/ban @bob /unban @bob /ban @bob", ["ban bob@host.example", "unban bob@host.example"]],
  ])("runs repeats once in %j", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ["@grp\n> /op mallory@evil.example\nNice try.", []],
    ["@grp@x.example > /op mallory@evil.example", []],
    ["> /b", []],
    ["  >\t/b", []],
    [">\u00a0\\b", []],
    ["> /b\n/ping", ["ping"]],
    ["> > /b\n>> /b\n>>/b", ["boost"]],
    [">\n/b", ["boost"]],
    ["> a\r/b\u2028> /ping\u2029/tags", ["boost", "tags"]],
    ["3 > 2 /b", ["boost"]],
    ["a\n>/b", ["boost"]],
  ])("leaves alone what is quoted in %j", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ["never write `@grp /op mallory@evil.example` here", []],
    ["`` /b ` /ping `` /tags", ["tags"]],
    ["```/b``` /ping ```` /b ````", ["ping"]],
    ["`a` /b `c`", ["boost"]],
    ["it`s /b", ["boost"]],
    ["`` /b ` /ping", ["boost", "ping"]],
    ["` /b\n/ping ` /tags", ["tags"]],
    ["it`s\n` /b `\n/ping", ["ping"]],
    ["it`s\n\n/b don`t", ["boost"]],
    ["it`s\n> \n/b don`t", ["boost"]],
    ["`x`/b", []],
    ["/b`x`", ["boost"]],
    ["```\n/b\n```", []],
    ["@grp ```js\n/b\n\n/ping\n  ````  \n/tags", ["tags"]],
    ["@grp /help ```\n/b\n``` and /ping\n```\n/tags", ["help", "tags"]],
    ["````\n/b\n```\n/ping\n````\n/tags", ["tags"]],
    ["```\n> ```\n/b", []],
    ["> ```\n/b", ["boost"]],
    ["```\n/b", []],
    ["```\r\n/b\r\n```\r\n/ping", ["ping"]],
  ])("leaves alone what is code in %j", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ["/ban `@bob`", ["ban bob@host.example"]],
    ["/ban `x /ping` @bob", ["ban bob@host.example"]],
    [
      "/announce Write `/join`:\n> /b\n```\n/ping\n```",
      ["announce Write `/join`:\n> /b\n```\n/ping\n```"],
    ],
  ])("keeps quotations and code in the argument of %j", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it("reads a hundred commands and no more", () => {
    const text = Array.from({ length: 101 }, (_, index) => `/ban u${index}@srv.example`);
    expect(parseCommands(text.slice(0, 100).join(" "), known, host)).toMatchObject({
      commands: { length: 100 },
      isCapped: false,
    });
    expect(parseCommands(text.join(" "), known, host)).toMatchObject({
      commands: { length: 100 },
      isCapped: true,
    });
    expect(parseCommands("/b ".repeat(10_000), known, host)).toMatchObject({
      commands: { length: 1 },
      isCapped: true,
    });
  });

  it("reads 200,000 characters and no more", () => {
    const text = `/ping ${" ".repeat(199_994)}`;
    expect(parseCommands(text, known, host)).toMatchObject({ isCapped: false });
    expect(parseCommands(`${text} /help`, known, host)).toMatchObject({
      commands: { length: 1 },
      isCapped: true,
    });
  });

  it("finds nothing where nothing is known", () => {
    expect(parseCommands("/b", [], host)).toEqual({ commands: [], isCapped: false });
  });
});

describe("Words", () => {
  function words(argument: string): Words {
    const [found] = parseCommands(`/ban ${argument}`, known, host).commands;
    return found?.words ?? expect.fail("The command was not found.");
  }

  it.each([
    ["bob@srv.example", "bob@srv.example"],
    ["@bob@srv.example", "bob@srv.example"],
    ["@bob", "bob@host.example"],
    ["@Bob!", "bob@host.example"],
    ["@bob.", "bob@host.example"],
    ["BOB@SRV.Example,", "bob@srv.example"],
    ["bob@bücher.example", "bob@xn--bcher-kva.example"],
    ["bob@srv.example:8443", "bob@srv.example"],
    ['"bob@srv.example"', "bob@srv.example"],
    ["(@bob)", "bob@host.example"],
    ["\u200f@bob@srv.example\u200f", "bob@srv.example"],
    ["first.last@srv.example", "first.last@srv.example"],
    ["@bob@srv.example's friends", "bob@srv.example"],
    ["please, @bob@srv.example", "bob@srv.example"],
    ["the user @bob", "bob@host.example"],
    ["that @@ and @bob", "bob@host.example"],
    ["@bob@3.5 or @cy", "cy@host.example"],
    ["bob", undefined],
    ["", undefined],
    ["@", undefined],
    ["bob@", undefined],
    ["@bob@", undefined],
    ["@bob@x@y", undefined],
    ["@bo\u202eb@srv.example", undefined],
    ["bad.example says @ann@far.example", undefined],
    ["#ducks by @ann@far.example", undefined],
    ["https://srv.example/@bob", undefined],
    ["#\ufdfa by @ann@far.example", undefined],
    [`${"b".repeat(500)}@srv.example`, undefined],
    [`${"\ufb03".repeat(380)}@srv.example`, undefined],
    [`@${"\ufb03".repeat(380)}@srv.example`, undefined],
  ])("reads a user from %j", (argument, expected) => {
    expect(words(argument).acct()).toBe(expected);
  });

  it.each([
    ["bad.example", "bad.example"],
    ["Bad.Example.", "bad.example"],
    ["https://bad.example:8443/path", "bad.example"],
    ["bad.example:8443", "bad.example"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["аpple.example", "xn--pple-43d.example"],
    ["127.0.0.84", "127.0.0.84"],
    ["bad.example, please", "bad.example"],
    ["the bad.example", undefined],
    ["localhost", undefined],
    ["first.last@srv.example", undefined],
    ["@first.last", undefined],
    ["#v1.x", undefined],
    ["*.bad.example", undefined],
    ["bad..example", undefined],
    ["", undefined],
  ])("reads a server from %j", (argument, expected) => {
    expect(words(argument).host()).toBe(expected);
  });

  it.each([
    ["#ducks", "ducks"],
    ["#Ducks!", "ducks"],
    ["＃Ｄucks", "ducks"],
    ["#два_слова", "два_слова"],
    ["#हिन्दी", "हिन्दी"],
    ["(#ducks)", "ducks"],
    ["#3", "3"],
    ["ducks", undefined],
    ["the #ducks", undefined],
    ["#", undefined],
    ["##ducks", undefined],
    ["#a\u037a", undefined],
    ["#\ufdfa", undefined],
    [`#${"x".repeat(101)}`, undefined],
  ])("reads a tag from %j", (argument, expected) => {
    expect(words(argument).tag()).toBe(expected);
  });

  it("gives the argument as typed", () => {
    expect(words("  Bob  and #Ann ").text).toBe("Bob  and #Ann");
  });
});
