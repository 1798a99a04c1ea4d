import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHost } from "../core/acct.js";
import { createWords } from "../core/commands/words.js";
import { emptyControl, type GroupControl } from "../core/group.js";
import { ask } from "../testing/ask.js";
import { aFound, anAccount } from "../testing/builders.js";
import { controlFormat } from "./control-format.js";

const localHost = toHost("host.example") ?? expect.fail("The host is none.");
const format = controlFormat(localHost);

/** What is read at the next start of what is written now. */
function readBack(control: GroupControl): ReturnType<typeof format.parse> {
  const text = JSON.stringify(format.toJson(control));
  return format.parse({ file: "", text, value: JSON.parse(text), mode: 0o600, stamp: "" });
}

/** Letters that fold into others, into many, or into none. */
const odd = ["\u037a", "\ufdfa", "\ufb03".repeat(70), "İ", "Σ", "ß", "½", "⑴", "。", "\u00ad", "ﬃ"];

describe("a control", () => {
  it("reads back, whatever the commands made of what people type", () => {
    const bit = fc.oneof(
      fc.constantFrom(
        "@",
        "#",
        ".",
        "-",
        "_",
        "a",
        "Bob",
        "srv.example",
        "xn--",
        ":8443",
        "/",
        ...odd,
      ),
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    const argument = fc.array(bit, { maxLength: 8 }).map((bits) => bits.join(""));
    const ready = fc.oneof(
      argument,
      argument.map((tag) => `#${tag}`),
      argument.map((user) => `@${user}@srv.example`),
      argument.map((host) => `bob@${host}.example`),
      argument.map((host) => `${host}.example`),
    );
    const name = fc.constantFrom("ban", "add", "op");
    let changed = 0;
    fc.assert(
      fc.property(name, ready, (command, typed) => {
        const acct = createWords(typed, localHost).acct();
        const found = aFound({ accounts: acct === undefined ? [] : [anAccount(acct)] });
        const { control } = ask(`/${command} ${typed}`, { admins: ["ann@far.example"] }, found);
        if (control.groupTags.size + control.bannedUsers.size + control.memberUsers.size > 0)
          changed += 1;
        expect(readBack(control)).toEqual({ value: control, notices: [] });
      }),
      { numRuns: 1000 },
    );
    expect(changed).toBeGreaterThan(50);
  });

  it("reads back every letter there is in a hashtag or a name", () => {
    const groupTags = new Set<string>();
    const bannedUsers = new Set(emptyControl.bannedUsers);
    for (let code = 1; code <= 0x10ffff; code += 1) {
      const letter = String.fromCodePoint(code);
      // Others fold into themselves.
      if (letter.normalize("NFKC").toLowerCase() === letter) continue;
      for (const typed of [letter, `a${letter}`, `${letter}b`]) {
        const tag = createWords(`#${typed}`, localHost).tag();
        if (tag !== undefined) groupTags.add(tag);
        const user = createWords(`${typed}@srv.example`, localHost).acct();
        if (user !== undefined) bannedUsers.add(user);
      }
    }
    expect(groupTags.size).toBeGreaterThan(5000);
    const control = { ...emptyControl, groupTags, bannedUsers };
    expect(readBack(control)).toEqual({ value: control, notices: [] });
  });
});
