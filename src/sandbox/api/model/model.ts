import type { StreamEvent } from "../../seam.js";
import type { HostOptions, StatusChange } from "../../surface.js";
import type { Behaviour } from "../behaviour.js";
import type { IdBook } from "./ids.js";

/** How widely a status may be seen. */
export type Visibility = "public" | "unlisted" | "private" | "direct";

/** One name and value of a profile. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/**
 * One follow or follow request, established or asked for. `id` is the row number Mastodon pages
 * followers by.
 */
export interface Follow {
  readonly id: string;
  readonly source: Account;
  readonly target: Account;
  readonly createdMs: number;
  showsReblogs: boolean;
  notifies: boolean;
}

/**
 * An account as its own host knows it. All hosts of a world share this one object; what differs
 * between hosts (ids, who is known) is in Host.
 */
export interface Account {
  readonly host: Host;
  readonly username: string;
  readonly uri: string;
  readonly url: string;
  readonly createdMs: number;
  displayName: string;
  note: string;
  fields: readonly Field[];
  isLocked: boolean;
  isBot: boolean;
  readonly moderation: "limited" | "suspended" | undefined;
  /** The address it says it has moved to. */
  readonly movedTo: string | undefined;
  /** `undefined`: never chosen, so it depends on whether the account is locked. */
  defaultPrivacy: Visibility | undefined;
  isSensitiveByDefault: boolean;
  defaultLanguage: string | undefined;
  readonly following: Map<Account, Follow>;
  readonly followers: Map<Account, Follow>;
  /** Requests that wait for this account's answer, by who asks. */
  readonly requests: Map<Account, Follow>;
  readonly blocking: Set<Account>;
  /** True: their notifications are muted, too. */
  readonly muting: Map<Account, boolean>;
  /** Newest pin last. */
  readonly pins: Status[];
  readonly followedTags: Set<string>;
  /** Oldest first; boosts too. */
  readonly statuses: Status[];
  /** How many of them are not direct: the number everybody is told. */
  statusesCount: number;
}

/** An uploaded file. */
export interface Media {
  readonly owner: Account;
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  description: string | null;
  status: Status | undefined;
}

/** What a status looked like at some time. */
export interface Revision {
  readonly createdMs: number;
  readonly content: string;
  readonly spoilerText: string;
  readonly sensitive: boolean;
  readonly media: readonly Media[];
}

/** A status, or a boost when `reblogOf` is there. Shared by all hosts, as Account. */
export interface Status {
  readonly author: Account;
  readonly uri: string;
  readonly url: string;
  readonly createdMs: number;
  readonly visibility: Visibility;
  readonly reblogOf: Status | undefined;
  inReplyTo: Status | undefined;
  editedMs: number | undefined;
  text: string;
  content: string;
  spoilerText: string;
  sensitive: boolean;
  language: string | null;
  /** The kind of markup the author asked for, if any. */
  contentType: string | undefined;
  mentions: readonly Account[];
  /** Whom it is addressed to without naming them; few servers tell. */
  readonly alsoTo: readonly Account[];
  /** As written; Mastodon compares them in lower case. */
  tags: readonly string[];
  media: readonly Media[];
  isDeleted: boolean;
  readonly history: Revision[];
  /** Boosts of this status, by who boosted, oldest first. */
  readonly reblogs: Map<Account, Status>;
  readonly favourites: Set<Account>;
  readonly bookmarks: Set<Account>;
  readonly replies: Set<Status>;
}

/** The kinds of notification this server makes. */
export type NotificationType =
  | "mention"
  | "follow"
  | "follow_request"
  | "reblog"
  | "favourite"
  | "update"
  | "status";

/** One notification of a local user. */
export interface Notification {
  readonly id: string;
  readonly type: NotificationType;
  readonly createdMs: number;
  readonly from: Account;
  readonly status: Status | undefined;
  /** The row that caused it; when that goes, so does the notification. */
  readonly cause: Status | Follow | undefined;
  isFiltered: boolean;
}

/** What a policy does with one kind of sender. */
export type PolicyAction = "accept" | "filter" | "drop";

/** The kinds of sender a policy tells apart, by their key on the wire. */
export const policyKeys = [
  "for_not_following",
  "for_not_followers",
  "for_new_accounts",
  "for_private_mentions",
  "for_limited_accounts",
  "for_bots",
] as const;

/** One key of a notification policy. */
export type PolicyKey = (typeof policyKeys)[number];

/** Private mentions of one stranger that wait to be let in. */
export interface NotificationRequest {
  readonly id: string;
  readonly from: Account;
  readonly createdMs: number;
  updatedMs: number;
  lastStatus: Status;
}

/** What a host keeps for one of its own users. */
export interface LocalState {
  readonly account: Account;
  readonly accountId: string;
  /** Newest first, by id. */
  home: Status[];
  /** Newest first. */
  notifications: Notification[];
  readonly policy: Record<PolicyKey, PolicyAction>;
  requests: NotificationRequest[];
  /** Senders whose notifications no policy holds back any more. */
  readonly permitted: Set<Account>;
  readonly mutedThreads: Set<Status>;
  /** What only some kinds of server know. */
  readonly settings: Map<string, unknown>;
  readonly markers: Map<string, { lastReadId: string; version: number; updatedMs: number }>;
}

/** One host: its users, and its own view of the whole world. */
export interface Host {
  readonly world: WorldState;
  readonly options: HostOptions;
  readonly domain: string;
  readonly baseUrl: string;
  readonly behaviour: Behaviour;
  readonly ids: IdBook;
  /** By username in lower case. */
  readonly users: Map<string, LocalState>;
  readonly media: Map<string, Media>;
  readonly publish: (account: Account, event: StreamEvent) => void;
}

/** All that exists, on whichever host. */
export interface WorldState {
  readonly now: () => number;
  /** By domain in lower case. */
  readonly hosts: Map<string, Host>;
  /** Oldest first. */
  readonly statusByUri: Map<string, Status>;
  /** How many statuses there may be; see `SandboxOptions.keeps`. */
  readonly keeps: number;
  readonly onStatus: (change: StatusChange) => void;
  /** Numbers rows whose ids are never compared across kinds. */
  readonly nextRow: () => string;
}
