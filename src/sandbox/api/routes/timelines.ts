import type { ApiRoute } from "../../seam.js";
import type { Status } from "../model/model.js";
import { canSee } from "../model/visibility.js";
import { statusId } from "../model/world.js";
import { flagOf, listOf } from "../wire/input.js";
import { limitOf, newestFirst, pageOf } from "../wire/paging.js";
import { normalizeTag } from "../wire/render.js";
import { type Call, type Declare, ok } from "./kit.js";

/** Home, hashtag and public timelines. */
export function timelineRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("GET", "/api/v1/timelines/home", "read:statuses", (call) =>
      answer(
        call,
        call.me().home.filter((status) => canSee(status, call.view.viewer)),
      ),
    ),
    declare("GET", "/api/v1/timelines/public", undefined, (call) =>
      answer(call, publicStatuses(call)),
    ),
    declare("GET", "/api/v1/timelines/tag/:tag", undefined, (call) =>
      answer(call, taggedStatuses(call)),
    ),
  ];
}

function answer(call: Call, statuses: readonly Status[]) {
  const idOf = (status: Status) => statusId(call.host, status);
  const page = pageOf(newestFirst(statuses, idOf), idOf, call.query, limitOf(call.query, 20));
  return ok(
    page.items.map((status) => call.entities.status(call.view, status)),
    page.links,
  );
}

function publicStatuses({ host, view, query }: Call): readonly Status[] {
  const onlyLocal = flagOf(query, "local") === true;
  const onlyRemote = flagOf(query, "remote") === true;
  const onlyMedia = flagOf(query, "only_media") === true;
  return [...host.ids.known()].filter((thing): thing is Status => {
    if (!("reblogs" in thing) || thing.visibility !== "public") return false;
    if (thing.reblogOf !== undefined || !canSee(thing, view.viewer)) return false;
    const { viewer } = view;
    if (viewer?.blocking.has(thing.author) || viewer?.muting.has(thing.author)) return false;
    const isLocal = thing.author.host === host;
    if ((onlyLocal && !isLocal) || (onlyRemote && isLocal)) return false;
    return !onlyMedia || thing.media.length > 0;
  });
}

function taggedStatuses(call: Call): readonly Status[] {
  const { tag: name = "" } = call.params;
  const any = [name, ...(listOf(call.query, "any") ?? [])].map(normalizeTag);
  const all = (listOf(call.query, "all") ?? []).map(normalizeTag);
  const none = (listOf(call.query, "none") ?? []).map(normalizeTag);
  return publicStatuses(call).filter((status) => {
    const tags = status.tags.map(normalizeTag);
    return (
      any.some((tag) => tags.includes(tag)) &&
      all.every((tag) => tags.includes(tag)) &&
      !none.some((tag) => tags.includes(tag))
    );
  });
}
