import type { Account } from "../model/model.js";

/** Something in a text that becomes a link. */
export type TextEntity =
  | { readonly kind: "url"; readonly start: number; readonly end: number; readonly url: string }
  | { readonly kind: "tag"; readonly start: number; readonly end: number; readonly tag: string }
  | {
      readonly kind: "mention";
      readonly start: number;
      readonly end: number;
      readonly username: string;
      readonly domain: string | undefined;
    };

/** What a renderer needs to know of the world around the text. */
export interface RenderContext {
  readonly baseUrl: string;
  /** Who is meant; `undefined` leaves the handle as text. */
  readonly resolve: (username: string, domain: string | undefined) => Account | undefined;
  /** Everybody mentioned: two who share a username are told apart by their domains. */
  readonly mentioned: readonly Account[];
  /** The kind of markup the author asked for, if any. */
  readonly contentType?: string | undefined;
  /** The id that the author's host has for an account; absent in profiles. */
  readonly accountIdOf?: (account: Account) => string;
  /** Profiles say `rel="me"`. */
  readonly isProfile?: boolean;
}

const urlPattern = /(?<![\p{L}\p{N}_@])https?:\/\/[^\s<>"]+/giu;
const mentionPattern =
  /(?<![=/\p{L}\p{N}_])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)(?:@([\p{L}\p{N}_.-]*[\p{L}\p{N}_]))?/giu;
const tagPattern =
  /(?<![=/)\p{L}\p{N}_])#([\p{L}\p{M}\p{N}_·]*[\p{L}\p{M}_·][\p{L}\p{M}\p{N}_·]*)/gu;

/** Finds links, handles and hashtags; where two overlap, the earlier kind in this list wins. */
export function findEntities(text: string): readonly TextEntity[] {
  const found: TextEntity[] = [];
  const add = (entity: TextEntity) => {
    if (!found.some(({ start, end }) => entity.start < end && start < entity.end)) {
      found.push(entity);
    }
  };
  for (const match of text.matchAll(urlPattern)) {
    const url = trimUrl(match[0]);
    add({ kind: "url", start: match.index, end: match.index + url.length, url });
  }
  for (const match of text.matchAll(tagPattern)) {
    const tag = match[1] ?? "";
    add({ kind: "tag", start: match.index, end: match.index + match[0].length, tag });
  }
  for (const match of text.matchAll(mentionPattern)) {
    const [handle, username = "", domain] = match;
    add({
      kind: "mention",
      start: match.index,
      end: match.index + handle.length,
      username,
      domain,
    });
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Renders plain text as Mastodon does. */
export function renderText(text: string, context: RenderContext): string {
  return text.trim() === "" ? "" : toParagraphs(renderInline(text, context));
}

/** Renders the value of a profile field: one line, no paragraphs. */
export function renderInline(text: string, context: RenderContext): string {
  let html = "";
  let position = 0;
  for (const entity of findEntities(text)) {
    html += escapeHtml(text.slice(position, entity.start));
    html += renderEntity(entity, text.slice(entity.start, entity.end), context);
    position = entity.end;
  }
  return html + escapeHtml(text.slice(position));
}

/** The characters HTML gives a meaning to, made harmless. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const charactersPerUrl = 23;

/** How long a text is to Mastodon: every link 23, every handle without its domain. */
export function countCharacters(text: string): number {
  let counted = "";
  let position = 0;
  for (const entity of findEntities(text)) {
    if (entity.kind === "tag") continue;
    counted += text.slice(position, entity.start);
    counted += entity.kind === "url" ? "x".repeat(charactersPerUrl) : `@${entity.username}`;
    position = entity.end;
  }
  counted += text.slice(position);
  return countGraphemes(counted);
}

/** How many characters a reader sees. */
export function countGraphemes(text: string): number {
  // The segmenter takes as long for each step as its text is: seconds for a long one.
  if (/^[\0-\x7f]*$/.test(text) && !text.includes("\r")) return text.length;
  return [...graphemes.segment(text)].length;
}

/** The distinct hashtags of a text as they are written, without the sign. */
export function tagsIn(text: string): readonly string[] {
  const tags = new Map<string, string>();
  for (const entity of findEntities(text)) {
    if (entity.kind === "tag" && !tags.has(normalizeTag(entity.tag))) {
      tags.set(normalizeTag(entity.tag), entity.tag);
    }
  }
  return [...tags.values()];
}

/** The form in which Mastodon compares hashtags. */
export function normalizeTag(tag: string): string {
  return tag.normalize("NFKC").toLowerCase();
}

function renderEntity(entity: TextEntity, written: string, context: RenderContext): string {
  switch (entity.kind) {
    case "url":
      return renderLink(entity.url, context.isProfile === true);
    case "tag": {
      const url = `${context.baseUrl}/tags/${encodeURIComponent(normalizeTag(entity.tag))}`;
      return `<a href="${escapeHtml(url)}" class="mention hashtag" rel="tag">#<span>${escapeHtml(entity.tag)}</span></a>`;
    }
    case "mention": {
      const account = context.resolve(entity.username, entity.domain);
      if (account === undefined) return escapeHtml(written);
      const isAmbiguous = context.mentioned.some(
        (other) =>
          other !== account && other.username.toLowerCase() === account.username.toLowerCase(),
      );
      const isLocal = context.baseUrl === account.host.baseUrl;
      const shown =
        isAmbiguous && !isLocal ? `${account.username}@${account.host.domain}` : account.username;
      return `<span class="h-card" translate="no"><a href="${escapeHtml(account.url)}" class="u-url mention">@<span>${escapeHtml(shown)}</span></a></span>`;
    }
  }
}

const shownCharactersOfUrl = 30;

function renderLink(url: string, isProfile: boolean): string {
  const prefix = /^https?:\/\/(?:www\.)?/i.exec(url)?.[0] ?? "";
  const rest = url.slice(prefix.length);
  const shown = rest.slice(0, shownCharactersOfUrl);
  const hidden = rest.slice(shownCharactersOfUrl);
  const rel = isProfile ? "nofollow noopener me" : "nofollow noopener";
  const shownClass = hidden === "" ? "" : "ellipsis";
  return (
    `<a href="${escapeHtml(url)}" target="_blank" rel="${rel}" translate="no">` +
    `<span class="invisible">${escapeHtml(prefix)}</span>` +
    `<span class="${shownClass}">${escapeHtml(shown)}</span>` +
    `<span class="invisible">${escapeHtml(hidden)}</span></a>`
  );
}

function toParagraphs(html: string): string {
  return html
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n\n+/)
    .map((paragraph) => `<p>${paragraph.replaceAll(/([^\n]\n)(?=[^\n])/g, "$1<br />")}</p>`)
    .join("")
    .replaceAll("\n", "");
}

/** Punctuation at the end of a sentence is not part of a link; a bracket is if it was opened. */
function trimUrl(url: string): string {
  let end = url.length;
  for (;;) {
    const last = url[end - 1] ?? "";
    const head = url.slice(0, end - 1);
    const isUnopened = last === ")" && !(head.split("(").length > head.split(")").length);
    if (!isUnopened && !".,:;!?'*]}".includes(last)) return url.slice(0, end);
    end -= 1;
  }
}
