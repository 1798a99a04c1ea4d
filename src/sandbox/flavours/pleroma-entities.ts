import type { Account, Status } from "../api/model/model.js";
import { rootOf } from "../api/model/thread.js";
import { stateOf } from "../api/model/world.js";
import { type Entities, mastodonEntities } from "../api/wire/entities.js";
import { normalizeTag } from "../api/wire/render.js";
import { isoTime, type Json, type View } from "../api/wire/view.js";
import { objectIn, objectsIn, wholeSeconds, without } from "./alter.js";
import { tagUrl } from "./pleroma-dialect.js";

/** How Pleroma writes things. */
export const pleromaEntities: Entities = {
  ...mastodonEntities,
  account: (view, account) => ({
    ...pleromaAccount(view, account),
    // A group counts as a robot, too.
    bot: ["Service", "Group"].includes(actorTypeOf(account)),
  }),
  ownAccount: pleromaOwnAccount,
  relationship: (view, target) => {
    const base = mastodonEntities.relationship(view, target);
    const { notifying } = base;
    return {
      ...without(base, "languages", "muting_expires_at"),
      // Nobody is told who blocks them.
      blocked_by: false,
      subscribing: notifying,
    };
  },
  media: (view, media) => ({
    ...without(mastodonEntities.media(view, media), "preview_remote_url"),
    pleroma: { mime_type: media.type },
  }),
  notification: (view, notification) => ({
    ...mastodonEntities.notification(view, notification),
    created_at: wholeSeconds(notification.createdMs),
    pleroma: { is_muted: false, is_seen: false },
  }),
  status: (view, status) =>
    status.reblogOf === undefined
      ? pleromaStatus(view, status)
      : pleromaBoost(view, status, status.reblogOf),
};

/** What an account is to ActivityPub: chosen by its owner, or told by whether it is a robot. */
export function actorTypeOf(account: Account): string {
  const chosen = stateOf(account).settings.get("actor_type");
  return typeof chosen === "string" ? chosen : account.isBot ? "Service" : "Person";
}

function pleromaAccount(view: View, account: Account): Json {
  const base = mastodonEntities.account(view, account);
  const { acct, display_name: name } = base;
  return {
    ...without(
      base,
      ...["discoverable", "indexable", "group", "uri", "avatar_description"],
      ...["header_description", "hide_collections", "noindex", "roles"],
    ),
    created_at: wholeSeconds(account.createdMs),
    display_name: name === "" ? acct : name,
    fqn: `${account.username}@${account.host.domain}`,
    source: {
      note: "",
      sensitive: false,
      fields: [],
      pleroma: { discoverable: false, actor_type: actorTypeOf(account) },
    },
    pleroma: {
      ap_id: account.uri,
      also_known_as: [],
      is_confirmed: true,
      is_suggested: false,
      is_admin: false,
      is_moderator: false,
      tags: [],
      hide_favorites: true,
      hide_followers: false,
      hide_followers_count: false,
      hide_follows: false,
      hide_follows_count: false,
      relationship: {},
      skip_thread_containment: false,
      background_image: null,
      accepts_chat_messages: true,
      favicon: null,
    },
  };
}

function pleromaOwnAccount(view: View, account: Account): Json {
  const base = view.host.behaviour.entities.account(view, account);
  const { pleroma, source } = base;
  const { pleroma: inSource } = objectIn(source);
  const { settings, notifications } = stateOf(account);
  return {
    ...base,
    follow_requests_count: account.requests.size,
    source: {
      ...objectIn(source),
      note: account.note,
      fields: account.fields.map(({ name, value }) => ({ name, value })),
      privacy: account.defaultPrivacy ?? "public",
      pleroma: { ...objectIn(inSource), show_role: true, no_rich_text: false },
    },
    pleroma: {
      ...objectIn(pleroma),
      allow_following_move: true,
      notification_settings: {
        block_from_strangers: settings.get("block_from_strangers") === true,
        hide_notification_contents: false,
      },
      settings_store: {},
      unread_conversation_count: 0,
      unread_notifications_count: notifications.length,
    },
  };
}

function pleromaStatus(view: View, status: Status): Json {
  const { host } = view;
  const { content, spoiler_text: summary, muted = false, ...base } = common(view, status);
  const parent = status.inReplyTo?.author;
  return {
    ...base,
    ...{ content, spoiler_text: summary, muted, text: null },
    tags: tagsOf(view, status),
    pleroma: {
      local: status.author.host === host,
      conversation_id: rootOf(status).createdMs % 2 ** 31,
      context: `${rootOf(status).uri}#context`,
      in_reply_to_account_acct: parent === undefined ? null : acctOf(view, parent),
      content: { "text/plain": toPlain(status.content) },
      spoiler_text: { "text/plain": status.spoilerText },
      expires_at: null,
      direct_conversation_id: null,
      thread_muted: muted,
      emoji_reactions: [],
      parent_visible: parent !== undefined,
      pinned_at: null,
      ...{ quote: null, quote_id: null, quote_url: null, quote_visible: false, quotes_count: 0 },
    },
  };
}

/** A boost goes by the uri of what it boosts, repeats its words and mentions whom it is sent to. */
function pleromaBoost(view: View, boost: Status, original: Status): Json {
  const { host } = view;
  const { entities } = host.behaviour;
  const inner = entities.status(view, original);
  const { uri, content, media_attachments: media, tags } = inner;
  return {
    ...common(view, boost),
    ...{ uri, url: uri, content, media_attachments: media, tags, muted: false },
    ...{ reblogs_count: 0, replies_count: 0, favourites_count: 0, reblog: inner },
    mentions: [entities.mention(view, original.author)],
    pleroma: { local: boost.author.host === host, pinned_at: null },
  };
}

function common(view: View, status: Status): Json {
  const base = mastodonEntities.status(view, status);
  return {
    ...{ favourited: false, reblogged: false, bookmarked: false, muted: false, pinned: false },
    application: null,
    ...without(base, "filtered", "quote", "quote_approval"),
    created_at: wholeSeconds(status.createdMs),
    edited_at: status.editedMs === undefined ? null : isoTime(status.editedMs),
    language: null,
  };
}

function tagsOf(view: View, status: Status): readonly Json[] {
  const { tags } = mastodonEntities.status(view, status);
  return objectsIn(tags).map(({ name }) => ({
    name,
    url: tagUrl(view.host.baseUrl, normalizeTag(String(name))),
  }));
}

function acctOf({ host }: View, account: Account): string {
  const { username } = account;
  return account.host === host ? username : `${username}@${account.host.domain}`;
}

function toPlain(html: string): string {
  return html.replaceAll(/<br ?\/?>|<\/p>(?=<p>)/g, "\n").replaceAll(/<[^>]*>/g, "");
}
