import { createHash } from "node:crypto";
import { hostOf, toSentAcct } from "../core/acct.js";
import { foldTag } from "../core/hashtags.js";
import { htmlToText, maxHtmlLength } from "../core/html-to-text.js";
import type {
  Account,
  AccountId,
  Acct,
  Attachment,
  GroupEvent,
  Mention,
  NotificationId,
  Status,
  StatusId,
  Visibility,
} from "../core/model.js";
import { toPageAddress } from "../core/profile-url.js";
import { at, idOf, isObject, listOf, textOf, timeOf } from "./odd.js";

const maxUriLength = 500;
const maxProfileFields = 20;
const maxProfileLength = 20_000;

/** Who looks: bare names are completed with their host, and links to them are mentions of them. */
export interface Viewer {
  readonly acct: Acct;
  /** Unknown until the server has told. */
  readonly url: string | undefined;
}

/** The account in masto's shape; `undefined` when it lacks an id or a usable name. */
export function mapAccount(raw: unknown, viewer: Viewer): Account | undefined {
  const id = idOf(at(raw, "id"));
  const acct = acctOf(raw, viewer);
  if (id === undefined || acct === undefined) return undefined;
  return {
    id: id as AccountId,
    acct,
    url: textOf(at(raw, "url")) ?? textOf(at(raw, "uri")) ?? "",
    profileText: profileText(raw),
    isBot: at(raw, "bot") === true,
    isLocked: at(raw, "locked") === true,
  };
}

/**
 * The status in masto's shape; `undefined` when it lacks an id or an author. A boost keeps the
 * fields of its wrapper, but snac's disguise is taken off: there any post that somebody boosted
 * comes wrapped, with its own id in upper case.
 */
export function mapStatus(raw: unknown, viewer: Viewer): Status | undefined {
  const id = idOf(at(raw, "id"));
  const inner = at(raw, "reblog");
  if (id !== undefined && isDisguise(id, inner)) return mapStatus(inner, viewer);
  const author = mapAccount(at(raw, "account"), viewer);
  if (id === undefined || author === undefined) return undefined;

  const mentions = mentionsOf(raw, viewer);
  const html = textOf(at(raw, "content")) ?? "";
  const text = htmlToText(html, withViewer(mentions, viewer));
  return {
    id: id as StatusId,
    uri: uriOf(raw) ?? id,
    url: textOf(at(raw, "url")) ?? textOf(at(raw, "uri")) ?? "",
    author,
    text,
    isCut: html.length > maxHtmlLength || text.length >= maxHtmlLength,
    spoilerText: textOf(at(raw, "spoilerText")) ?? "",
    isSensitive: at(raw, "sensitive") === true,
    visibility: visibilityOf(at(raw, "visibility")),
    mentions,
    tags: tagsOf(raw),
    inReplyTo: idOf(at(raw, "inReplyToId")) as StatusId | undefined,
    isReblog: isObject(inner),
    rebloggedByUs: at(raw, "reblogged") === true || at(inner, "reblogged") === true,
    attachments: attachmentsOf(raw),
    language: textOf(at(raw, "language")),
    createdAt: timeOf(at(raw, "createdAt")),
  };
}

/** What the post is known by everywhere; a hash of that where it is too long to be remembered. */
export function uriOf(raw: unknown): string | undefined {
  const uri = textOf(at(raw, "uri")) ?? textOf(at(raw, "url"));
  if (uri === undefined || uri.length <= maxUriLength) return uri;
  return `sha256:${createHash("sha256").update(uri).digest("hex")}`;
}

/** The post itself, also of a boost. */
export function unwrap(raw: unknown): unknown {
  const inner = at(raw, "reblog");
  return isObject(inner) ? inner : raw;
}

/** The id to go by in paging: snac knows a wrapped post by its lower-case id only. */
export function pagingId(raw: unknown): string | undefined {
  const id = idOf(at(raw, "id"));
  return id !== undefined && isDisguise(id, at(raw, "reblog")) ? id.toLowerCase() : id;
}

/**
 * The notification in masto's shape; whatever the group has no use for, or lacks what its type
 * promises, is `other`. `undefined` only without an id.
 */
export function mapNotification(raw: unknown, viewer: Viewer): GroupEvent | undefined {
  const rawId = idOf(at(raw, "id"));
  if (rawId === undefined) return undefined;
  const id = rawId as NotificationId;
  const time = timeOf(at(raw, "createdAt"));
  const type = textOf(at(raw, "type")) ?? "";
  if (type === "mention" || type === "status") {
    const post = unwrap(at(raw, "status"));
    const status = mapStatus(post, viewer);
    const isTheirs = status !== undefined && isBy(at(raw, "account"), status, viewer);
    if (isTheirs && (type === "mention" || linksTo(post, viewer.url))) {
      return { kind: "mention", id, at: time, status };
    }
  } else if (type === "follow" || type === "follow_request") {
    const account = mapAccount(at(raw, "account"), viewer);
    const kind = type === "follow" ? "follow" : "follow-request";
    if (account !== undefined) return { kind, id, at: time, account };
  }
  return { kind: "other", id, at: time, type };
}

