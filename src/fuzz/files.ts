import assert from "node:assert/strict";
import fc from "fast-check";
import JSON5 from "json5";
import { parseGroupFile } from "../config/group-config.js";
import { parseSettings } from "../config/settings.js";
import { ConfigError } from "../errors.js";
import { controlFormat } from "../store/control-format.js";
import { renderFile } from "../store/json-writer.js";
import { type JsonDocument, parseJson5 } from "../store/json5-file.js";
import { locateValue, membersAt, skipBlank, withValueAt } from "../store/json5-scan.js";
import { stateFormat } from "../store/state-format.js";
import { TextMap } from "../store/text-map.js";
import { localHost } from "./parser.js";
import { claim, oddLetters, type Target, textOf } from "./property.js";

const file = "/groups/a/control.json5";
const control = controlFormat(localHost);

function document(text: string): JsonDocument {
  return { file, text, value: parseJson5(file, text), mode: 0o600, stamp: "" };
}

/** Runs it; the problems are sentences with a place that is in the text. */
function readOrProblems(text: string, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(error.problems.length > 0);
    const lineCount = text.split(/\r\n|[\n\r\u2028\u2029]/u).length;
    for (const { file: named, where, problem } of error.problems) {
      assert.equal(named, file);
      assert.match(problem, /^[A-Z].*[.!?…]$/su);
      const [, line] = /\bline (\d+)/u.exec(where) ?? [];
      if (line !== undefined) assert.ok(Number(line) >= 1 && Number(line) <= lineCount, where);
    }
  }
}

/** Puts a comment and odd white space between all tokens. */
function disturb(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|([{}[\],:])/gu, (_, text, sign) =>
    text === undefined ? `/* }] " */ ${sign} // '{\n` : text,
  );
}
const object = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue());
const knownKeys = [
  ..."group_tags admin_users member_only member_users banned_users banned_servers optout_users".split(
    " ",
  ),
  ..."last_notif_ts last_status_ts seen_notifs seen_statuses handled shared passed welcomed answers in_doubt".split(
    " ",
  ),
  ..."enabled locale acct character_limit appdata base token token_expires_at client_id redirect".split(
    " ",
  ),
  ..."groups_dir locales_dir validate_locales max_catchup_notifs poll_interval_s uri status by at".split(
    " ",
  ),
  ..."kind changes effects key draft parts __proto__ constructor toString".split(" "),
];
const nearlyRight = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom<unknown>(
        true,
        0,
        -1,
        1.5,
        1e300,
        null,
        "",
        "ann@far.example",
        "https://far.example",
        "post",
      ),
      fc.string({ unit: "binary" }),
    ),
    fc.dictionary(fc.constantFrom(...knownKeys), tie("tree"), { maxKeys: 9 }),
    fc.array(tie("tree"), { maxLength: 4 }),
  ),
})).tree;
const pieces = [
  ...[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    "'",
    "\\",
    "//",
    "/*",
    "*/",
    "\n",
    " ",
    "a",
    "1",
    "-",
    "+",
    ".",
  ],
  ...[
    "0x",
    "e",
    "true",
    "null",
    "NaN",
    "Infinity",
    "\\u0041",
    "\\u{",
    "\\x4",
    "member_only",
    '"a": 1',
    ...oddLetters,
  ],
];
const someText = fc
  .oneof(
    textOf(pieces),
    fc.string({ unit: "binary" }),
    object.map((value) => disturb(JSON.stringify(value))),
  )
  // json5 warns of these on the console.
  .map((text) => text.replaceAll(/[\u2028\u2029]/gu, " "));
const own = fc.dictionary(fc.constantFrom("handled", "member_only", "group_tags"), fc.jsonValue());

