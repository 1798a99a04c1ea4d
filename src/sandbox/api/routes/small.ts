import type { ApiRoute } from "../../seam.js";
import type { LocalState } from "../model/model.js";
import { isRecord, listOf, textOf } from "../wire/input.js";
import { isoTime } from "../wire/view.js";
import { type Call, type Declare, ok } from "./kit.js";

/** What a client may ask at its start and a group hardly needs: as little as keeps it content. */
export function smallRoutes(declare: Declare): readonly ApiRoute[] {
  const empty = (path: string, scope: string | undefined) =>
    declare("GET", path, scope, () => ok([]));
  return [
    empty("/api/v1/custom_emojis", undefined),
    empty("/api/v1/announcements", "read"),
    empty("/api/v1/lists", "read:lists"),
    empty("/api/v1/filters", "read:filters"),
    empty("/api/v2/filters", "read:filters"),
    empty("/api/v1/domain_blocks", "read:blocks"),
    empty("/api/v1/conversations", "read:statuses"),
    empty("/api/v1/scheduled_statuses", "read:statuses"),
    empty("/api/v1/featured_tags", "read:accounts"),
    empty("/api/v1/trends/tags", undefined),
    declare("GET", "/api/v1/bookmarks", "read:bookmarks", (call) => ok(marked(call, "bookmarks"))),
    declare("GET", "/api/v1/favourites", "read:favourites", (call) =>
      ok(marked(call, "favourites")),
    ),
    declare("GET", "/api/v1/markers", "read:statuses", (call) =>
      ok(markersOf(call.me(), listOf(call.query, "timeline") ?? [])),
    ),
    declare("POST", "/api/v1/markers", "write:statuses", setMarkers),
  ];
}

function setMarkers(call: Call) {
  const state = call.me();
  const names = ["home", "notifications"].filter((name) => {
    const wanted = call.body[name];
    const lastReadId = isRecord(wanted) ? textOf(wanted, "last_read_id") : undefined;
    if (lastReadId === undefined || !/^\d+$/.test(lastReadId)) return false;
    const version = (state.markers.get(name)?.version ?? -1) + 1;
    state.markers.set(name, { lastReadId, version, updatedMs: call.host.world.now() });
    return true;
  });
  return ok(markersOf(state, names));
}

function markersOf(state: LocalState, names: readonly string[]) {
  const entries = names.flatMap((name) => {
    const marker = state.markers.get(name);
    if (marker === undefined) return [];
    const { lastReadId, version, updatedMs } = marker;
    return [[name, { last_read_id: lastReadId, version, updated_at: isoTime(updatedMs) }]];
  });
  return Object.fromEntries(entries);
}

function marked(call: Call, mark: "bookmarks" | "favourites"): readonly unknown[] {
  const { account } = call.me();
  return [...call.host.ids.known()].flatMap((thing) =>
    "reblogs" in thing && thing[mark].has(account) ? [call.entities.status(call.view, thing)] : [],
  );
}
