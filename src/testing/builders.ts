/** Builders for tests: everything has a sensible default, and plain strings stand for the brands. */
import { readFileSync } from "node:fs";
import { emptyControl, type GroupControl } from "../core/group.js";
import { createTranslate, type LocaleTable, type MessageKey } from "../core/messages.js";
import type {
  Account,
  AccountId,
  Acct,
  GroupEvent,
  Host,
  Mention,
  NotificationId,
  Status,
  StatusId,
} from "../core/model.js";
import type { Found, Group, Memory } from "../core/situation.js";
import type { Share } from "../core/state.js";
import { cautiousTraits, type Traits } from "../core/traits.js";

/** The built-in English, as the daemon reads it. */
export const english: Readonly<Record<MessageKey, string>> = JSON.parse(
  readFileSync(new URL("../../locales/en.json", import.meta.url), "utf8"),
);

/** The group that {@link aGroup} runs as, unless told otherwise. */
export const groupAddress = "grp@host.example";
/** The time that {@link aGroup} and all events take for the present. */
export const aMoment = Date.UTC(2026, 10, 21, 12);

/** Brands for plain strings, which must be in the form the brand promises. */
export const acct = (text: string): Acct => text as Acct;
/** See {@link acct}. */
export const host = (text: string): Host => text as Host;
/** See {@link acct}. */
export const statusId = (text: string): StatusId => text as StatusId;
/** See {@link acct}. */
export const accountId = (text: string): AccountId => text as AccountId;
/** See {@link acct}. */
export const notificationId = (text: string): NotificationId => text as NotificationId;

type Loose<T, Key extends keyof T> = Partial<Omit<T, Key>> & { readonly [K in Key]?: string };

/** Somebody; `acct` defaults to `ann@far.example`, id and url follow from it. */
export function anAccount(given: string | Loose<Account, "acct" | "id"> = {}): Account {
  const { acct: address = "ann@far.example", ...rest } =
    typeof given === "string" ? { acct: given } : given;
  const [user = "", server = ""] = address.split("@");
  return {
    url: `https://${server}/@${user}`,
    profileText: "",
    isBot: false,
    isLocked: false,
    ...rest,
    acct: acct(address),
    id: accountId(rest.id ?? `id-of-${address}`),
  };
}

/** A mention of somebody, with the url that {@link anAccount} gives them. */
function aMentionOf(address: string): Mention {
  return { acct: acct(address), url: anAccount(address).url };
}

/** What a test says of a post; {@link aStatus} adds the rest. */
export type StatusSketch = Partial<
  Omit<Status, "id" | "author" | "mentions" | "inReplyTo" | "createdAt">
> & {
  readonly id?: string;
  /** The author's address, or the whole account. */
  readonly by?: string | Account;
  /** Defaults to every `@user@host` in the text. */
  readonly mentions?: readonly string[];
  readonly inReplyTo?: string | undefined;
  readonly createdAt?: number;
};

