import type { Account, Host } from "../model/model.js";
import { accountId, findAccount, findHost } from "../model/world.js";
import { findAccountByAddress } from "./federation.js";

/** Finds the account a handle or address names; an unknown one only when it may be fetched. */
export function resolveAccount(host: Host, text: string, mayFetch: boolean): Account | undefined {
  const account = findByHandle(host, text) ?? findAccountByAddress(host, text);
  if (account === undefined) return undefined;
  if (host.ids.get(account) === undefined) {
    if (!mayFetch) return undefined;
    accountId(host, account);
  }
  return account;
}

function findByHandle(host: Host, handle: string): Account | undefined {
  const match = /^@?([^@\s/]+)@([^@\s/]+)$/.exec(handle);
  if (match === null) return undefined;
  const [, username = "", domain = ""] = match;
  const home = findHost(host.world, domain);
  return home && findAccount(home, username, undefined);
}
