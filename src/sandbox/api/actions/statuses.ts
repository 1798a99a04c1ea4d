import type { StatusChange } from "../../surface.js";
import type { Account, Media, Status, Visibility } from "../model/model.js";
import { accountId, findAccount } from "../model/world.js";
import { findEntities, tagsIn } from "../wire/render.js";
import { distribute, distributeEdit, distributeRemoval } from "./federation.js";
import { forgetOldest, removeFrom } from "./forget.js";
import { allLocalAccounts, notify, retract } from "./notifications.js";

/** What an author writes, checked. */
export interface Draft {
  readonly text: string;
  readonly spoilerText: string;
  readonly sensitive: boolean;
  readonly language: string | null;
  readonly contentType: string | undefined;
  readonly media: readonly Media[];
}

/** Posts. */
export function createStatus(
  author: Account,
  draft: Draft,
  placing: { readonly visibility: Visibility; readonly inReplyTo?: Status | undefined },
): Status {
  const { host } = author;
  const createdMs = host.world.now();
  const id = host.ids.reserve(createdMs);
  const parent = placing.inReplyTo?.reblogOf ?? placing.inReplyTo;
  const implied = parent === undefined ? [] : host.behaviour.implicitRecipients(author, parent);
  const status: Status = {
    ...emptyStatus(author, createdMs),
    ...readDraft(author, draft),
    alsoTo: implied.filter((account) => account !== author),
    ...host.behaviour.addresses.status(author, id),
    visibility: placing.visibility,
    // Who replies to a boost replies to what was boosted.
    inReplyTo: parent,
  };
  register(status, id);
  for (const media of draft.media) media.status = status;
  status.inReplyTo?.replies.add(status);
  distribute(status);
  return status;
}

/** Edits; nothing happens when nothing changes. */
export function editStatus(status: Status, draft: Draft): void {
  const isSame =
    status.text === draft.text &&
    status.spoilerText === draft.spoilerText &&
    status.sensitive === draft.sensitive &&
    status.language === draft.language &&
    status.contentType === draft.contentType &&
    status.media.length === draft.media.length &&
    status.media.every((media, index) => media === draft.media[index]);
  if (isSame) return;
  for (const media of status.media) media.status = undefined;
  for (const media of draft.media) media.status = status;
  Object.assign(status, readDraft(status.author, draft));
  status.editedMs = status.author.host.world.now();
  status.history.push(revisionOf(status, status.editedMs));
  distributeEdit(status);
}

/** Deletes a status with its boosts, or takes back a boost. */
export function removeStatus(status: Status): void {
  let [reblog] = status.reblogs.values();
  for (; reblog !== undefined; [reblog] = status.reblogs.values()) removeStatus(reblog);
  const { author } = status;
  status.isDeleted = true;
  distributeRemoval(status);
  author.host.world.statusByUri.delete(status.uri);
  removeFrom(author.statuses, status);
  if (status.visibility !== "direct") author.statusesCount -= 1;
  removeFrom(author.pins, status);
  if (status.reblogOf !== undefined) forgetReblog(status.reblogOf, author);
  status.inReplyTo?.replies.delete(status);
  for (const reply of status.replies) reply.inReplyTo = undefined;
  for (const media of status.media) media.status = undefined;
  retract(
    allLocalAccounts(author),
    (notification) => notification.cause === status || notification.status === status,
  );
  tell("gone", status);
}

/** Boosts. On most servers a second boost is the first. */
export function reblogStatus(booster: Account, target: Status, visibility: Visibility): Status {
  const existing = target.reblogs.get(booster);
  const { host } = booster;
  if (existing !== undefined && host.behaviour.reblogs.repeat === "same") return existing;
  const createdMs = host.world.now();
  const id = host.ids.reserve(createdMs);
  const reblog: Status = {
    ...emptyStatus(booster, createdMs),
    ...host.behaviour.addresses.reblog(booster, id),
    // What few may see, no boost shows to more.
    visibility: target.visibility === "private" ? "private" : visibility,
    reblogOf: target,
  };
  register(reblog, id);
  target.reblogs.set(booster, reblog);
  distribute(reblog);
  notify(target.author, { type: "reblog", from: booster, status: target, cause: reblog });
  return reblog;
}

/** Likes, once. */
export function favouriteStatus(account: Account, status: Status): void {
  if (status.favourites.has(account)) return;
  status.favourites.add(account);
  notify(status.author, { type: "favourite", from: account, status, cause: status });
}

/** Takes a like back. */
export function unfavouriteStatus(account: Account, status: Status): void {
  status.favourites.delete(account);
  retract(
    [status.author],
    ({ type, from, cause }) => type === "favourite" && from === account && cause === status,
  );
}

function emptyStatus(author: Account, createdMs: number) {
  return {
    author,
    createdMs,
    reblogOf: undefined,
    inReplyTo: undefined,
    editedMs: undefined,
    text: "",
    content: "",
    spoilerText: "",
    sensitive: false,
    language: null,
    contentType: undefined,
    mentions: [],
    alsoTo: [],
    tags: [],
    media: [],
    isDeleted: false,
    history: [],
    reblogs: new Map(),
    favourites: new Set<Account>(),
    bookmarks: new Set<Account>(),
    replies: new Set<Status>(),
  } satisfies Partial<Status>;
}

function readDraft(author: Account, draft: Draft) {
  const { host } = author;
  const { behaviour, baseUrl } = host;
  const resolve = (username: string, domain: string | undefined) =>
    domain === undefined && !behaviour.mentionsBareHandles
      ? undefined
      : findAccount(host, username, domain);
  const mentions = new Set<Account>();
  for (const entity of findEntities(draft.text)) {
    if (entity.kind !== "mention") continue;
    const account = resolve(entity.username, entity.domain);
    if (account !== undefined) mentions.add(account);
  }
  const mentioned = [...mentions];
  return {
    ...draft,
    mentions: mentioned,
    tags: tagsIn(draft.text),
    content: behaviour.render(draft.text, {
      ...{ baseUrl, resolve, mentioned, contentType: draft.contentType },
      accountIdOf: (account) => accountId(host, account),
    }),
  };
}

function register(status: Status, id: string): void {
  const { author } = status;
  author.host.ids.assign(status, id);
  author.host.world.statusByUri.set(status.uri, status);
  author.statuses.push(status);
  if (status.visibility !== "direct") author.statusesCount += 1;
  status.history.push(revisionOf(status, status.createdMs));
  forgetOldest(author.host.world);
  tell("made", status);
}

function tell(kind: StatusChange["kind"], status: Status): void {
  const { uri, author, reblogOf, inReplyTo, mentions } = status;
  const { world } = author.host;
  world.onStatus({
    ...{ kind, uri, author: addressOf(author), mentions: mentions.map(addressOf) },
    ...{ reblogOf: reblogOf?.uri, inReplyTo: inReplyTo?.uri, atMs: world.now() },
  });
}

function addressOf({ username, host }: Account): string {
  return `${username}@${host.domain}`;
}

function revisionOf(status: Status, createdMs: number) {
  const { content, spoilerText, sensitive, media } = status;
  return { createdMs, content, spoilerText, sensitive, media };
}

/** Where one can boost twice, the earlier boost counts again when the later one goes. */
function forgetReblog(target: Status, booster: Account): void {
  const earlier = booster.statuses.findLast((other) => other.reblogOf === target);
  if (earlier === undefined) target.reblogs.delete(booster);
  else target.reblogs.set(booster, earlier);
}
