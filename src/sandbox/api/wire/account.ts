import type { Account } from "../model/model.js";
import { accountId, findAccount } from "../model/world.js";
import { renderInline } from "./render.js";
import { isoTime, type Json, type View } from "./view.js";

const dayMs = 86_400_000;

/** An account as everybody sees it, with where it has moved to. */
export function serializeAccount(view: View, account: Account): Json {
  const [username = "", domain] = account.movedTo?.split("@") ?? [];
  const target = findAccount(view.host, username, domain);
  const here = profileOf(view, account);
  return target === undefined ? here : { ...here, moved: profileOf(view, target) };
}

function profileOf({ host }: View, account: Account): Json {
  const isLocal = account.host === host;
  const context = {
    baseUrl: account.host.baseUrl,
    resolve: (username: string, domain: string | undefined) =>
      findAccount(account.host, username, domain),
    mentioned: [],
    isProfile: true,
  };
  const lastMs = account.statuses.findLast(({ visibility }) => visibility !== "direct")?.createdMs;
  const avatar = `${account.host.baseUrl}/avatars/original/missing.png`;
  const header = `${account.host.baseUrl}/headers/original/missing.png`;
  return {
    id: accountId(host, account),
    username: account.username,
    acct: isLocal ? account.username : `${account.username}@${account.host.domain}`,
    display_name: account.displayName,
    locked: account.isLocked,
    bot: account.isBot,
    discoverable: true,
    indexable: false,
    group: false,
    // Only the day is told, for privacy.
    created_at: isoTime(Math.floor(account.createdMs / dayMs) * dayMs),
    note: account.host.behaviour.render(account.note, context),
    url: account.url,
    uri: account.uri,
    avatar,
    avatar_static: avatar,
    avatar_description: "",
    header,
    header_static: header,
    header_description: "",
    followers_count: account.followers.size,
    following_count: account.following.size,
    statuses_count: account.statusesCount,
    last_status_at: lastMs === undefined ? null : isoTime(lastMs).slice(0, 10),
    hide_collections: false,
    ...(isLocal ? { noindex: false } : {}),
    emojis: [],
    ...(isLocal ? { roles: [] } : {}),
    ...(account.moderation === undefined ? {} : { [account.moderation]: true }),
    fields: account.fields.map(({ name, value }) => ({
      name,
      value: renderInline(value, context),
      verified_at: null,
    })),
  };
}

/** An account as its owner sees it. */
export function serializeOwnAccount(view: View, account: Account): Json {
  return {
    ...view.host.behaviour.entities.account(view, account),
    source: {
      attribution_domains: [],
      privacy: defaultPrivacy(account),
      sensitive: account.isSensitiveByDefault,
      language: account.defaultLanguage ?? null,
      note: account.note,
      fields: account.fields.map(({ name, value }) => ({ name, value, verified_at: null })),
      follow_requests_count: account.requests.size,
      hide_collections: false,
      discoverable: true,
      indexable: false,
      quote_policy: "public",
    },
    role: {
      id: "-99",
      name: "",
      permissions: "65536",
      color: "",
      highlighted: false,
    },
  };
}

/** How widely an account posts and boosts unless told; often a locked one to its followers only. */
export function defaultPrivacy(account: Account) {
  const isShy = account.isLocked && account.host.behaviour.locksDefaultPrivacy;
  return account.defaultPrivacy ?? (isShy ? "private" : "public");
}