/** A status of the home timeline. */
export function mapHome(raw: unknown, viewer: Viewer): GroupEvent | undefined {
  const status = mapStatus(raw, viewer);
  if (status === undefined) return undefined;
  const isBoosted = isDisguise(idOf(at(raw, "id")) ?? "", at(raw, "reblog"));
  return { kind: "home", at: status.createdAt, status, ...(isBoosted && { isBoosted }) };
}

/** Whoever boosts somebody's post says none of what is in it. */
function isBy(notifier: unknown, { author }: Status, viewer: Viewer): boolean {
  if (!isObject(notifier)) return true;
  return idOf(at(notifier, "id")) !== undefined && acctOf(notifier, viewer) === author.acct;
}

function isDisguise(id: string, inner: unknown): boolean {
  return isObject(inner) && idOf(at(inner, "id"))?.toLowerCase() === id.toLowerCase();
}

/**
 * Does the post link to this page? snac says `status` instead of `mention` where the author's server
 * sends its only tag outside a list (Hollo does).
 */
function linksTo(post: unknown, url: string | undefined): boolean {
  const content = textOf(at(post, "content"));
  if (url === undefined || url === "" || content === undefined) return false;
  const href = url.replaceAll("&", "&amp;");
  return [`href="${href}"`, `href='${href}'`].some((link) => content.includes(link));
}

/** A bare name is one of the server's own. Where only `username` is told, the page has to prove it. */
function acctOf(raw: unknown, viewer: Viewer): Acct | undefined {
  const host = hostOf(viewer.acct);
  const acct = textOf(at(raw, "acct"));
  if (acct?.replace(/^@/u, "").includes("@")) return toSentAcct(acct, host);
  const page = toPageAddress(textOf(at(raw, "url")) ?? "")?.host;
  const own = toPageAddress(viewer.url ?? "")?.host;
  const isOwn = page === host || page === own;
  // A stranger's page under a bare name: whatever the server means, it is not one of its own.
  if (acct !== undefined) {
    return isOwn || page === undefined || own === undefined ? toSentAcct(acct, host) : undefined;
  }
  const name = textOf(at(raw, "username"));
  if (page === undefined || !isOwn || name === undefined) return undefined;
  return toSentAcct(`${name}@${host}`, host);
}

function mentionsOf(raw: unknown, viewer: Viewer): readonly Mention[] {
  // By address: snac lists the author of a post that is replied to twice.
  const found = new Map<Acct, Mention>();
  for (const mention of listOf(at(raw, "mentions"))) {
    const acct = acctOf(mention, viewer);
    if (acct === undefined || found.has(acct)) continue;
    found.set(acct, { acct, url: textOf(at(mention, "url")) ?? "" });
  }
  return [...found.values()];
}

/** snac leaves the reader out of the mentions. */
function withViewer(mentions: readonly Mention[], { acct, url }: Viewer): readonly Mention[] {
  return url === undefined || mentions.some((mention) => mention.acct === acct)
    ? mentions
    : [...mentions, { acct, url }];
}

/** `local` (Pleroma), `mutuals_only` (GoToSocial) and whatever comes next must not be shared. */
function visibilityOf(value: unknown): Visibility {
  return value === "public" || value === "unlisted" || value === "private" ? value : "direct";
}

function tagsOf(raw: unknown): readonly string[] {
  const tags = new Set<string>();
  for (const tag of listOf(at(raw, "tags"))) {
    const folded = foldTag(textOf(at(tag, "name")) ?? "");
    if (folded !== undefined && folded !== "") tags.add(folded);
  }
  return [...tags];
}

function attachmentsOf(raw: unknown): readonly Attachment[] {
  return listOf(at(raw, "mediaAttachments")).flatMap((media) => {
    const url = textOf(at(media, "url"));
    return url === undefined ? [] : [{ url, description: textOf(at(media, "description")) ?? "" }];
  });
}

function profileText(raw: unknown): string {
  const fields = listOf(at(raw, "fields")).slice(0, maxProfileFields);
  const html = [
    textOf(at(raw, "note")),
    ...fields.flatMap((field) => [textOf(at(field, "name")), textOf(at(field, "value"))]),
  ].filter((part) => part !== undefined);
  // At once, since what it takes to begin is most of it for a short text.
  return htmlToText(html.join("<br>").slice(0, maxProfileLength), []);
}
