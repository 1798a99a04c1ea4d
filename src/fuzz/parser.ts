import assert from "node:assert/strict";
import fc from "fast-check";
import { toAcct, toHost } from "../core/acct.js";
import { commands } from "../core/commands/index.js";
import { blankWhatIsNotMeant } from "../core/commands/not-meant.js";
import { type ParsedCommand, parseCommands } from "../core/commands/parse.js";
import { createWords } from "../core/commands/words.js";
import { toTag } from "../core/hashtags.js";
import type { Host } from "../core/model.js";
import { claim, oddLetters, type Target, textOf } from "./property.js";

/** Where bare names belong. */
export const localHost = "host.example" as Host;
/** Every name that a command goes by. */
export const commandNames: readonly string[] = commands.flatMap(({ names }) => names);

/** What the group makes of a text. */
export function parsed(text: string): readonly ParsedCommand[] {
  return parseCommands(text, commands, localHost).commands;
}

const calls = commandNames.flatMap((name) => [`/${name}`, `\\${name}`]);
const pieces = [
  ...[" ", " ", "\n", "@grp ", "@ann@far.example ", "bob", "#ducks", "far.example", ">", "> "],
  ...[
    "`",
    "```",
    "\n```\n",
    "/",
    "\\",
    "-",
    ".",
    ",",
    ":",
    "!",
    "(",
    ")",
    "'",
    "/b-",
    "/x",
    "opt-",
  ],
  ...oddLetters,
  fc.constantFrom(...calls),
  fc.constantFrom(...calls).map((call) => `\n${call} `),
  fc.constantFrom(...calls).map((call) => ` ${call.toUpperCase()} `),
  fc.string({ unit: "binary", maxLength: 3 }),
];
const texts = textOf(pieces);
/** What cannot reach into the lines after it. */
const closed = texts.map((text) => text.replaceAll("`", "'").replaceAll(/announce/giu, "ping"));
const line = texts.map((text) => text.replaceAll(/[`\n\r\u2028\u2029]/gu, ""));

const wordCharacter = /^[\p{L}\p{N}\p{M}_-]$/u;

/** Letter by letter what `parse.ts` does with patterns; repeats included. */
function slowly(text: string): readonly { readonly name: string; readonly text: string }[] {
  const written = [...text];
  const blanked = blankWhatIsNotMeant(text);
  const letters: string[] = [];
  for (const letter of written) {
    const from = letters.join("").length;
    letters.push(blanked.slice(from, from + letter.length));
  }
  const isWord = (at: number) => wordCharacter.test(letters[at] ?? " ");
  const found: { name: string; rest: boolean; start: number; end: number }[] = [];
  for (let at = 0; at < letters.length && !found.at(-1)?.rest; at += 1) {
    const isStart = at === 0 || /[\s>]/u.test(letters[at - 1] ?? "");
    if (!isStart || !/[/\\]/u.test(letters[at] ?? "")) continue;
    let end = at + 1;
    while (isWord(end)) end += 1;
    if (end === at + 1 || /[/\\]/u.test(letters[end] ?? "")) continue;
    const parts = letters
      .slice(at + 1, end)
      .join("")
      .toLowerCase()
      .split("-");
    for (let count = parts.length; count > 0; count -= 1) {
      const name = parts.slice(0, count).join("-");
      const command = commands.find(({ names }) => names.includes(name));
      if (command === undefined) continue;
      let from = at + 1 + name.length;
      while (/[!,.:;?…]/u.test(written[from] ?? "")) from += 1;
      found.push({ name: command.names[0], rest: command.takesRest, start: at, end: from });
      break;
    }
  }
  return found.map(({ name, rest, end }, index) => {
    const next = found[index + 1]?.start ?? written.length;
    const lineEnd = written.findIndex(
      (letter, at) => at >= end && /[\n\r\u2028\u2029]/u.test(letter),
    );
    const stop = rest || lineEnd === -1 ? next : Math.min(next, lineEnd);
    return { name, text: written.slice(end, stop).join("").trim() };
  });
}

const plainUser = fc.stringMatching(/^[a-z0-9_]{1,12}$/u);
const plainHost = fc.stringMatching(/^[a-z][a-z0-9]{0,8}\.example$/u);

/** The commands in a post, and what they are about. */
export const parser: Target = {
  name: "command parser",
  properties: [
    claim(
      "a text without a slash holds no command",
      texts.map((text) => text.replaceAll(/[/\\]/gu, "")),
      (text) => assert.deepEqual(parsed(text), []),
    ),
    claim(
      "what is found is what a slow reader finds, less the repeats, in order",
      texts,
      (text) => {
        const rest = [...slowly(text)];
        const names = new Set(rest.map(({ name }) => name));
        const found = parsed(text).map(({ command, words }) => ({
          name: command.names[0],
          text: words.text,
        }));
        for (const one of found) {
          const at = rest.findIndex((other) => other.name === one.name && other.text === one.text);
          assert.notEqual(at, -1, `${JSON.stringify(one)} is not there`);
          rest.splice(0, at + 1);
        }
        assert.deepEqual(new Set(found.map(({ name }) => name)), names);
      },
      500,
    ),
    claim("quotations and code hold no command", closed, (text) => {
      const lines = text.split(/\r\n|[\n\r\u2028\u2029]/u);
      assert.deepEqual(parsed(lines.map((one) => `> ${one}`).join("\n")), []);
      assert.deepEqual(parsed(`\`\`\`\n${lines.join("\n")}\n\`\`\``), []);
      assert.deepEqual(parsed(`\`${lines.join("")}\``), []);
    }),
    claim("lines do not reach into each other", fc.tuple(closed, texts), ([first, second]) => {
      const names = (text: string) => parsed(text).map(({ command }) => command.names[0]);
      assert.deepEqual(
        new Set(names(`${first}\n\n${second}`)),
        new Set([...names(first), ...names(second)]),
      );
    }),
    claim(
      "upper case, backslashes, names in front and closing signs change nothing",
      fc.record({
        name: fc.constantFrom(...commandNames),
        user: plainUser,
        host: plainHost,
        front: fc.constantFrom("", "@grp ", "@grp@host.example\n", "hello ", "hello >"),
        slash: fc.constantFrom("/", "\\"),
        sign: fc.constantFrom("", ":", "!", ",", "…"),
        isLoud: fc.boolean(),
        before: fc.constantFrom("", "@", '"', "«@", "(", "\u2068@", "<@"),
        after: fc.constantFrom("", ".", '"', ")", "!", ", please", "\u2069", ">"),
      }),
      ({ name, user, host, front, slash, sign, isLoud, before, after }) => {
        const address = `${before}${user}@${host}${after}`;
        const text = `${front}${slash}${isLoud ? name.toUpperCase() : name}${sign} ${address}`;
        const [found, ...more] = parsed(text);
        assert.deepEqual(more, []);
        assert.ok(found?.command.names.includes(name));
        assert.equal(found?.words.text, address);
        assert.equal(found?.words.acct(), `${user}@${host}`);
      },
    ),
    claim("what an argument names is in the form in which it is stored", line, (argument) => {
      const words = createWords(argument, localHost);
      assert.equal(words.text, argument.trim());
      const [acct, host, tag] = [words.acct(), words.host(), words.tag()];
      if (acct !== undefined) assert.equal(toAcct(acct), acct);
      if (host !== undefined) assert.equal(toHost(host), host);
      if (tag !== undefined) assert.equal(toTag(tag), tag);
      assert.ok(host === undefined || tag === undefined);
    }),
  ],
};
