import type { ApiRoute } from "../../seam.js";
import {
  authorizeRequest,
  block,
  follow,
  mute,
  rejectRequest,
  unfollow,
  unmute,
} from "../actions/relations.js";
import type { Account, Follow } from "../model/model.js";
import { flagOf } from "../wire/input.js";
import { fullPageOnly, limitOf, newestFirst, pageOf } from "../wire/paging.js";
import { accountById, type Call, type Declare, ok } from "./kit.js";

/** Following, blocking, muting, and follow requests. */
export function relationRoutes(declare: Declare): readonly ApiRoute[] {
  const act = (
    name: string,
    scope: string,
    change: (me: Account, other: Account, call: Call) => void,
    extras: { readonly family?: "follows" } = {},
  ) =>
    declare(
      "POST",
      `/api/v1/accounts/:id/${name}`,
      scope,
      (call) => {
        const other = accountById(call.host, call.id);
        change(call.me().account, other, call);
        return ok(call.entities.relationship(call.view, other));
      },
      extras,
    );
  const answer = (name: string, change: (me: Account, other: Account) => void) =>
    declare("POST", `/api/v1/follow_requests/:id/${name}`, "write:follows", (call) => {
      const other = accountById(call.host, call.id);
      change(call.me().account, other);
      return ok(call.entities.relationship(call.view, other));
    });
  return [
    act(
      "follow",
      "write:follows",
      (me, other, { body }) =>
        follow(me, other, {
          showsReblogs: flagOf(body, "reblogs"),
          notifies: flagOf(body, "notify"),
        }),
      { family: "follows" },
    ),
    act("unfollow", "write:follows", unfollow),
    act("remove_from_followers", "write:follows", (me, other) => unfollow(other, me)),
    act("block", "write:blocks", block),
    act("unblock", "write:blocks", (me, other) => me.blocking.delete(other)),
    act("mute", "write:mutes", (me, other, { body }) =>
      mute(me, other, flagOf(body, "notifications") ?? true),
    ),
    act("unmute", "write:mutes", unmute),
    answer("authorize", authorizeRequest),
    answer("reject", rejectRequest),
    declare("GET", "/api/v1/follow_requests", "read:follows", listRequests),
    declare("GET", "/api/v1/blocks", "read:blocks", (call) =>
      ok([...call.me().account.blocking].map((other) => call.entities.account(call.view, other))),
    ),
    declare("GET", "/api/v1/mutes", "read:mutes", (call) =>
      ok(
        [...call.me().account.muting.keys()].map((other) =>
          call.entities.account(call.view, other),
        ),
      ),
    ),
  ];
}

/** Paged by the numbers of the requests, which are not told but in the links. */
function listRequests(call: Call) {
  const idOf = (row: Follow) => row.id;
  const rows = newestFirst(call.me().account.requests.values(), idOf);
  const page = pageOf(rows, idOf, call.query, limitOf(call.query, 40));
  return ok(
    page.items.map(({ source }) => call.entities.account(call.view, source)),
    fullPageOnly(page),
  );
}
