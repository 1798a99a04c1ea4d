import { escapeHtml, normalizeTag, type RenderContext } from "../api/wire/render.js";
import { type Dialect, renderAround, renderMarkdown } from "./markup.js";

const dialect: Dialect = {
  mention: (account, { accountIdOf }) => {
    const id = accountIdOf?.(account) ?? "";
    const url = escapeHtml(account.url);
    return `<span class="h-card"><a class="u-url mention" data-user="${id}" href="${url}" rel="ugc">@<span>${account.username}</span></a></span>`;
  },
  tag: (tag, { baseUrl }) => {
    const name = escapeHtml(normalizeTag(tag));
    const url = escapeHtml(tagUrl(baseUrl, tag));
    return `<a class="hashtag" data-tag="${name}" href="${url}" rel="tag ugc">#${escapeHtml(tag)}</a>`;
  },
  link: (url) => `<a href="${escapeHtml(url)}" rel="ugc">${escapeHtml(url)}</a>`,
};

/** The kinds of text there are on Pleroma; plain when nothing is said. */
export const pleromaFormats = ["text/plain", "text/html", "text/markdown", "text/bbcode"];

/** Pleroma's HTML: no paragraphs around plain text, only breaks in it. BBCode stays as it is. */
export function renderPleroma(text: string, context: RenderContext): string {
  const render = renderers[context.contentType ?? ""] ?? renderPlain;
  return renderAround(text.trim(), context, dialect, render);
}

/** Where a server of this family shows the posts with a hashtag. */
export function tagUrl(baseUrl: string, tag: string): string {
  return `${baseUrl}/tag/${encodeURIComponent(normalizeTag(tag))}`;
}

const renderers: Readonly<Record<string, (marked: string) => string>> = {
  "text/html": (marked) => marked,
  "text/markdown": (marked) =>
    renderMarkdown(marked, { escape: escapeHtml, lineBreak: "<br>" }).join(""),
};

function renderPlain(marked: string): string {
  return escapeHtml(marked).replaceAll(/\r?\n/g, "<br>");
}
