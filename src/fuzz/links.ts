import assert from "node:assert/strict";
import fc from "fast-check";
import { toAcct } from "../core/acct.js";
import { htmlToText } from "../core/html-to-text.js";
import type { Acct, Mention } from "../core/model.js";
import { claim, type Target } from "./property.js";

const forgedHosts = ["evil.example", "xgood.example", "example", "good.example.org"] as const;
const pages = ["https://good.example/@alice", "https://good.example/users/alice"] as const;
const forged = fc
  .tuple(
    fc.constantFrom("alice", "mallory"),
    fc.constantFrom(...forgedHosts),
    fc.constantFrom(...pages, "https://good.example/@x", "https://evil.example/"),
  )
  .map(([user, host, url]) => ({ acct: `${user}@${host}` as Acct, url: `${url}` }));
const alice: Mention = { acct: "alice@good.example" as Acct, url: pages[0] };
const anyMention = fc
  .tuple(
    fc.constantFrom("alice", "bob", "Bob", "ünï", "a.b"),
    fc.constantFrom("good.example", "far.example", "social.far.example", "host.example"),
    fc.constantFrom(...pages, "https://social.far.example/@bob", "", "x:", "https://[::1]/"),
  )
  .map(([user, host, url]) => ({ acct: toAcct(`${user}@${host}`) ?? ("x@y" as Acct), url }));

/** Whom a link in a post names. */
export const links: Target = {
  name: "who is linked",
  properties: [
    claim(
      "a link names the person of that server, whatever others claim",
      fc.tuple(fc.array(forged), fc.nat(), fc.constantFrom(...pages)),
      ([others, n, href]) => {
        const mentions = others.toSpliced(n % (others.length + 1), 0, alice);
        for (const text of ["@alice", "@Alice", "@alice@good.example"]) {
          assert.equal(
            htmlToText(`<a href="${href}">${text}</a>`, mentions),
            "@alice@good.example",
          );
        }
      },
    ),
    claim(
      "whom a link names does not depend on the order of the mentions",
      fc.tuple(
        fc.uniqueArray(anyMention, { maxLength: 6, selector: ({ acct }) => acct }),
        fc.constantFrom(...pages, "https://social.far.example/@bob"),
        fc.constantFrom("@alice", "@bob", "@Bob", "@bob@far.example", "Bob", "@ünï", "@a.b", "@"),
      ),
      ([mentions, href, text]) => {
        const link = `<a href="${href}">${text}</a>`;
        const found = htmlToText(link, mentions);
        assert.equal(htmlToText(link, mentions.toReversed()), found);
        assert.equal(htmlToText(link, [...mentions, ...mentions]), found);
        const [, named] = /^@(\S+@\S+)$/u.exec(found) ?? [];
        if (named !== undefined) assert.equal(toAcct(named), named);
      },
    ),
  ],
};
