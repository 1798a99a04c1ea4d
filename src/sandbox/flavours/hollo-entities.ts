import type { Account, Notification, Status } from "../api/model/model.js";
import { type Entities, mastodonEntities } from "../api/wire/entities.js";
import { isoTime, type Json, type View } from "../api/wire/view.js";
import { objectIn, without } from "./alter.js";

/** How Hollo writes things. */
export const holloEntities: Entities = {
  ...mastodonEntities,
  account: serializeAccount,
  ownAccount: serializeOwner,
  relationship: (view, target) =>
    without(mastodonEntities.relationship(view, target), "muting_expires_at"),
  media: (view, media) => {
    const base = mastodonEntities.media(view, media);
    const { meta } = base;
    return {
      ...without(base, "preview_remote_url"),
      meta: { ...objectIn(meta), focus: { x: 0, y: 0 } },
      blurhash: null,
    };
  },
  notification: serializeNotification,
  status: serializeStatus,
};

function serializeAccount(view: View, account: Account): Json {
  const base = mastodonEntities.account(view, account);
  const added = ["avatar_description", "header_description", "indexable", "group", "uri"];
  const more = ["hide_collections", "noindex", "roles", "discoverable"];
  return {
    ...without(base, ...added, ...more),
    created_at: isoTime(account.createdMs),
    last_status_at: null,
    moved: null,
  };
}

/** An account with what Hollo tells everybody about its own users when asked for one of them. */
export function serializeOwner(view: View, account: Account): Json {
  return {
    ...serializeAccount(view, account),
    discoverable: true,
    hide_collections: false,
    source: {
      note: account.note,
      privacy: account.defaultPrivacy ?? "public",
      sensitive: account.isSensitiveByDefault,
      language: account.defaultLanguage ?? "en",
      follow_requests_count: account.requests.size,
      fields: account.fields.map(({ name, value }) => ({ name, value, verified_at: null })),
    },
  };
}

/** Its id is made of its time, its kind and one id more. */
function serializeNotification(view: View, notification: Notification): Json {
  const base = mastodonEntities.notification(view, notification);
  return { status: null, ...without(base, "group_key", "filtered") };
}

function serializeStatus(view: View, status: Status): Json {
  const base = mastodonEntities.status(view, status);
  const { content, pinned = false, reblogged, in_reply_to_account_id: parentAuthor } = base;
  const isLocal = status.author.host === view.host;
  return {
    ...without(base, "edited_at", "in_reply_to_account_id", "application"),
    ...(parentAuthor === null ? {} : { in_reply_to_account_id: parentAuthor }),
    pinned,
    // A boost repeats the words of what it boosts, and is itself boosted by nobody.
    content: status.reblogOf?.content ?? content,
    reblogged: status.reblogOf === undefined ? reblogged : false,
    quote_id: null,
    application: isLocal ? { name: "sandbox", website: null } : null,
    emoji_reactions: [],
    filtered: null,
  };
}
