import { describe, expect, it } from "vitest";
import { toAcct } from "./acct.js";
import { htmlToText } from "./html-to-text.js";
import type { Mention } from "./model.js";

function aMention(acct: string, url: string): Mention {
  return { acct: toAcct(acct) ?? expect.fail(`${acct} is no address.`), url };
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) =>
    permutations(items.toSpliced(at, 1)).map((others) => [item, ...others]),
  );
}

const page = "https://good.example/@alice";
const program = "https://good.example/users/alice";
const alice = aMention("alice@good.example", page);
/** Her page lies on a server of her own domain. */
const apart = aMention("alice@example", "https://good.example/@alice");
const above = aMention("bob@far.example", "https://social.far.example/@bob");
/** His page lies on a server whose name has nothing to do with his own. */
const elsewhere = aMention("cy@own.example", "https://hoster.example/@cy");
const mallory = aMention("mallory@evil.example", page);
const fakeAlice = aMention("alice@evil.example", page);
const fakeAlice2 = aMention("alice@evil.example", "https://good.example/@x");
const neighbour = aMention("mallory@good.example", page);
const fakeBob = aMention("bob@evil.example", above.url);
const fakeBob2 = aMention("bob@evil.example", "https://social.far.example/users/bob");
const fakeCy = aMention("cy@evil.example", elsewhere.url);
const fakeCy2 = aMention("cy@evil.example", "https://hoster.example/users/cy");

const at = (url: string, text: string) => `<a href="${url}">${text}</a>`;

describe("a link", () => {
  it.each<[string, string, readonly Mention[], string]>([
    ["its page", at(page, "@alice"), [alice, mallory], "@alice@good.example"],
    ["… spanned", at(page, "@<span>alice</span>"), [alice, mallory], "@alice@good.example"],
    ["… in full", at(page, "@alice@good.example"), [alice, mallory], "@alice@good.example"],
    ["… in Friendica's way", `@${at(page, "alice")}`, [alice, mallory], "@alice@good.example"],
    ["… with a name", at(page, "Alice A."), [alice, mallory], "@alice@good.example"],
    ["a namesake claims it", at(page, "@alice"), [alice, fakeAlice], "@alice@good.example"],
    ["… and the server", at(program, "@alice"), [alice, fakeAlice2], "@alice@good.example"],
    ["many claim it", at(page, "@Alice"), [alice, mallory, fakeAlice], "@alice@good.example"],
    ["a neighbour claims it", at(page, "@alice"), [alice, neighbour], "@alice@good.example"],
    ["… with nobody else", at(page, "@alice"), [neighbour], "@alice@good.example"],
    ["she is not listed", at(page, "@alice"), [mallory], "@alice@good.example"],
    ["… in full", at(page, "@alice@good.example"), [mallory], "@alice@good.example"],
    ["… in full, a namesake", at(page, "@alice@good.example"), [fakeAlice], "@alice@good.example"],
    ["… with a name", at(page, "Alice"), [fakeAlice], "Alice"],
    ["… nor the only namesake", at(page, "@alice"), [fakeAlice, fakeCy], "@alice@evil.example"],
    ["two namesakes", at(page, "@alice"), [fakeAlice, apart], "@alice@good.example"],
    ["a page above", at(above.url, "@bob"), [above, fakeBob], "@bob@far.example"],
    ["… for programs", at(fakeBob2.url, "@bob"), [above, fakeBob2], "@bob@far.example"],
    ["… in full", at(above.url, "@bob@social.far.example"), [above, fakeBob], "@bob@far.example"],
    ["… with a name", at(above.url, "Bob"), [above, fakeBob], "@bob@far.example"],
    ["another's page", at(elsewhere.url, "@cy"), [elsewhere, mallory], "@cy@own.example"],
    ["… for programs", at(fakeCy2.url, "@cy"), [elsewhere], "@cy@own.example"],
    ["… in full", at(elsewhere.url, "@cy@own.example"), [elsewhere, fakeCy], "@cy@own.example"],
    ["… disputed", at(elsewhere.url, "@cy"), [elsewhere, fakeCy], "@cy@hoster.example"],
    ["… by halves", at(fakeCy2.url, "@cy"), [elsewhere, fakeCy2], "@cy@hoster.example"],
    [
      "the claimant",
      at("https://evil.example/@mallory", "@mallory"),
      [alice, mallory],
      "@mallory@evil.example",
    ],
    [
      "the namesake",
      at("https://evil.example/@alice", "@alice"),
      [alice, fakeAlice],
      "@alice@evil.example",
    ],
    ["a name for another page", at(page, "@dee"), [alice], "@dee@good.example"],
    [
      "a stranger in Friendica's way",
      `@${at("https://new.example/@eve", "eve")}`,
      [alice],
      "@eve@new.example",
    ],
    [
      "an address of mail",
      `me@${at("https://new.example/", "new.example")}`,
      [alice],
      "me@new.example",
    ],
  ])("says who is meant, in whatever order they are listed: %s", (_, html, mentions, expected) => {
    for (const order of permutations(mentions)) expect(htmlToText(html, order)).toBe(expected);
  });
});
