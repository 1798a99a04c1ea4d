import type { ApiRoute } from "../../seam.js";
import type { Notification } from "../model/model.js";
import { notFound } from "../wire/api-error.js";
import { arrayOf, flagOf, textOf } from "../wire/input.js";
import { limitOf, pageOf } from "../wire/paging.js";
import { type Call, type Declare, ok } from "./kit.js";

/** Listing and dismissing notifications. */
export function notificationRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("GET", "/api/v1/notifications", "read:notifications", list),
    declare("GET", "/api/v1/notifications/unread_count", "read:notifications", (call) => {
      const lastRead = BigInt(call.me().markers.get("notifications")?.lastReadId ?? "0");
      const unread = chosen(call).filter(({ id }) => BigInt(id) > lastRead);
      return ok({ count: Math.min(unread.length, limitOf(call.query, 100, 1000)) });
    }),
    declare("POST", "/api/v1/notifications/clear", "write:notifications", (call) => {
      call.me().notifications = [];
      return ok({});
    }),
    declare("GET", "/api/v1/notifications/:id", "read:notifications", (call) =>
      ok(call.entities.notification(call.view, byId(call))),
    ),
    declare("POST", "/api/v1/notifications/:id/dismiss", "write:notifications", (call) => {
      const gone = byId(call);
      const state = call.me();
      state.notifications = state.notifications.filter((other) => other !== gone);
      return ok({});
    }),
  ];
}

function list(call: Call) {
  const limit = limitOf(call.query, 40);
  const page = pageOf(chosen(call), ({ id }) => id, call.query, limit);
  return ok(
    page.items.map((notification) => call.entities.notification(call.view, notification)),
    page.links,
  );
}

function chosen(call: Call): readonly Notification[] {
  const { query } = call;
  const types = arrayOf(query, "types");
  const excluded = arrayOf(query, "exclude_types") ?? [];
  const accountId = textOf(query, "account_id");
  const from = accountId === undefined ? undefined : call.host.ids.find(accountId);
  const withFiltered = flagOf(query, "include_filtered") === true;
  return call
    .me()
    .notifications.filter(
      (notification) =>
        (withFiltered || !notification.isFiltered) &&
        (types === undefined || types.length === 0 || types.includes(notification.type)) &&
        !excluded.includes(notification.type) &&
        (accountId === undefined || notification.from === from),
    );
}

function byId(call: Call): Notification {
  const found = call.me().notifications.find(({ id }) => id === call.id);
  if (found === undefined) throw notFound();
  return found;
}