/** What operators write and disks spoil. */
export const files: Target = {
  name: "JSON5 files",
  properties: [
    claim(
      "any text is a value, or a problem that names its place",
      someText,
      (text) => {
        readOrProblems(text, () => parseJson5(file, text));
      },
      400,
    ),
    claim("JSON is read the same with comments between all tokens", object, (value) => {
      const json = JSON.stringify(value);
      assert.deepEqual(parseJson5(file, disturb(json)), JSON5.parse(json));
    }),
    claim(
      "every format takes any value, or tells what is wrong where",
      fc.tuple(nearlyRight, fc.boolean()),
      ([value, isDisturbed]) => {
        const json = JSON.stringify(value);
        const text = isDisturbed ? disturb(json) : json;
        for (const read of [control.parse, stateFormat.parse, parseGroupFile, parseSettings]) {
          readOrProblems(text, () => read(document(text)));
        }
      },
    ),
    claim(
      "no token is told",
      fc.tuple(nearlyRight, fc.string({ unit: "grapheme", minLength: 12 })),
      ([value, token]) => {
        const text = JSON.stringify({
          ...Object(value),
          acct: "a@b.example",
          appdata: { base: 1, token: [token], client_secret: `${token} ` },
        });
        assert.throws(
          () => parseGroupFile(document(text)),
          (error) => error instanceof ConfigError && !error.message.includes(token),
        );
      },
    ),
    claim("every member is found, with comments anywhere", object, (value) => {
      const text = disturb(JSON.stringify(value));
      const members = membersAt(text, skipBlank(text, 0));
      const found = members.map(
        ({ key, start, end }) => [key, JSON5.parse(text.slice(start, end))] as const,
      );
      assert.deepEqual(new Map(found), new Map(Object.entries(JSON5.parse<object>(text))));
      const map = new TextMap(text);
      for (const { key } of members)
        assert.equal(map.locate([key])?.start, locateValue(text, [key])?.start);
    }),
    claim(
      "changing a value changes no other",
      fc.tuple(object, fc.string({ unit: "binary" })),
      ([value, key]) => {
        const json = JSON.stringify(value);
        const wanted = new Map<string, unknown>(Object.entries(JSON5.parse(json)));
        wanted.set(key, "new");
        for (const text of [json, disturb(json)]) {
          const changed = withValueAt(text, [key], "new") ?? "";
          assert.deepEqual(new Map(Object.entries(JSON5.parse<object>(changed))), wanted);
          const kept = locateValue(text, [key]);
          if (kept !== undefined)
            assert.ok(
              changed.startsWith(text.slice(0, kept.start)) &&
                changed.endsWith(text.slice(kept.end)),
            );
        }
      },
    ),
    claim(
      "writing keeps strangers' keys and the comment at the head, and is the same the next time",
      fc.tuple(object, own, fc.constantFrom("", "// mine { \n", "/* \u{1F986} */\n")),
      ([old, ours, head]) => {
        const text = head + disturb(JSON.stringify(old));
        const written = renderFile(ours, document(text));
        const wanted = new Map(Object.entries(JSON5.parse<object>(JSON.stringify(old))));
        for (const [key, value] of Object.entries(ours)) wanted.set(key, value);
        assert.deepEqual(
          new Map(Object.entries(JSON5.parse<object>(written))),
          new Map(Object.entries(JSON5.parse<object>(JSON.stringify(Object.fromEntries(wanted))))),
        );
        assert.ok(written.startsWith(head.trim()));
        assert.equal(renderFile(ours, document(written)), written);
      },
    ),
    claim(
      "the line of a place is the number of line ends before it",
      fc.tuple(textOf(["a", "\n", "\r", "\r\n", "\u2028", " "]), fc.nat()),
      ([text, n]) => {
        const at = n % (text.length + 1);
        const isInPair = text[at - 1] === "\r" && text[at] === "\n";
        let lines = 1;
        for (let index = 0; index < at; index += 1) {
          const isPair = text[index] === "\r" && text[index + 1] === "\n" && index + 1 < at;
          if (/[\n\r\u2028\u2029]/u.test(text[index] ?? "") && !isPair) lines += 1;
        }
        if (isInPair) return;
        assert.equal(new TextMap(text).lineAt(at), lines);
      },
    ),
  ],
};
