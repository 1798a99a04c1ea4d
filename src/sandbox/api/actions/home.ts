import { compareIds } from "../model/ids.js";
import type { Account, Host, LocalState, Status } from "../model/model.js";
import { isAddressed } from "../model/visibility.js";
import { statusId } from "../model/world.js";

/** Puts a status into a user's home timeline, unless something keeps it out, and tells streams. */
export function pushHome(state: LocalState, status: Status, isUpdate = false): boolean {
  if (isKeptOut(state.account, status) || isShownAlready(state, status)) return false;
  insert(state, status);
  const { host } = state.account;
  host.publish(state.account, {
    event: isUpdate ? "status.update" : "update",
    payload: host.behaviour.entities.status({ host, viewer: state.account }, status),
  });
  return true;
}

/**
 * Takes a status out of a user's home timeline. Where it was a boost that hid another one, that
 * appears in its place, silently.
 */
export function unpushHome(state: LocalState, status: Status): boolean {
  const rest = state.home.filter((other) => other !== status);
  const wasThere = rest.length < state.home.length;
  state.home = rest;
  if (wasThere && status.reblogOf !== undefined) showHidden(state, status.reblogOf, status);
  return wasThere;
}

function showHidden(state: LocalState, original: Status, gone: Status): void {
  const { account } = state;
  for (const boost of original.reblogs.values()) {
    const isFollowed = boost.author === account || boost.author.followers.has(account);
    if (boost === gone || !isFollowed || isKeptOut(account, boost)) continue;
    if (!isShownAlready(state, boost)) insert(state, boost);
    return;
  }
}

/** A new follow brings the author's recent statuses, silently. */
export function mergeHome(state: LocalState, author: Account): void {
  const { host } = state.account;
  const recent = author.statuses.slice(-host.behaviour.limits.homeLength / 4);
  for (const status of recent) {
    const isForMe = status.visibility !== "direct" || isAddressed(status, state.account);
    const isKnown = host.ids.get(status) !== undefined;
    if (isForMe && isKnown && !isKeptOut(state.account, status) && !isShownAlready(state, status)) {
      insert(state, status);
    }
  }
}

/** An ended follow takes the author's statuses away. */
export function unmergeHome(state: LocalState, author: Account): void {
  state.home = state.home.filter((status) => status.author !== author);
}

/** A block or mute takes away what comes from somebody, is boosted from or mentions them. */
export function clearFromHome(state: LocalState, other: Account): void {
  state.home = state.home.filter(
    (status) =>
      status.author !== other &&
      status.reblogOf?.author !== other &&
      !status.mentions.includes(other),
  );
}

/** Whom does a status reach on this host, by the home timeline? */
export function homeReaders(host: Host, status: Status): readonly LocalState[] {
  const { author } = status;
  return [...host.users.values()].filter(({ account }) => {
    if (account === author) return true;
    if (status.visibility === "direct" && !isAddressed(status, account)) return false;
    if (author.followers.has(account)) return true;
    return (
      status.visibility === "public" &&
      status.reblogOf === undefined &&
      status.tags.some((tag) => account.followedTags.has(tag.toLowerCase()))
    );
  });
}

function insert(state: LocalState, status: Status): void {
  const { host } = state.account;
  const { home } = state;
  const id = statusId(host, status);
  const position = home.findIndex((other) => compareIds(statusId(host, other), id) <= 0);
  if (home[position] === status) return;
  home.splice(position < 0 ? home.length : position, 0, status);
  if (home.length > host.behaviour.limits.homeLength) home.pop();
}

function isKeptOut(reader: Account, status: Status): boolean {
  const { author, reblogOf, inReplyTo } = status;
  if (author === reader) return false;
  const concerned = [...status.mentions, author];
  if (reblogOf !== undefined) concerned.push(...reblogOf.mentions, reblogOf.author);
  if (concerned.some((other) => reader.blocking.has(other) || reader.muting.has(other))) {
    return true;
  }
  if (author.blocking.has(reader)) return true;
  if (reblogOf !== undefined) {
    return (
      reblogOf.author.blocking.has(reader) || reader.following.get(author)?.showsReblogs === false
    );
  }
  if (inReplyTo === undefined) return false;
  const isForeignTalk =
    !reader.following.has(inReplyTo.author) &&
    inReplyTo.author !== reader &&
    inReplyTo.author !== author;
  return isForeignTalk;
}

function isShownAlready(state: LocalState, status: Status): boolean {
  const { reblogFalloff } = state.account.host.behaviour.limits;
  const { reblogOf } = status;
  if (reblogOf === undefined) {
    return status.reblogs.size > 0 && state.home.some((other) => other.reblogOf === status);
  }
  return state.home
    .slice(0, reblogFalloff)
    .some((other) => other === reblogOf || (other !== status && other.reblogOf === reblogOf));
}
