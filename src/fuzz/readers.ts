import { isAddressed } from "../core/addressed.js";
import { handlesIn } from "../core/handles.js";
import { hashtagsIn } from "../core/hashtags.js";
import { htmlToText } from "../core/html-to-text.js";
import { measureText } from "../core/length.js";
import { escapeMarkdown } from "../core/markdown.js";
import type { Acct, Mention } from "../core/model.js";
import { neutralise } from "../core/neutralise.js";
import { splitText } from "../core/split-text.js";
import { ConfigError } from "../errors.js";
import { excerpt } from "../mastodon/classify.js";
import { readFrame } from "../mastodon/frames.js";
import { tidyLinks } from "../mastodon/link-header.js";
import { mapStatus, type Viewer } from "../mastodon/mapping.js";
import { controlFormat } from "../store/control-format.js";
import { renderFile } from "../store/json-writer.js";
import { type JsonDocument, parseJson5 } from "../store/json5-file.js";
import { anAccount, aStatus } from "../testing/builders.js";
import { localHost, parsed } from "./parser.js";

/** Something that reads what others wrote. */
export interface Reader {
  readonly name: string;
  readonly read: (text: string) => void;
  /** It heeds nothing of the text but its length. */
  readonly isByLength?: true;
}

const viewer: Viewer = { acct: "grp@host.example" as Acct, url: "https://x.org/@grp" };
const grp: readonly Mention[] = [{ acct: viewer.acct, url: "https://x.org/@grp" }];
const control = controlFormat(localHost);

function readFile(text: string): void {
  try {
    const document: JsonDocument = {
      ...{ file: "/x.json5", text, mode: 0o600, stamp: "" },
      value: parseJson5("/x.json5", text),
    };
    renderFile({ handled: [] }, document);
    control.parse(document);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
}

function readCommands(text: string): void {
  for (const { words } of parsed(text)) [words.acct(), words.host(), words.tag()];
}

function split(text: string, counting: "code-points" | "mastodon"): void {
  const measure = (part: string) => measureText(part, counting);
  splitText(`a ${text} a`, { prefix: "@u@h ", limit: 500, measure });
  measure(text);
}

/** As many of something as fit into a text of this length. */
function many<T>(text: string, each: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: Math.floor(text.length / each) }, (_, index) => make(index));
}
const nobody = (index: number) => ({
  acct: `u${index}@far${index}.example` as Acct,
  url: `https://far${index}.example/@u${index}`,
});

/** Everything that is measured. */
export const readers: readonly Reader[] = [
  { name: "command parser", read: readCommands },
  { name: "command parser, behind a command", read: (text) => readCommands(`/ban ${text}`) },
  { name: "command parser, announcement", read: (text) => readCommands(`/announce ${text}`) },
  { name: "HTML to text", read: (text) => htmlToText(text, grp) },
  {
    name: "HTML to text, in a link",
    read: (text) => htmlToText(`<a href="https://x.org/@grp">${text}</a>`, grp),
  },
  { name: "HTML to text, in a tag", read: (text) => htmlToText(`<a ${text}>x>`, grp) },
  { name: "HTML to text, in a script", read: (text) => htmlToText(`<script>${text}`, grp) },
  {
    name: "who is linked",
    read: (text) => {
      const mentions = many(text, 50, nobody);
      const links = mentions.map(({ url }, index) => `<a href="${url}">@u${index}</a> `).join("");
      htmlToText(links + text, mentions);
    },
  },
  {
    name: "who is addressed",
    read: (text) =>
      isAddressed(
        aStatus({ text, mentions: many(text, 50, nobody).map(({ acct }) => acct) }),
        anAccount("grp@host.example"),
      ),
  },
  { name: "splitter, code points", read: (text) => split(text, "code-points") },
  { name: "splitter, as Mastodon counts", read: (text) => split(text, "mastodon") },
  {
    name: "handles and hashtags",
    read: (text) => [...handlesIn(text)].length + hashtagsIn(text).size,
  },
  { name: "neutralise", read: neutralise },
  {
    name: "markdown, escaped",
    read: (text) => escapeMarkdown(text) + escapeMarkdown(text, "entities"),
  },
  {
    name: "mapping",
    read: (text) =>
      mapStatus(
        {
          ...{
            id: "1",
            uri: text,
            content: text,
            spoilerText: text,
            createdAt: text,
            visibility: text,
          },
          account: {
            id: "2",
            acct: "ann@far.example",
            note: text,
            fields: [{ name: text, value: text }],
          },
          mentions: [...many(text, 50, nobody), { acct: text }],
          tags: many(text, 50, (index) => ({ name: `t${index}${text.slice(0, 9)}` })).concat([
            { name: text },
          ]),
        },
        viewer,
      ),
  },
  {
    name: "frame",
    read: (text) =>
      readFrame(JSON.stringify({ event: "update", payload: JSON.stringify({ text }) })),
  },
  { name: "frame, as it is", read: readFrame },
  { name: "error's message", read: (text) => excerpt(text, "s3cr3t") },
  { name: "Link header", read: (text) => tidyLinks(text, new URL("https://host.example")) },
  { name: "JSON5 file", read: readFile },
  {
    name: "JSON5 file, text in it",
    read: (text) =>
      readFile(`{'a': ${JSON.stringify(text)}, group_tags: [${JSON.stringify(text)}]}`),
  },
  {
    name: "JSON5 file, list in it",
    isByLength: true,
    read: (text) =>
      readFile(
        `{banned_users: ${JSON.stringify(many(text, 30, (index) => `U${index}@far.example`))}}`,
      ),
  },
  {
    name: "JSON5 file, keys in it",
    isByLength: true,
    read: (text) => readFile(`{${many(text, 20, (index) => `key${index}: ${index}`).join(", ")}}`),
  },
];
