import { escapeHtml, normalizeTag, type RenderContext } from "../api/wire/render.js";
import { type Dialect, renderAround, renderMarkdown } from "./markup.js";

const relations = 'rel="nofollow noreferrer noopener" target="_blank"';

const gotosocial: Dialect = {
  mention: ({ url, username }) =>
    `<span class="h-card"><a href="${escapeHtml(url)}" class="u-url mention" ${relations}>@<span>${username}</span></a></span>`,
  tag: (tag, context) =>
    `<a href="${tagUrl(tag, context)}" class="mention hashtag" rel="tag ${relations.slice(5)}>#<span>${escapeHtml(tag)}</span></a>`,
  link: (url) => `<a href="${escapeHtml(url)}" ${relations}>${escapeHtml(url)}</a>`,
};

/** GoToSocial's plain text: one paragraph, whatever lies between its lines. */
export function renderGotosocial(text: string, context: RenderContext): string {
  if (text.trim() === "") return "";
  return renderAround(text.trim(), context, gotosocial, (marked) => {
    // Only what would mean something else is escaped.
    const html = marked.replace(/&(?=#?\w+;)/g, "&amp;").replaceAll("<", "&lt;");
    return `<p>${html.replaceAll("\n", "<br>")}</p>`;
  });
}

/** GoToSocial's Markdown, for posts that ask for it. */
export function renderGotosocialMarkdown(text: string, context: RenderContext): string {
  // It takes the number in an entity for a hashtag, and what is left shows as it was written.
  const split = text.replace(/&(?=#\d+;)/g, "&amp;");
  return renderAround(split, context, gotosocial, (marked) =>
    renderMarkdown(marked, { escape: escapeText, lineBreak: "<br>" }).join(""),
  );
}

const hollo: Dialect = {
  mention: ({ url, username }) =>
    `<a translate="no" class="h-card u-url mention" href="${escapeHtml(url)}">@<span>${username}</span></a>`,
  tag: (tag, context) =>
    `<a class="mention hashtag" rel="tag" href="${tagUrl(tag, context)}">#<span>${escapeHtml(tag)}</span></a>`,
  link: (url) => `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`,
};

/** Hollo's: always Markdown, and a line's end stays one. */
export function renderHollo(text: string, context: RenderContext): string {
  if (text.trim() === "") return "";
  const html = renderAround(text, context, hollo, (marked) =>
    renderMarkdown(marked, { escape: escapeText, lineBreak: "\n" }).join(""),
  );
  return `${html}\n`;
}

const snac: Dialect = {
  mention: ({ url, username, host }) =>
    `<span class="h-card"><a href="${escapeHtml(url)}" class="u-url mention">@${username}@${host.domain}</a></span>`,
  tag: (tag, { baseUrl }) =>
    `<a href="${baseUrl}?t=${encodeURIComponent(normalizeTag(tag))}" class="mention hashtag" rel="tag">#${tag}</a>`,
  link: (url) => `<a href="${url}" target="_blank">${url}</a>`,
};

/** snac's: a light markup, line by line; HTML goes through as it is written. */
export function renderSnac(text: string, context: RenderContext): string {
  if (text.trim() === "") return "";
  const inline = (line: string) =>
    line
      .replace(/`([^`]+)`/g, "<code>$1</code>")
      .replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>")
      .replace(/(?<!\S)\*([^*\s][^*]*)\*/g, "<i>$1</i>")
      .replace(/~~([^~]+)~~/g, "<s>$1</s>");
  return renderAround(text.trim(), context, snac, (marked) =>
    marked
      .split("\n")
      .map((line) => {
        if (line.startsWith("# ")) return `<h2>${inline(line.slice(2))}</h2>`;
        if (line.startsWith("> ")) return `<blockquote>${inline(line.slice(2))}<br></blockquote>`;
        return `${inline(line)}<br>`;
      })
      .join(""),
  );
}

const mitra: Dialect = {
  mention: ({ url, username, host }) =>
    `<span class="h-card"><a class="u-url mention" href="${escapeHtml(url)}" rel="noopener">@${username}@${host.domain}</a></span>`,
  tag: (tag, { baseUrl }) =>
    `<a class="hashtag" href="${escapeHtml(`${baseUrl}/collections/tags/${encodeURIComponent(normalizeTag(tag))}`)}" rel="tag noopener">#${escapeHtml(tag)}</a>`,
  link: (url) => `<a href="${escapeHtml(url)}" rel="noopener">${escapeHtml(url)}</a>`,
};

/** Mitra's: Markdown unless something else is asked for. */
export function renderMitra(text: string, context: RenderContext): string {
  if (context.contentType === "text/html") return text;
  return renderAround(text.trim(), context, mitra, (marked) =>
    renderMarkdown(marked, { escape: escapeText, lineBreak: "<br>" }).join(""),
  );
}

const friendica: Dialect = {
  mention: ({ url, username }) =>
    `<span class="h-card"><a href="${escapeHtml(url)}" class="u-url mention">@<span>${username}</span></a></span>`,
  tag: (tag, { baseUrl }) =>
    `<a href="${escapeHtml(`${baseUrl}/search?tag=${encodeURIComponent(tag)}`)}" class="mention hashtag" rel="tag">#<span>${escapeHtml(tag)}</span></a>`,
  link: (url) =>
    `<a href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer">${escapeHtml(url)}</a>`,
};

/** Friendica's: always Markdown, whatever is asked for. */
export function renderFriendica(text: string, context: RenderContext): string {
  return renderAround(text.trim(), context, friendica, (marked) =>
    renderMarkdown(marked, { escape: escapeText, lineBreak: "<br>" }).join(""),
  );
}

/** Who writes Markdown may write characters by their names. */
function escapeText(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return escapeHtml(text.replace(/&(amp|lt|gt|quot);/g, (all, name) => named[name] ?? all));
}

function tagUrl(tag: string, { baseUrl }: RenderContext): string {
  return escapeHtml(`${baseUrl}/tags/${encodeURIComponent(normalizeTag(tag))}`);
}
