import type { Account, Media, Status } from "../model/model.js";
import { rootOf } from "../model/thread.js";
import { accountId, stateOf, statusId } from "../model/world.js";
import { normalizeTag } from "./render.js";
import { isoTime, type Json, type View } from "./view.js";

/** A status or boost as the viewer sees it. */
export function serializeStatus(view: View, status: Status): Json {
  const { host, viewer } = view;
  const { entities } = host.behaviour;
  const parent = status.inReplyTo;
  const parentId = parent === undefined ? undefined : host.ids.get(parent);
  return {
    id: statusId(host, status),
    created_at: isoTime(status.createdMs),
    in_reply_to_id: parentId ?? null,
    in_reply_to_account_id:
      parent === undefined || parentId === undefined ? null : accountId(host, parent.author),
    sensitive: status.sensitive,
    spoiler_text: status.spoilerText,
    visibility: status.visibility,
    language: status.language,
    uri: status.uri,
    url: status.url,
    replies_count: countKnown(view, status.replies),
    reblogs_count: status.reblogs.size,
    favourites_count: status.favourites.size,
    quotes_count: 0,
    edited_at: status.editedMs === undefined ? null : isoTime(status.editedMs),
    ...(viewer === undefined ? {} : marksOf(viewer, status)),
    content: status.content,
    reblog: status.reblogOf === undefined ? null : entities.status(view, status.reblogOf),
    ...(status.author.host === host ? { application: null } : {}),
    account: entities.account(view, status.author),
    media_attachments: status.media.map((media) => entities.media(view, media)),
    mentions: host.behaviour.mentionsOf(status).map((account) => entities.mention(view, account)),
    tags: status.tags.map((tag) => ({
      name: normalizeTag(tag),
      url: `${host.baseUrl}/tags/${encodeURIComponent(normalizeTag(tag))}`,
    })),
    emojis: [],
    quote: null,
    card: null,
    poll: null,
    quote_approval: {
      automatic: status.visibility === "private" ? [] : ["public"],
      manual: [],
      current_user: status.visibility === "private" ? "denied" : "automatic",
    },
  };
}

/** A file attached, or not yet attached, to a status. */
export function serializeMedia({ host }: View, media: Media): Json {
  const url = `${media.owner.host.baseUrl}${media.path}`;
  const size = { width: 10, height: 10, size: "10x10", aspect: 1 };
  const kind = media.type.split("/", 1)[0] ?? "";
  return {
    id: host.ids.learn(media, media.owner.host.world.now()),
    type: ["image", "video", "audio"].includes(kind) ? kind : "unknown",
    url,
    preview_url: url,
    remote_url: media.owner.host === host ? null : url,
    preview_remote_url: null,
    text_url: null,
    meta: kind === "image" ? { original: size, small: size } : {},
    description: media.description,
    blurhash: kind === "image" ? "L00000fQfQfQfQfQfQfQfQfQfQfQ" : null,
  };
}

/** Somebody mentioned in a status. */
export function serializeMention({ host }: View, account: Account): Json {
  const { username } = account;
  return {
    id: accountId(host, account),
    username,
    url: account.url,
    acct: account.host === host ? username : `${username}@${account.host.domain}`,
  };
}

function marksOf(viewer: Account, status: Status): Json {
  // A boost itself has no words and no counts, but the marks of what it boosts.
  const shown = status.reblogOf ?? status;
  const isPinnable =
    viewer === status.author && status.reblogOf === undefined && status.visibility !== "direct";
  return {
    favourited: shown.favourites.has(viewer),
    reblogged: shown.reblogs.has(viewer),
    muted: stateOf(viewer).mutedThreads.has(rootOf(shown)),
    bookmarked: shown.bookmarks.has(viewer),
    ...(isPinnable ? { pinned: viewer.pins.includes(status) } : {}),
    filtered: [],
  };
}

function countKnown({ host }: View, replies: Iterable<Status>): number {
  let count = 0;
  for (const reply of replies) {
    if (reply.visibility !== "direct" && host.ids.get(reply) !== undefined) count += 1;
  }
  return count;
}
