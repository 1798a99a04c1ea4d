import { describe, expect, it } from "vitest";
import { hostOf, toAcct, toHost, toSentAcct } from "./acct.js";

const local = toHost("host.example") ?? expect.fail("The host is none.");

describe("toHost", () => {
  it.each([
    ["srv.example", "srv.example"],
    ["SRV.Example.", "srv.example"],
    [" srv.example ", "srv.example"],
    ["https://srv.example:8443/path?x#y", "srv.example"],
    ["HTTP://srv.example", "srv.example"],
    ["srv.example:3000", "srv.example"],
    ["localhost", "localhost"],
    ["127.0.0.84", "127.0.0.84"],
    ["127.0.0.1:8081", "127.0.0.1"],
    ["my_srv.example", "my_srv.example"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["BÜCHER。Example", "xn--bcher-kva.example"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["ｓｒｖ.example", "srv.example"],
    ["sr\u200bv.ex\u00adample", "srv.example"],
    ["пример.рф", "xn--e1afmkfd.xn--p1ai"],
  ])("folds %j", (text, expected) => {
    expect(toHost(text)).toBe(expected);
  });

  it.each([
    "",
    " ",
    ".",
    "..",
    "a..b",
    "a.b..",
    "a.b。。/c",
    ".a",
    "-a.example",
    "a b",
    "a@b",
    "@b",
    "https://",
    "a\\b",
    "a,b",
    "a!",
    "*.example",
    "(a)",
    "%61.example",
    "[::1]",
    "3",
    "3.5",
    "0x7f.1",
    "1.2.3.4.5",
    "1.2.3.456",
    "v1.2",
    "a:99999",
    "javascript:alert",
    "\u202e",
    "\ud800.example",
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(130)}example`,
    "a".repeat(1_000_000),
  ])("refuses %j", (text) => {
    expect(toHost(text)).toBeUndefined();
  });

  it("tells homographs apart", () => {
    expect(toHost("аpple.example")).toBe("xn--pple-43d.example");
    expect(toHost("аpple.example")).not.toBe(toHost("apple.example"));
  });
});

describe("toAcct", () => {
  it.each([
    ["bob@srv.example", "bob@srv.example"],
    ["@bob@srv.example", "bob@srv.example"],
    [" @Bob@SRV.Example:8443 ", "bob@srv.example"],
    ["first.last-x_1@srv.example", "first.last-x_1@srv.example"],
    ["bob@bücher.example", "bob@xn--bcher-kva.example"],
    ["ｂｏｂ@srv.example", "bob@srv.example"],
    ["žofie@srv.example", "žofie@srv.example"],
    ["z\u030cofie@srv.example", "žofie@srv.example"],
    ["bob", "bob@host.example"],
    ["@Bob", "bob@host.example"],
  ])("folds %j", (text, expected) => {
    expect(toAcct(text, local)).toBe(expected);
  });

  it.each([
    "",
    "@",
    "@@bob",
    "@@",
    "bob@",
    "bob@@srv.example",
    "@srv.example@",
    "a@b@c",
    ".bob@srv.example",
    "bob.@srv.example",
    "b b@srv.example",
    "b/b@srv.example",
    "bo\u202eb@srv.example",
    "bo\u200bb@srv.example",
    "b!@srv.example",
    "\ufdfa@srv.example",
    "\u0301@srv.example",
    "bob@not a host",
    "b".repeat(1_000_000),
    `${"b".repeat(201)}@srv.example`,
    `${"\ufb03".repeat(67)}@srv.example`,
  ])("refuses %j", (text) => {
    expect(toAcct(text, local)).toBeUndefined();
  });

  it("does not guess a server", () => {
    expect(toAcct("@bob")).toBeUndefined();
  });
});

describe("toSentAcct", () => {
  it.each([
    ["Bob", "bob@host.example"],
    ["bob@srv.example", "bob@srv.example"],
    ["bob@bücher.example", "bob@xn--bcher-kva.example"],
    ["Žofie@srv.example", "žofie@srv.example"],
    ["\uff41lice@srv.example", undefined],
    ["\u212aate@srv.example", undefined],
    ["bo\u212a\u00e9@srv.example", undefined],
    ["bob@srv.example:8443", undefined],
    ["bob@srv.example/x", undefined],
    ["bob@srv.example#.evil.example", undefined],
    ["bob@srv.example?.evil.example", undefined],
    ["bob@https://srv.example", undefined],
    ["bob@ srv.example", undefined],
    ["bob@evil.example@srv.example", undefined],
  ])("drops nothing from %j", (text, expected) => {
    expect(toSentAcct(text, local)).toBe(expected);
  });
});

describe("hostOf", () => {
  it("gives the server of an address", () => {
    expect(hostOf(toAcct("bob@srv.example") ?? expect.fail("This is an address."))).toBe(
      "srv.example",
    );
  });
});
