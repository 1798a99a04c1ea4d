import type { Account } from "../api/model/model.js";
import { findEntities, type RenderContext } from "../api/wire/render.js";

/** How a server writes what links in a text. */
export interface Dialect {
  readonly mention: (account: Account, context: RenderContext) => string;
  readonly tag: (tag: string, context: RenderContext) => string;
  readonly link: (url: string) => string;
}

/** How a server writes blocks of Markdown. */
export interface BlockStyle {
  /** Makes plain text safe. */
  readonly escape: (text: string) => string;
  /** What a line's end within a paragraph becomes. */
  readonly lineBreak: string;
}

/** Stands for the link with that number while the rest is rendered. */
const firstMark = 0xe000;
const markPattern = /[\uE000-\uF8FF]/gu;

/** Renders a text: `render` sees one private character in place of each handle, hashtag and URL. */
export function renderAround(
  text: string,
  context: RenderContext,
  dialect: Dialect,
  render: (marked: string) => string,
): string {
  const links: string[] = [];
  const clean = text.replace(markPattern, "");
  let marked = "";
  let position = 0;
  for (const entity of findEntities(clean)) {
    const html = renderLink(entity, context, dialect);
    if (html === undefined) continue;
    marked += clean.slice(position, entity.start) + String.fromCharCode(firstMark + links.length);
    links.push(html);
    position = entity.end;
  }
  const html = render(marked + clean.slice(position));
  return html.replace(markPattern, (mark) => links[mark.charCodeAt(0) - firstMark] ?? "");
}

function renderLink(
  entity: ReturnType<typeof findEntities>[number],
  context: RenderContext,
  dialect: Dialect,
): string | undefined {
  if (entity.kind === "url") return dialect.link(entity.url);
  if (entity.kind === "tag") return dialect.tag(entity.tag, context);
  const account = context.resolve(entity.username, entity.domain);
  return account === undefined ? undefined : dialect.mention(account, context);
}

/** Renders the Markdown that people use in posts: emphasis, code, headings, quotes, lists. */
export function renderMarkdown(text: string, style: BlockStyle): readonly string[] {
  const lines = text.replaceAll("\r", "").split("\n");
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const kind = kindOf(lines[at] ?? "");
    let end = at + 1;
    // Any line that begins nothing of its own goes on with the paragraph or quote before it.
    const goesOn = (next: string) => kindOf(next) === kind || (kind === "quote" && isText(next));
    if (kind !== "blank" && kind !== "heading" && kind !== "fence") {
      while (end < lines.length && goesOn(lines[end] ?? "")) end += 1;
    }
    if (kind === "fence") {
      while (end < lines.length && kindOf(lines[end] ?? "") !== "fence") end += 1;
      end += 1;
    }
    const block = renderBlock(kind, lines.slice(at, end), style);
    if (block !== undefined) blocks.push(block);
    at = end;
  }
  return blocks;
}

type Kind = "blank" | "heading" | "quote" | "list" | "numbers" | "fence" | "text";

function kindOf(line: string): Kind {
  if (line.trim() === "") return "blank";
  if (/^ {0,3}#{1,6} /.test(line)) return "heading";
  if (/^ {0,3}>/.test(line)) return "quote";
  if (/^ {0,3}[-*+] /.test(line)) return "list";
  if (/^ {0,3}\d{1,9}[.)] /.test(line)) return "numbers";
  return line.startsWith("```") ? "fence" : "text";
}

function isText(line: string): boolean {
  return kindOf(line) === "text";
}

function renderBlock(kind: Kind, lines: readonly string[], style: BlockStyle): string | undefined {
  const inline = (text: string) => renderInline(text, style);
  const items = (mark: RegExp) =>
    lines.map((line) => `<li>${inline(line.replace(mark, ""))}</li>`).join("");
  switch (kind) {
    case "blank":
      return undefined;
    case "heading": {
      const [, signs = "#", title = ""] = /^ *(#+) +(.*?)#* *$/.exec(lines[0] ?? "") ?? [];
      return `<h${signs.length}>${inline(title)}</h${signs.length}>`;
    }
    case "quote": {
      const inner = lines.map((line) => line.replace(/^ *> ?/, "")).join("\n");
      return `<blockquote>${renderMarkdown(inner, style).join("")}</blockquote>`;
    }
    case "list":
      return `<ul>${items(/^ *[-*+] +/)}</ul>`;
    case "numbers":
      return `<ol>${items(/^ *\d+[.)] +/)}</ol>`;
    case "fence":
      return `<pre><code>${style.escape(lines.slice(1, -1).join("\n"))}\n</code></pre>`;
    case "text":
      return `<p>${lines.map((line) => inline(line.trim())).join(style.lineBreak)}</p>`;
  }
}

/** Emphasis, code and links in one line; backslashes and entities take a sign its meaning. */
function renderInline(text: string, { escape: safe }: BlockStyle): string {
  const kept: string[] = [];
  const keep = (html: string) => `\u0000${kept.push(html) - 1}\u0000`;
  const withoutLiterals = text
    .replaceAll("\u0000", "")
    .replace(/\\(?=[\uE000-\uF8FF])/gu, "")
    .replace(/\\([!-/:-@[-`{-~])/g, (_, sign: string) => keep(safe(sign)))
    .replace(/`([^`]+)`/g, (_, code: string) => keep(`<code>${safe(code)}</code>`))
    .replace(/&(?:amp|lt|gt|quot|#\d+);/g, (entity) => keep(entity));
  return (
    safe(withoutLiterals)
      .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, "<strong>$1</strong>")
      .replace(/(?<![\p{L}\p{N}_])__(?=\S)(.+?)(?<=\S)__(?![\p{L}\p{N}_])/gu, "<strong>$1</strong>")
      .replace(/\*(?=\S)(.+?)(?<=\S)\*/g, "<em>$1</em>")
      .replace(/(?<![\p{L}\p{N}_])_(?=\S)(.+?)(?<=\S)_(?![\p{L}\p{N}_])/gu, "<em>$1</em>")
      .replace(/~~(.+?)~~/g, "<del>$1</del>")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: no text holds it, so it can stand for one.
      .replace(/\u0000(\d+)\u0000/g, (_, index: string) => kept[Number(index)] ?? "")
  );
}
