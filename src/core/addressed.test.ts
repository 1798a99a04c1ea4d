import { describe, expect, it } from "vitest";
import { anAccount, aStatus } from "../testing/builders.js";
import { isAddressed, isMentioned } from "./addressed.js";

const self = anAccount({ acct: "grp@host.example", url: "https://host.example/@grp" });

describe("isAddressed", () => {
  it.each([
    "@grp@host.example",
    "hello @GRP@Host.Example!",
    "(@grp@host.example), hi",
    ".@grp@host.example hi",
    "@ann@far.example @grp@host.example",
    "@grp@HOST.example.",
    "@grp@host.example:8443 hi",
  ])("reads the group's handle in %j", (text) => {
    expect(isAddressed(aStatus({ text, mentions: [] }), self)).toBe(true);
  });

  it.each([
    "",
    "grp@host.example",
    "@grp",
    "@grp@host.example.evil.example",
    "@grp@host.example@x",
    "@grp-two@host.example",
    "@a.grp@host.example",
    "https://host.example/@grp@host.example",
    "@grp@far.example",
    "@\u200bgrp@host.example",
    "@grp@hоst.example",
  ])("does not read it in %j", (text) => {
    expect(isAddressed(aStatus({ text, mentions: [] }), self)).toBe(false);
  });

  it("reads the name alone when the server lists the group as mentioned", () => {
    const mentions = ["grp@host.example"];
    expect(isAddressed(aStatus({ text: "@Grp hi", mentions }), self)).toBe(true);
    expect(isAddressed(aStatus({ text: "@grp hi", mentions: ["grp@far.example"] }), self)).toBe(
      false,
    );
  });

  it("does not take an inherited recipient for addressed", () => {
    expect(isAddressed(aStatus({ text: "hi", mentions: ["grp@host.example"] }), self)).toBe(false);
  });

  it("knows a server of another script", () => {
    const group = anAccount("grp@xn--bcher-kva.example");
    expect(isAddressed(aStatus({ text: "@grp@bücher.example", mentions: [] }), group)).toBe(true);
  });
});

describe("isMentioned", () => {
  it("goes by the text", () => {
    expect(isMentioned(aStatus({ text: "@grp@host.example", mentions: [] }), self)).toBe(true);
    expect(isMentioned(aStatus({ text: "@grp", mentions: [] }), self)).toBe(false);
  });

  it("goes by the list", () => {
    expect(isMentioned(aStatus({ text: "hi", mentions: ["grp@host.example"] }), self)).toBe(true);
    expect(isMentioned(aStatus({ text: "hi", mentions: ["ann@far.example"] }), self)).toBe(false);
  });

  it("goes by the page where the server gives another address", () => {
    const status = aStatus({ text: "hi" });
    const [mention] = aStatus({ text: "hi", mentions: ["grp@web.host.example"] }).mentions;
    if (mention === undefined) expect.fail("The builder gives a mention.");
    const listed = { ...status, mentions: [{ ...mention, url: "http://HOST.example/@grp/" }] };
    expect(isMentioned(listed, self)).toBe(true);
    expect(
      isMentioned({ ...listed, mentions: [{ ...mention, url: "" }] }, { ...self, url: "" }),
    ).toBe(false);
  });
});
