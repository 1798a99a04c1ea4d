import type { ApiAnswer, ApiRoute } from "../seam.js";
import type { HostOptions } from "../surface.js";
import { namesSomebodyBlocked } from "./actions/policy.js";
import { type IdScheme, snowflakes } from "./model/ids.js";
import type {
  Account,
  Host,
  NotificationType,
  PolicyAction,
  PolicyKey,
  Status,
  Visibility,
} from "./model/model.js";
import { canReblog } from "./model/visibility.js";
import { readReblogVisibility } from "./routes/draft.js";
import { type ApiError, notAllowed } from "./wire/api-error.js";
import { type Entities, mastodonEntities } from "./wire/entities.js";
import { countCharacters, countGraphemes, type RenderContext, renderText } from "./wire/render.js";

/**
 * All that makes a host a Mastodon and not another server. A flavour is this object with other
 * members: `{ ...mastodon46, software: …, entities: { ...mastodonEntities, account: … } }`.
 */
export interface Behaviour {
  readonly software: {
    readonly name: string;
    /** What the instance documents tell. */
    readonly version: string;
    readonly sourceUrl: string;
  };
  /** `undefined`: the instance document has no such key. */
  readonly apiVersions: Readonly<Record<string, number>> | undefined;
  readonly ids: IdScheme;
  readonly addresses: Addresses;
  /** Is a new account locked unless it is told otherwise? */
  readonly locksNewAccounts: boolean;
  readonly limits: Limits;
  /** What a new user's is; `undefined`: there is none on this server. */
  readonly notificationPolicy: Readonly<Record<PolicyKey, PolicyAction>> | undefined;
  /** Do the instance documents name a stream? Not asked where the host is told to have none. */
  readonly advertisesStreaming: boolean;
  /** Turns what an author wrote into HTML; `context.contentType` is what they asked for. */
  readonly render: (text: string, context: RenderContext) => string;
  /** How long a text counts against the limit; always 0 where the limit is only told. */
  readonly lengthOf: (text: string, spoilerText: string) => number;
  /** Is `@user` without a domain somebody on this host? */
  readonly mentionsBareHandles: boolean;
  /** Do locked accounts that have chosen nothing post and boost to their followers only? */
  readonly locksDefaultPrivacy: boolean;
  /** Whom a reply by one of this host's users is addressed to beside those it names. */
  readonly implicitRecipients: (author: Account, inReplyTo: Status) => readonly Account[];
  /** Whom this host counts as mentioned. */
  readonly mentionsOf: (status: Status) => readonly Account[];
  readonly reblogs: ReblogRules;
  /** Are these tidings never told, apart from blocks and mutes of who sends them? */
  readonly ignores: (
    recipient: Account,
    tidings: { readonly type: NotificationType; readonly from: Account; readonly status?: Status },
  ) => boolean;
  /** Called when a new status is addressed to one of this host's users, after they were notified. */
  readonly onAddressed: (recipient: Account, status: Status) => void;
  /** Does everybody with a stream hear of every deletion, or only those concerned? */
  readonly tellsAllOfDeletes: boolean;
  /** How each thing looks on the wire. */
  readonly entities: Entities;
  /** How a refusal looks. */
  readonly presentError: (error: ApiError) => ApiAnswer;
  /** The last word on routes: take some away, replace or wrap others. */
  readonly adaptRoutes: (
    routes: readonly ApiRoute[],
    options: HostOptions,
    host: Host,
  ) => readonly ApiRoute[];
}

/** Where a thing is: its `uri` names it, its `url` shows it. */
export interface Address {
  readonly uri: string;
  readonly url: string;
}

/** Where a server's own things are. The last part of a post's address is its id. */
export interface Addresses {
  readonly account: (baseUrl: string, username: string) => Address;
  readonly status: (author: Address, id: string) => Address;
  readonly reblog: (booster: Address, id: string) => Address;
}

/** What boosting is like. */
export interface ReblogRules {
  /** `again`: a second boost of the same post is a second one. */
  readonly repeat: "same" | "again";
  /** Does a boost's id stand for what was boosted? If not, there is nothing to boost. */
  readonly unwraps: boolean;
  readonly allows: (status: Status, booster: Account) => boolean;
  readonly refusal: () => ApiError;
  /** How widely a boost is shown; @throws ApiError when that cannot be. */
  readonly visibility: (wanted: string | undefined, target: Status, booster: Account) => Visibility;
  /** What is wrong with taking back a boost that is not there; `undefined`: nothing. */
  readonly notBoosted: (() => ApiError) | undefined;
}

/** Numbers a server enforces. */
export interface Limits {
  readonly maxCharacters: number;
  readonly maxMedia: number;
  readonly maxPins: number;
  readonly maxFields: number;
  readonly maxDisplayName: number;
  readonly maxNote: number;
  readonly maxDescription: number;
  /** A boost is kept out of a home timeline that shows the same post this near the top. */
  readonly reblogFalloff: number;
  readonly homeLength: number;
}

/** A policy that holds nothing back; also that of a host which knows no policy. */
export const acceptAll: Readonly<Record<PolicyKey, PolicyAction>> = {
  for_not_following: "accept",
  for_not_followers: "accept",
  for_new_accounts: "accept",
  for_private_mentions: "accept",
  for_limited_accounts: "accept",
  for_bots: "accept",
};

/** Mastodon 4.6.5. */
export const mastodon46: Behaviour = {
  software: {
    name: "mastodon",
    version: "4.6.5",
    sourceUrl: "https://github.com/mastodon/mastodon",
  },
  apiVersions: { mastodon: 11 },
  ids: snowflakes,
  addresses: {
    account: (baseUrl, username) => ({
      uri: `${baseUrl}/users/${username}`,
      url: `${baseUrl}/@${username}`,
    }),
    status: ({ uri, url }, id) => ({ uri: `${uri}/statuses/${id}`, url: `${url}/${id}` }),
    reblog: ({ uri }, id) => {
      const address = `${uri}/statuses/${id}/activity`;
      return { uri: address, url: address };
    },
  },
  locksNewAccounts: false,
  limits: {
    maxCharacters: 500,
    maxMedia: 4,
    maxPins: 5,
    maxFields: 4,
    maxDisplayName: 40,
    maxNote: 500,
    maxDescription: 1500,
    reblogFalloff: 40,
    homeLength: 800,
  },
  notificationPolicy: {
    for_not_following: "accept",
    for_not_followers: "accept",
    for_new_accounts: "accept",
    for_private_mentions: "filter",
    for_limited_accounts: "filter",
    for_bots: "accept",
  },
  advertisesStreaming: true,
  render: renderText,
  lengthOf: (text, spoilerText) => countGraphemes(spoilerText) + countCharacters(text),
  mentionsBareHandles: true,
  locksDefaultPrivacy: true,
  implicitRecipients: () => [],
  mentionsOf: ({ mentions }) => mentions,
  reblogs: {
    repeat: "same",
    unwraps: true,
    allows: canReblog,
    refusal: notAllowed,
    visibility: (wanted, _, booster) => readReblogVisibility(wanted, booster),
    notBoosted: undefined,
  },
  ignores: namesSomebodyBlocked,
  onAddressed: () => undefined,
  tellsAllOfDeletes: false,
  entities: mastodonEntities,
  presentError: ({ status, body }) => ({ status, body }),
  adaptRoutes: (routes) => routes,
};
