import type { Account, Notification, Status } from "../api/model/model.js";
import { statusId } from "../api/model/world.js";
import { type Entities, mastodonEntities } from "../api/wire/entities.js";
import type { Json, View } from "../api/wire/view.js";
import { wholeSeconds, without } from "./alter.js";
import { restamp } from "./id-schemes.js";

/** How snac writes things. */
export const snacEntities: Entities = {
  ...mastodonEntities,
  account: serializeAccount,
  ownAccount: serializeOwner,
  // A locked account seems followed at once, and nobody ever asks.
  relationship: (view, target) => {
    const base = mastodonEntities.relationship(view, target);
    const { following, requested } = base;
    return {
      ...without(base, "languages", "blocked_by", "muting_expires_at"),
      following: following === true || requested === true,
      requested: false,
      requested_by: false,
      showing_reblogs: true,
    };
  },
  media: (view, media) => {
    const base = mastodonEntities.media(view, media);
    const { url } = base;
    const unknown = ["text_url", "preview_remote_url", "meta", "blurhash"];
    return { ...without(base, ...unknown), remote_url: url };
  },
  notification: (view, notification) => ({
    ...without(mastodonEntities.notification(view, notification), "group_key", "filtered"),
    type: typeOf(notification),
    created_at: briefTime(notification.createdMs),
  }),
  status: (view, status) => {
    // Once anybody has boosted a post, all see it as a boost of the last who did.
    const original = status.reblogOf ?? status;
    const last = [...original.reblogs.values()].at(-1);
    return last === undefined ? serializeStatus(view, original) : serializeBoost(view, last);
  },
};

/** A time without a fraction. */
function briefTime(ms: number): string {
  return wholeSeconds(ms).replace(".000", "");
}

function fullAcct(account: Account): string {
  return `${account.username}@${account.host.domain}`;
}

function serializeAccount(view: View, account: Account): Json {
  const base = mastodonEntities.account(view, account);
  const isLocal = account.host === view.host;
  const unknown = ["avatar_description", "header_description", isLocal ? "" : "emojis"];
  return {
    ...without(base, ...unknown),
    indexable: true,
    noindex: false,
    roles: [],
    acct: fullAcct(account),
    created_at: briefTime(account.createdMs),
    header: "",
    header_static: "",
    ...(isLocal ? { followers_count: 0, following_count: 0, statuses_count: 0 } : {}),
  };
}

function serializeOwner(view: View, account: Account): Json {
  const base = serializeAccount(view, account);
  const others = ["discoverable", "group", "hide_collections", "indexable", "noindex", "roles"];
  const fields = account.fields.map(({ name, value }) => ({ name, value, verified_at: null }));
  const { fields: _, ...rest } = without(base, ...others);
  return {
    ...rest,
    acct: account.username,
    note: account.note,
    last_status_at: briefTime(account.createdMs),
    ...(fields.length === 0 ? {} : { fields }),
    source: {
      privacy: account.defaultPrivacy ?? "public",
      language: account.defaultLanguage ?? "en",
      follow_requests_count: account.requests.size,
      sensitive: account.isSensitiveByDefault,
      fields,
      note: account.note,
      bot: account.isBot,
    },
  };
}

/** A mention by software that writes its tags as one object arrives as something else. */
export function typeOf({ type, status }: Pick<Notification, "type" | "status">): string {
  if (type !== "mention" || status === undefined) return type;
  const tagged = status.mentions.length + status.tags.length;
  const isObject = status.author.host.behaviour.software.name === "hollo" && tagged === 1;
  return isObject ? "status" : "mention";
}

/** The id of a post, which begins with the second of its last change. */
function idOf({ host }: View, status: Status): string {
  const id = statusId(host, status);
  return status.editedMs === undefined ? id : restamp(id, status.editedMs);
}

function serializeBoost(view: View, boost: Status): Json {
  const original = boost.reblogOf ?? boost;
  const inner = serializeStatus(view, original);
  return {
    ...inner,
    id: idOf(view, original).toUpperCase(),
    uri: boost.uri,
    url: boost.url,
    account: view.host.behaviour.entities.account(view, boost.author),
    content: "",
    text: "",
    mentions: [],
    tags: [],
    media_attachments: [],
    reblog: inner,
  };
}

function serializeStatus(view: View, status: Status): Json {
  const { viewer } = view;
  const base = mastodonEntities.status(view, status);
  const unknown = ["quotes_count", "quote", "quote_approval", "application"];
  const isLocal = status.author.host === view.host;
  const { pinned = false } = base;
  return {
    ...without(base, ...unknown),
    id: idOf(view, status),
    created_at: wholeSeconds(status.createdMs),
    edited_at: status.editedMs === undefined ? null : wholeSeconds(status.editedMs),
    language: "en",
    text: isLocal ? status.text : "",
    pinned,
    reactions: [],
    // The reader is left out, who is answered comes twice, and the ids only number them.
    mentions: [...status.alsoTo, ...status.mentions]
      .filter((account) => account !== viewer)
      .map((account, index) => ({
        id: String(index),
        username: fullAcct(account),
        acct: fullAcct(account),
        url: account.url,
      })),
  };
}
