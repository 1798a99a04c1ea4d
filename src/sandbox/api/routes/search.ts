import type { ApiRoute } from "../../seam.js";
import { fetchStatus } from "../actions/federation.js";
import { resolveAccount } from "../actions/resolve.js";
import type { Account, Host } from "../model/model.js";
import { canSee } from "../model/visibility.js";
import { ApiError } from "../wire/api-error.js";
import { flagOf, textOf } from "../wire/input.js";
import { limitOf } from "../wire/paging.js";
import { normalizeTag } from "../wire/render.js";
import { type Call, type Declare, ok } from "./kit.js";
import { tagEntity } from "./tags.js";

/** Search by word, handle or address. */
export function searchRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("GET", "/api/v2/search", "read:search", search),
    declare("GET", "/api/v1/accounts/search", "read:accounts", (call) =>
      ok(findAccounts(call, limitOf(call.query, 40))),
    ),
  ];
}

function search(call: Call) {
  const { query, host, view } = call;
  const text = wanted(call);
  if (text === "") throw new ApiError(400, "Parameter q is missing or empty");
  const type = textOf(query, "type");
  const limit = limitOf(query, 20, 40);
  const wants = (kind: string) => type === undefined || type === "" || type === kind;
  const isAddress = /^https?:\/\//i.test(text);
  const status =
    wants("statuses") && isAddress ? fetchStatus(host, text, mayFetch(call)) : undefined;
  const isShown = status !== undefined && canSee(status, view.viewer);
  return ok({
    accounts: wants("accounts") && !isShown ? findAccounts(call, limit) : [],
    statuses: isShown ? [call.entities.status(view, status)] : [],
    hashtags: wants("hashtags") && !isAddress ? findTags(call, text, limit) : [],
  });
}

function findAccounts(call: Call, limit: number): readonly unknown[] {
  const { host } = call;
  const text = wanted(call);
  if (text === "") return [];
  const exact = resolveAccount(host, text, mayFetch(call));
  const word = text.replace(/^@/, "").toLowerCase();
  const similar = [...knownAccounts(host)].filter((account) => matches(account, word, host));
  const found = new Set(exact === undefined ? similar : [exact, ...similar]);
  return [...found].slice(0, limit).map((account) => call.entities.account(call.view, account));
}

function matches(account: Account, word: string, host: Host): boolean {
  const { username, displayName } = account;
  const acct = account.host === host ? username : `${username}@${account.host.domain}`;
  return acct.toLowerCase().startsWith(word) || displayName.toLowerCase().includes(word);
}

function* knownAccounts(host: Host): Iterable<Account> {
  for (const thing of host.ids.known()) if ("followers" in thing) yield thing;
}

function findTags(call: Call, text: string, limit: number): readonly unknown[] {
  const word = normalizeTag(text.replace(/^#/, ""));
  const names = new Set<string>();
  for (const thing of call.host.ids.known()) {
    if (!("reblogs" in thing)) continue;
    for (const tag of thing.tags) if (normalizeTag(tag).startsWith(word)) names.add(tag);
  }
  return [...names].slice(0, limit).map((name) => tagEntity(call, name));
}

function wanted(call: Call): string {
  return (textOf(call.query, "q") ?? "").trim();
}

function mayFetch(call: Call): boolean {
  return flagOf(call.query, "resolve") === true;
}
