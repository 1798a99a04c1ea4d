import type { Account, Host, LocalState, Status, WorldState } from "./model.js";

/** Finds an account by handle, as `host` understands it: without a domain it is one of its own. */
export function findAccount(
  host: Host,
  username: string,
  domain: string | undefined,
): Account | undefined {
  const home = domain === undefined ? host : findHost(host.world, domain);
  return home?.users.get(username.toLowerCase())?.account;
}

/** Finds a host by the domain of its users or by the authority of its URL. */
export function findHost(world: WorldState, domain: string): Host | undefined {
  const wanted = domain.toLowerCase();
  const byDomain = world.hosts.get(wanted);
  if (byDomain !== undefined) return byDomain;
  for (const host of world.hosts.values()) {
    if (new URL(host.baseUrl).host === wanted) return host;
  }
  return undefined;
}

/** What the account's own host keeps for it. */
export function stateOf(account: Account): LocalState {
  const state = account.host.users.get(account.username.toLowerCase());
  if (state === undefined) throw new Error(`${account.uri} is on no host.`);
  return state;
}

/** The id a host has for an account, which becomes known if it was not. */
export function accountId(host: Host, account: Account): string {
  return host.ids.learn(account, account.createdMs);
}

/** The id a host has for a status, which becomes known if it was not. */
export function statusId(host: Host, status: Status): string {
  return host.ids.learn(status, status.createdMs);
}

/** Makes a status known to a host, with all it replies to or boosts that it may fetch. */
export function learnStatus(host: Host, status: Status): string {
  accountId(host, status.author);
  if (status.reblogOf !== undefined) learnStatus(host, status.reblogOf);
  const parent = status.inReplyTo;
  if (parent !== undefined && host.ids.get(parent) === undefined) {
    const isPublic = parent.visibility === "public" || parent.visibility === "unlisted";
    if (isPublic && !parent.isDeleted) learnStatus(host, parent);
  }
  return statusId(host, status);
}
