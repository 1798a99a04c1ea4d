import type { Host } from "../api/model/model.js";
import { declarer, ok } from "../api/routes/kit.js";
import { listOf, textOf } from "../api/wire/input.js";
import type { ApiRoute } from "../seam.js";

const setting = "filters";

/**
 * Filters that can be made and listed, and do nothing but announce themselves: the user's streams
 * get `filters_changed` with that payload; with `undefined` as payload, a frame without one.
 */
export function withFilters(
  routes: readonly ApiRoute[],
  host: Host,
  payload: string | undefined,
): readonly ApiRoute[] {
  const declare = declarer(host);
  const path = "/api/v2/filters";
  const all = (settings: ReadonlyMap<string, unknown>): readonly unknown[] => {
    const filters = settings.get(setting);
    return Array.isArray(filters) ? filters : [];
  };
  return [
    ...routes.filter((route) => route.path !== path),
    declare("GET", path, "read:filters", (call) => ok(all(call.me().settings))),
    declare("POST", path, "write:filters", ({ body, me }) => {
      const { settings, account } = me();
      const filter = {
        id: host.world.nextRow(),
        title: textOf(body, "title") ?? "",
        context: listOf(body, "context") ?? [],
        expires_at: null,
        filter_action: textOf(body, "filter_action") ?? "warn",
        keywords: [],
        statuses: [],
      };
      settings.set(setting, [...all(settings), filter]);
      host.publish(account, { event: "filters_changed", payload });
      return ok(filter);
    }),
  ];
}
