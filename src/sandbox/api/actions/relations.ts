import type { Account, Follow } from "../model/model.js";
import { accountId, stateOf } from "../model/world.js";
import { notAllowed, notFound } from "../wire/api-error.js";
import { clearFromHome, mergeHome, unmergeHome } from "./home.js";
import { notify, retract } from "./notifications.js";

/** What a follower asks for; what is absent stays as it is. */
export interface FollowOptions {
  readonly showsReblogs?: boolean | undefined;
  readonly notifies?: boolean | undefined;
}

/**
 * Follows, or asks to follow when the target is locked.
 * @throws ApiError for oneself and for those who block the source.
 */
export function follow(source: Account, target: Account, options: FollowOptions): void {
  if (source === target || target.blocking.has(source)) throw notAllowed();
  const existing = source.following.get(target) ?? target.requests.get(source);
  if (existing !== undefined) {
    existing.showsReblogs = options.showsReblogs ?? existing.showsReblogs;
    existing.notifies = options.notifies ?? existing.notifies;
    return;
  }
  accountId(target.host, source);
  accountId(source.host, target);
  const row = newFollow(source, target, options);
  if (target.isLocked) {
    target.requests.set(source, row);
    notify(target, { type: "follow_request", from: source, cause: row });
  } else {
    establish(row);
    notify(target, { type: "follow", from: source, cause: row });
  }
}

/** Ends a follow or takes back a request. */
export function unfollow(source: Account, target: Account): void {
  const row = source.following.get(target) ?? target.requests.get(source);
  if (row === undefined) return;
  source.following.delete(target);
  target.followers.delete(source);
  target.requests.delete(source);
  retract([target], ({ cause }) => cause === row);
  unmergeHome(stateOf(source), target);
}

/**
 * Grants a follow request. The request's notification goes, one of the follow comes.
 * @throws ApiError when nobody asks.
 */
export function authorizeRequest(target: Account, source: Account): void {
  const request = target.requests.get(source);
  if (request === undefined) throw notFound();
  const row = grant(request);
  notify(target, { type: "follow", from: source, cause: row });
}

/**
 * Refuses a follow request.
 * @throws ApiError when nobody asks.
 */
export function rejectRequest(target: Account, source: Account): void {
  const request = target.requests.get(source);
  if (request === undefined) throw notFound();
  target.requests.delete(source);
  retract([target], ({ cause }) => cause === request);
}

/** An account that is no longer locked lets everybody in who waits. */
export function grantAllRequests(target: Account): void {
  for (const request of [...target.requests.values()]) grant(request);
}

/** Blocks: both follows end, and what came from them goes. */
export function block(source: Account, target: Account): void {
  if (source === target) throw notAllowed();
  unfollow(source, target);
  unfollow(target, source);
  source.blocking.add(target);
  clearFromHome(stateOf(source), target);
  clearFromHome(stateOf(target), source);
  retract([source], ({ from }) => from === target);
}

/** Mutes, with or without notifications. */
export function mute(source: Account, target: Account, mutesNotifications: boolean): void {
  if (source === target) throw notAllowed();
  source.muting.set(target, mutesNotifications);
  clearFromHome(stateOf(source), target);
}

/** Unmutes; what was hidden of somebody followed comes back. */
export function unmute(source: Account, target: Account): void {
  source.muting.delete(target);
  if (source.following.has(target)) mergeHome(stateOf(source), target);
}

function grant(request: Follow): Follow {
  const { source, target } = request;
  target.requests.delete(source);
  retract([target], ({ cause }) => cause === request);
  const row = newFollow(source, target, request);
  establish(row);
  return row;
}

function newFollow(source: Account, target: Account, options: FollowOptions): Follow {
  return {
    id: source.host.world.nextRow(),
    source,
    target,
    createdMs: source.host.world.now(),
    showsReblogs: options.showsReblogs ?? true,
    notifies: options.notifies ?? false,
  };
}

function establish(row: Follow): void {
  row.source.following.set(row.target, row);
  row.target.followers.set(row.source, row);
  mergeHome(stateOf(row.source), row.target);
}
