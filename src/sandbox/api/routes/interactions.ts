import type { ApiRoute } from "../../seam.js";
import {
  favouriteStatus,
  reblogStatus,
  removeStatus,
  unfavouriteStatus,
} from "../actions/statuses.js";
import type { Account, Status } from "../model/model.js";
import { rootOf } from "../model/thread.js";
import { statusId } from "../model/world.js";
import { invalid, notAllowed, notFound } from "../wire/api-error.js";
import { textOf } from "../wire/input.js";
import { fullPageOnly, limitOf, newestFirst, pageOf } from "../wire/paging.js";
import { type Call, type Declare, ok, statusById } from "./kit.js";

/** Boosts, favourites, bookmarks, pins, muted threads. */
export function interactionRoutes(declare: Declare): readonly ApiRoute[] {
  const act = (
    name: string,
    scope: string,
    change: (me: Account, status: Status, call: Call) => void,
  ) =>
    declare("POST", `/api/v1/statuses/:id/${name}`, scope, (call) => {
      const status = statusById(call, call.id);
      change(call.me().account, status.reblogOf ?? status, call);
      return ok(call.entities.status(call.view, status));
    });
  return [
    declare("POST", "/api/v1/statuses/:id/reblog", "write:statuses", reblog),
    declare("POST", "/api/v1/statuses/:id/unreblog", "write:statuses", unreblog, {
      family: "deletes",
    }),
    act("favourite", "write:favourites", (me, status) => {
      if (me.blocking.has(status.author)) throw notAllowed();
      favouriteStatus(me, status);
    }),
    act("unfavourite", "write:favourites", unfavouriteStatus),
    act("bookmark", "write:bookmarks", (me, status) => status.bookmarks.add(me)),
    act("unbookmark", "write:bookmarks", (me, status) => status.bookmarks.delete(me)),
    act("mute", "write:mutes", (_, status, call) => call.me().mutedThreads.add(rootOf(status))),
    act("unmute", "write:mutes", (_, status, call) =>
      call.me().mutedThreads.delete(rootOf(status)),
    ),
    declare("POST", "/api/v1/statuses/:id/pin", "write:accounts", pin),
    declare("POST", "/api/v1/statuses/:id/unpin", "write:accounts", unpin),
    declare("GET", "/api/v1/statuses/:id/reblogged_by", undefined, (call) =>
      listReblogs(call, statusById(call, call.id)),
    ),
    declare("GET", "/api/v1/statuses/:id/favourited_by", undefined, (call) => {
      const { favourites } = statusById(call, call.id);
      const accounts = [...favourites].reverse().slice(0, limitOf(call.query, 40));
      return ok(accounts.map((account) => call.entities.account(call.view, account)));
    }),
  ];
}

function reblog(call: Call) {
  const status = statusById(call, call.id);
  const { reblogs } = call.host.behaviour;
  if (status.reblogOf !== undefined && !reblogs.unwraps) throw notFound();
  const target = status.reblogOf ?? status;
  const { account } = call.me();
  if (!reblogs.allows(target, account)) throw reblogs.refusal();
  const visibility = reblogs.visibility(textOf(call.body, "visibility"), target, account);
  return ok(call.entities.status(call.view, reblogStatus(account, target, visibility)));
}

/** Answers with the original; on most servers whether there was a boost to take back or not. */
function unreblog(call: Call) {
  const { account } = call.me();
  const found = call.host.ids.find(call.id);
  const boost = found !== undefined && "reblogs" in found ? found.reblogs.get(account) : undefined;
  if (boost?.reblogOf === undefined) {
    const status = statusById(call, call.id);
    const { notBoosted } = call.host.behaviour.reblogs;
    if (notBoosted !== undefined) throw notBoosted();
    return ok(call.entities.status(call.view, status));
  }
  removeStatus(boost);
  return ok(call.entities.status(call.view, boost.reblogOf));
}

function pin(call: Call) {
  const status = statusById(call, call.id);
  const { account } = call.me();
  const { maxPins } = call.host.behaviour.limits;
  if (status.reblogOf !== undefined) throw invalid("A boost cannot be pinned", "not-pinnable");
  if (status.author !== account) {
    throw invalid("Someone else's post cannot be pinned", "not-pinnable");
  }
  if (status.visibility === "direct") {
    throw invalid(
      "Posts that are only visible to mentioned users cannot be pinned",
      "not-pinnable",
    );
  }
  if (account.pins.includes(status)) throw invalid("Status has already been taken");
  if (account.pins.length >= maxPins) {
    throw invalid("You have already pinned the maximum number of posts", "pin-limit");
  }
  account.pins.push(status);
  return ok(call.entities.status(call.view, status));
}

function unpin(call: Call) {
  const status = statusById(call, call.id);
  const { pins } = call.me().account;
  if (status.author !== call.me().account) throw notFound();
  const index = pins.indexOf(status);
  if (index >= 0) pins.splice(index, 1);
  return ok(call.entities.status(call.view, status));
}

function listReblogs(call: Call, status: Status) {
  const idOf = ([, boost]: readonly [Account, Status]) => statusId(call.host, boost);
  const rows = newestFirst(status.reblogs, idOf);
  const page = pageOf(rows, idOf, call.query, limitOf(call.query, 40));
  return ok(
    page.items.map(([account]) => call.entities.account(call.view, account)),
    fullPageOnly(page),
  );
}