/** A public post by `ann@far.example`; mentions and tags default to those in the text. */
export function aStatus(given: StatusSketch = {}): Status {
  const { id = "100", by, mentions, inReplyTo, text = "Look at this duck", ...rest } = given;
  const author = typeof by === "object" ? by : anAccount(by ?? {});
  const server = author.acct.split("@")[1] ?? "";
  const named = [...text.matchAll(/@([\p{L}\p{N}_.-]+@[\p{L}\p{N}.-]*[\p{L}\p{N}])/gu)];
  const tagged = [...text.matchAll(/(?<![\p{L}\p{N}_/])#([\p{L}\p{N}_]+)/gu)];
  return {
    uri: `https://${server}/statuses/${id}`,
    url: `https://${server}/@x/${id}`,
    isCut: false,
    spoilerText: "",
    isSensitive: false,
    visibility: "public",
    tags: tagged.map(([, tag = ""]) => tag.normalize("NFKC").toLowerCase()),
    isReblog: false,
    rebloggedByUs: false,
    attachments: [],
    language: undefined,
    createdAt: aMoment,
    ...rest,
    id: statusId(id),
    author,
    text,
    mentions: (mentions ?? named.map(([, address = ""]) => address.toLowerCase())).map(aMentionOf),
    inReplyTo: inReplyTo === undefined ? undefined : statusId(inReplyTo),
  };
}

/** A control as plain lists. */
export interface ControlSketch {
  readonly admins?: readonly string[];
  readonly members?: readonly string[];
  readonly banned?: readonly string[];
  readonly bannedServers?: readonly string[];
  readonly optedOut?: readonly string[];
  readonly tags?: readonly string[];
  readonly memberOnly?: boolean;
}

/** A group's control from plain lists; empty and open by default. */
export function aControl(given: ControlSketch = {}): GroupControl {
  return {
    ...emptyControl,
    adminUsers: new Set((given.admins ?? []).map(acct)),
    memberUsers: new Set((given.members ?? []).map(acct)),
    bannedUsers: new Set((given.banned ?? []).map(acct)),
    bannedServers: new Set((given.bannedServers ?? []).map(host)),
    optoutUsers: new Set((given.optedOut ?? []).map(acct)),
    groupTags: new Set(given.tags ?? []),
    memberOnly: given.memberOnly ?? false,
  };
}

/** A memory as plain lists and records. */
export interface MemorySketch {
  readonly shares?: readonly Share[];
  /** Address to time. */
  readonly welcomed?: Readonly<Record<string, number>>;
  /** Address to time. */
  readonly answers?: Readonly<Record<string, number>>;
}

/** What the group remembers; nothing by default. */
function aMemory(given: MemorySketch = {}): Memory {
  return {
    shareOf: (uri) => given.shares?.find((share) => share.uri === uri),
    lastWelcomeOf: (who) => given.welcomed?.[who],
    answeredUntil: (who) => given.answers?.[who],
  };
}

/** The record of a post that the group has shared. */
export function aShare(status: Status, by: string = status.author.acct): Share {
  return { uri: status.uri, status: status.id, by: acct(by), at: aMoment };
}

/** What a test says of a group; {@link aGroup} adds the rest. */
export type GroupSketch = ControlSketch &
  MemorySketch &
  Partial<Omit<Group, "control" | "memory" | "self" | "traits">> & {
    readonly self?: string | Account;
    readonly traits?: Partial<Traits>;
    /** A group's own messages, before the English ones. */
    readonly messages?: LocaleTable;
  };

/** An open group `grp@host.example` without admins or members, on a plain-text server. */
export function aGroup(given: GroupSketch = {}): Group {
  const traits = { ...cautiousTraits, maxCharacters: 5000, ...given.traits };
  const tables = given.messages === undefined ? [english] : [given.messages, english];
  return {
    self: typeof given.self === "object" ? given.self : anAccount(given.self ?? groupAddress),
    control: aControl(given),
    traits,
    maxCharacters: given.maxCharacters ?? traits.maxCharacters,
    memory: aMemory(given),
    t: given.t ?? createTranslate(tables, traits.format),
    now: given.now ?? aMoment,
    version: given.version ?? "1.2.3",
  };
}

/** What was read from the server. */
export function aFound(
  given: { readonly statuses?: readonly Status[]; readonly accounts?: readonly Account[] } = {},
): Found {
  return {
    status: (id) => given.statuses?.find((status) => status.id === id),
    account: (address) => given.accounts?.find((account) => account.acct === address),
  };
}

type EventOf<Kind extends GroupEvent["kind"]> = Extract<GroupEvent, { readonly kind: Kind }>;

/** The notification of a post that mentions the group. */
export function aMention(given: StatusSketch = {}): EventOf<"mention"> {
  const status = aStatus(given);
  return { kind: "mention", id: notificationId(`n-${status.id}`), at: aMoment, status };
}

/** A post in the home timeline. */
export function aHomeStatus(given: StatusSketch = {}): EventOf<"home"> {
  return { kind: "home", at: aMoment, status: aStatus(given) };
}

type FollowEvent = Extract<GroupEvent, { readonly account: Account }>;

/** The notification that somebody follows the group. */
export function aFollow(by: string | Account = "ann@far.example", id = "n-follow"): FollowEvent {
  const account = typeof by === "string" ? anAccount(by) : by;
  return { kind: "follow", id: notificationId(id), at: aMoment, account };
}

/** The notification that somebody asks to follow a locked group. */
export function aFollowRequest(by: string | Account = "ann@far.example"): FollowEvent {
  return { ...aFollow(by, "n-request"), kind: "follow-request" };
}

/** A notification of some type that the group does not act on. */
export function anOtherNotification(type = "favourite"): EventOf<"other"> {
  return { kind: "other", id: notificationId("n-other"), at: aMoment, type };
}
