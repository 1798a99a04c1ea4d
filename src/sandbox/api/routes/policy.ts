import type { ApiRoute } from "../../seam.js";
import { acceptRequests, dismissRequests } from "../actions/notifications.js";
import { type NotificationRequest, type PolicyAction, policyKeys } from "../model/model.js";
import { invalid, notFound } from "../wire/api-error.js";
import { listOf, textOf } from "../wire/input.js";
import { limitOf, newestFirst, pageOf } from "../wire/paging.js";
import { type Call, type Declare, ok } from "./kit.js";

const actions: readonly PolicyAction[] = ["accept", "filter", "drop"];

/** The notification policy and the requests of those it holds back. */
export function policyRoutes(declare: Declare): readonly ApiRoute[] {
  const read = "read:notifications";
  const write = "write:notifications";
  const one = (name: string, change: typeof acceptRequests) =>
    declare("POST", `/api/v1/notifications/requests/:id/${name}`, write, (call) => {
      change(call.me(), [requestById(call)]);
      return ok({});
    });
  const many = (name: string, change: typeof acceptRequests) =>
    declare("POST", `/api/v1/notifications/requests/${name}`, write, (call) => {
      const ids = listOf(call.body, "id") ?? [];
      const state = call.me();
      change(
        state,
        state.requests.filter(({ id }) => ids.includes(id)),
      );
      return ok({});
    });
  return [
    declare("GET", "/api/v2/notifications/policy", read, (call) => ok(policyOf(call))),
    declare("PUT", "/api/v2/notifications/policy", write, changePolicy),
    declare("PATCH", "/api/v2/notifications/policy", write, changePolicy),
    declare("GET", "/api/v1/notifications/requests", read, listRequests),
    declare("GET", "/api/v1/notifications/requests/merged", read, () => ok({ merged: true })),
    many("accept", acceptRequests),
    many("dismiss", dismissRequests),
    declare("GET", "/api/v1/notifications/requests/:id", read, (call) =>
      ok(call.entities.notificationRequest(call.view, requestById(call))),
    ),
    one("accept", acceptRequests),
    one("dismiss", dismissRequests),
  ];
}

function changePolicy(call: Call) {
  const { policy } = call.me();
  const changes = policyKeys.flatMap((key) => {
    const wanted = textOf(call.body, key);
    if (wanted === undefined) return [];
    const action = actions.find((known) => known === wanted);
    if (action === undefined) throw invalid(`${key} is not included in the list`);
    return [{ key, action }];
  });
  for (const { key, action } of changes) policy[key] = action;
  return ok(policyOf(call));
}

function policyOf(call: Call) {
  const state = call.me();
  return {
    ...state.policy,
    summary: {
      pending_requests_count: state.requests.length,
      pending_notifications_count: state.notifications.filter(
        ({ isFiltered, from }) => isFiltered && state.requests.some((r) => r.from === from),
      ).length,
    },
  };
}

function listRequests(call: Call) {
  const idOf = (request: NotificationRequest) => request.id;
  const rows = newestFirst(call.me().requests, idOf);
  const page = pageOf(rows, idOf, call.query, limitOf(call.query, 40));
  return ok(
    page.items.map((request) => call.entities.notificationRequest(call.view, request)),
    page.links,
  );
}

function requestById(call: Call): NotificationRequest {
  const found = call.me().requests.find(({ id }) => id === call.id);
  if (found === undefined) throw notFound();
  return found;
}
