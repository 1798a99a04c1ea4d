import type { Account, Host, Status } from "../model/model.js";
import { isDistributable } from "../model/visibility.js";
import { findHost, learnStatus } from "../model/world.js";
import { homeReaders, pushHome, unpushHome } from "./home.js";
import { notify } from "./notifications.js";

/** Brings a new status or boost to every host it concerns, and to those it reaches there. */
export function distribute(status: Status): void {
  for (const host of reachedHosts(status)) {
    learnStatus(host, status);
    for (const reader of homeReaders(host, status)) {
      if (!pushHome(reader, status)) continue;
      const follow = reader.account.following.get(status.author);
      const isTalk = status.inReplyTo !== undefined && status.inReplyTo.author !== status.author;
      if (follow?.notifies === true && status.reblogOf === undefined && !isTalk) {
        notify(reader.account, { type: "status", from: status.author, status, cause: status });
      }
    }
  }
  notifyMentioned(status);
  if (status.reblogOf !== undefined) return;
  for (const account of addresseesOf(status)) account.host.behaviour.onAddressed(account, status);
}

/** Brings an edit to every host that knows the status or comes to be mentioned by it. */
export function distributeEdit(status: Status): void {
  const { author } = status;
  for (const host of author.host.world.hosts.values()) {
    if (host.ids.get(status) === undefined) continue;
    for (const reader of homeReaders(host, status)) pushHome(reader, status, true);
  }
  notifyMentioned(status);
  for (const account of status.mentions) {
    // Not by way of the home timeline: also those who do not follow hear of the edit.
    const { host } = account;
    const payload = host.behaviour.entities.status({ host, viewer: account }, status);
    host.publish(account, { event: "status.update", payload });
  }
  for (const booster of status.reblogs.keys()) {
    notify(booster, { type: "update", from: author, status, cause: status });
  }
}

/** Tells every host that knew a status that it is gone. */
export function distributeRemoval(status: Status): void {
  for (const host of status.author.host.world.hosts.values()) {
    const id = host.ids.get(status);
    if (id === undefined) continue;
    for (const reader of host.users.values()) {
      if (unpushHome(reader, status) || host.behaviour.tellsAllOfDeletes) {
        host.publish(reader.account, { event: "delete", payload: id });
      }
    }
    const mentioned = host.behaviour.tellsAllOfDeletes ? [] : status.mentions;
    for (const account of mentioned.filter((one) => one.host === host)) {
      host.publish(account, { event: "delete", payload: id });
    }
    host.ids.forget(status);
  }
}

/** Finds what a URL or uri names, fetching it from the host that has it when it may travel. */
export function fetchStatus(host: Host, address: string, mayFetch = true): Status | undefined {
  const status = findByAddress(host, address);
  if (status === undefined || status.isDeleted) return undefined;
  if (host.ids.get(status) === undefined) {
    if (!mayFetch || !isDistributable(status)) return undefined;
    learnStatus(host, status);
  }
  return status;
}

/** Finds the account a profile URL or uri names. */
export function findAccountByAddress(host: Host, address: string): Account | undefined {
  const url = parseUrl(address);
  if (url === undefined) return undefined;
  const origin = findHost(host.world, url.host);
  const username = /^\/(?:@|users\/)?([^/]+)\/?$/.exec(url.pathname)?.[1];
  return username === undefined ? undefined : origin?.users.get(username.toLowerCase())?.account;
}

function findByAddress(host: Host, address: string): Status | undefined {
  const byUri = host.world.statusByUri.get(address);
  if (byUri !== undefined) return byUri;
  const url = parseUrl(address);
  if (url === undefined) return undefined;
  const id = /\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  const found = id === undefined ? undefined : findHost(host.world, url.host)?.ids.find(id);
  return found !== undefined && "reblogs" in found ? found : undefined;
}

function reachedHosts(status: Status): ReadonlySet<Host> {
  const { author, visibility, reblogOf, inReplyTo } = status;
  const hosts = new Set([author.host]);
  if (visibility !== "direct") {
    for (const follower of author.followers.keys()) hosts.add(follower.host);
  }
  for (const account of addresseesOf(status)) hosts.add(account.host);
  if (reblogOf !== undefined) hosts.add(reblogOf.author.host);
  if (inReplyTo !== undefined && isDistributable(status)) hosts.add(inReplyTo.author.host);
  return hosts;
}

function notifyMentioned(status: Status): void {
  if (status.reblogOf !== undefined) return;
  for (const account of addresseesOf(status)) {
    learnStatus(account.host, status);
    if (!account.host.behaviour.mentionsOf(status).includes(account)) continue;
    notify(account, { type: "mention", from: status.author, status, cause: status });
  }
}

function addresseesOf(status: Status): ReadonlySet<Account> {
  return new Set([...status.mentions, ...status.alsoTo]);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
