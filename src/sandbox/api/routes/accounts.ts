import type { ApiRoute } from "../../seam.js";
import type { Account, Follow, Status } from "../model/model.js";
import { canSee } from "../model/visibility.js";
import { findAccount, statusId } from "../model/world.js";
import { notFound } from "../wire/api-error.js";
import { flagOf, listOf, textOf } from "../wire/input.js";
import { fullPageOnly, limitOf, newestFirst, pageOf } from "../wire/paging.js";
import { normalizeTag } from "../wire/render.js";
import { accountById, type Call, type Declare, ok } from "./kit.js";

/** Reading accounts: one, many, their posts and their follows. */
export function accountRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("GET", "/api/v1/accounts/verify_credentials", "read:accounts", (call) =>
      ok(call.entities.ownAccount(call.view, call.me().account)),
    ),
    declare("GET", "/api/v1/accounts/lookup", undefined, lookUp),
    declare("GET", "/api/v1/accounts/relationships", "read:follows", relationships),
    declare("GET", "/api/v1/accounts", undefined, (call) =>
      ok(
        (listOf(call.query, "id") ?? []).flatMap((id) => {
          const found = call.host.ids.find(id);
          return found !== undefined && "followers" in found
            ? [call.entities.account(call.view, found)]
            : [];
        }),
      ),
    ),
    declare("GET", "/api/v1/accounts/:id", undefined, (call) =>
      ok(call.entities.account(call.view, accountById(call.host, call.id))),
    ),
    declare("GET", "/api/v1/accounts/:id/statuses", undefined, statusesOf),
    declare("GET", "/api/v1/accounts/:id/followers", undefined, (call) =>
      listFollows(call, (account) => account.followers),
    ),
    declare("GET", "/api/v1/accounts/:id/following", undefined, (call) =>
      listFollows(call, (account) => account.following),
    ),
    declare("GET", "/api/v1/accounts/:id/featured_tags", undefined, () => ok([])),
    declare("GET", "/api/v1/accounts/:id/lists", "read:lists", () => ok([])),
  ];
}

/** Knows accounts only, no WebFinger: an unknown remote account is not found. */
function lookUp(call: Call) {
  const { host } = call;
  const [username = "", domain] = (textOf(call.query, "acct") ?? "").replace(/^@/, "").split("@");
  const account = findAccount(host, username, domain);
  const isKnown = account !== undefined && (account.host === host || host.ids.get(account));
  if (!isKnown) throw notFound();
  return ok(call.entities.account(call.view, account));
}

function relationships(call: Call) {
  const accounts = (listOf(call.query, "id") ?? []).map((id) => call.host.ids.find(id));
  const known = new Set(accounts.filter((found) => found !== undefined && "followers" in found));
  call.me();
  return ok([...known].map((account) => call.entities.relationship(call.view, account)));
}

function statusesOf(call: Call) {
  const { host, view, query } = call;
  const account = accountById(host, call.id);
  const idOf = (status: Status) => statusId(host, status);
  const limit = limitOf(query, 20);
  const present = (status: Status) => call.entities.status(view, status);
  const isShown = (status: Status) =>
    host.ids.get(status) !== undefined && canSee(status, view.viewer);
  if (flagOf(query, "pinned") === true) {
    const pins = account.pins.filter(isShown).toReversed();
    return ok(pins.slice(0, limit).map(present));
  }
  const wantsReblogs = flagOf(query, "exclude_reblogs") !== true;
  const wantsReplies = flagOf(query, "exclude_replies") !== true;
  const onlyMedia = flagOf(query, "only_media") === true;
  const tagged = textOf(query, "tagged");
  const chosen = account.statuses.filter(
    (status) =>
      isShown(status) &&
      (wantsReblogs || status.reblogOf === undefined) &&
      (wantsReplies || status.inReplyTo === undefined || status.inReplyTo.author === account) &&
      (!onlyMedia || status.media.length > 0) &&
      (tagged === undefined || status.tags.some((tag) => sameTag(tag, tagged))),
  );
  const page = pageOf(newestFirst(chosen, idOf), idOf, query, limit);
  return ok(page.items.map(present), fullPageOnly(page));
}

function listFollows(call: Call, choose: (account: Account) => ReadonlyMap<Account, Follow>) {
  const { host } = call;
  // Of a remote account's follows, a host knows those it has met.
  const rows = [...choose(accountById(host, call.id))].filter(
    ([account]) => host.ids.get(account) !== undefined,
  );
  const idOf = ([, row]: readonly [Account, Follow]) => row.id;
  const page = pageOf(newestFirst(rows, idOf), idOf, call.query, limitOf(call.query, 40));
  return ok(
    page.items.map(([account]) => call.entities.account(call.view, account)),
    fullPageOnly(page),
  );
}

function sameTag(a: string, b: string): boolean {
  return normalizeTag(a) === normalizeTag(b);
}
