import type { Account, Notification, Status } from "../api/model/model.js";
import { type Entities, mastodonEntities } from "../api/wire/entities.js";
import type { Json, View } from "../api/wire/view.js";
import { objectIn, wholeSeconds, without } from "./alter.js";

/** How GoToSocial writes things. */
export const gotosocialEntities: Entities = {
  ...mastodonEntities,
  account: serializeAccount,
  ownAccount: (view, account) => ({
    ...serializeAccount(view, account),
    source: {
      privacy: account.defaultPrivacy ?? "public",
      web_visibility: "public",
      web_layout: "microblog",
      sensitive: account.isSensitiveByDefault,
      language: account.defaultLanguage ?? "en",
      status_content_type: "text/plain",
      note: account.note,
      fields: account.fields.map(({ name, value }) => ({ name, value, verified_at: null })),
      follow_requests_count: account.requests.size,
    },
    role: { id: "user", name: "user", color: "", permissions: "0", highlighted: false },
  }),
  relationship: (view, target) =>
    without(mastodonEntities.relationship(view, target), "languages", "muting_expires_at"),
  media: (view, media) => {
    const base = mastodonEntities.media(view, media);
    const { url, meta } = base;
    return { ...base, text_url: url, meta: { ...objectIn(meta), focus: { x: 0, y: 0 } } };
  },
  notification: serializeNotification,
  status: serializeStatus,
};

function serializeAccount(view: View, account: Account): Json {
  const base = mastodonEntities.account(view, account);
  return {
    ...without(base, "indexable", "uri", "hide_collections", "noindex", "roles"),
    created_at: wholeSeconds(account.createdMs),
    avatar_description: "A default picture.",
    header_description: "A default picture.",
  };
}

function serializeNotification(view: View, notification: Notification): Json {
  const base = mastodonEntities.notification(view, notification);
  return { ...without(base, "group_key"), created_at: wholeSeconds(notification.createdMs) };
}

function serializeStatus(view: View, status: Status): Json {
  const isLocal = status.author.host === view.host;
  const isBoost = status.reblogOf !== undefined;
  const base = mastodonEntities.status(view, status);
  const { pinned = false } = base;
  return {
    ...without(base, "quotes_count", "filtered", "quote", "quote_approval", "application"),
    pinned,
    // Only times that came from this host itself have a fraction.
    ...(isLocal && !isBoost ? {} : { created_at: wholeSeconds(status.createdMs) }),
    ...(isBoost ? { reblogs_count: 0, language: null } : { reblogs_count: boostsOf(status) }),
    ...(isLocal ? { application: { name: "sandbox" } } : {}),
    ...(isLocal && !isBoost
      ? { text: status.text, content_type: status.contentType ?? "text/plain" }
      : {}),
    interaction_policy: policyOf(status),
  };
}

/** Every boost counts, also the second one of the same account. */
function boostsOf(status: Status): number {
  const boosters = [...status.reblogs.keys()];
  return boosters.flatMap(({ statuses }) => statuses.filter((one) => one.reblogOf === status))
    .length;
}

function policyOf({ visibility }: Status): Json {
  const isOpen = visibility === "public" || visibility === "unlisted";
  const rule = (automatic: readonly string[]) => ({
    automatic_approval: automatic,
    manual_approval: [],
    always: automatic,
    with_approval: [],
  });
  const talk = rule(isOpen ? ["public", "me"] : ["author", "mentioned", "me"]);
  return {
    can_favourite: talk,
    can_reply: talk,
    can_reblog: rule(isOpen ? ["public", "me"] : ["author"]),
  };
}
