import type { ApiRoute } from "../../seam.js";
import { notFound } from "../wire/api-error.js";
import { normalizeTag } from "../wire/render.js";
import { type Call, type Declare, ok } from "./kit.js";

/** Hashtags, and following them. */
export function tagRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("GET", "/api/v1/tags/:name", undefined, (call) => ok(tagEntity(call, nameOf(call)))),
    declare(
      "POST",
      "/api/v1/tags/:name/follow",
      "write:follows",
      (call) => {
        call.me().account.followedTags.add(normalizeTag(nameOf(call)));
        return ok(tagEntity(call, nameOf(call)));
      },
      { family: "follows" },
    ),
    declare("POST", "/api/v1/tags/:name/unfollow", "write:follows", (call) => {
      call.me().account.followedTags.delete(normalizeTag(nameOf(call)));
      return ok(tagEntity(call, nameOf(call)));
    }),
    declare("GET", "/api/v1/followed_tags", "read:follows", (call) =>
      ok([...call.me().account.followedTags].map((name) => tagEntity(call, name))),
    ),
  ];
}

/** A hashtag as it goes over the wire. */
export function tagEntity({ host, view }: Call, name: string) {
  const normal = normalizeTag(name);
  return {
    id: normal,
    name: normal,
    url: `${host.baseUrl}/tags/${encodeURIComponent(normal)}`,
    history: [],
    ...(view.viewer === undefined
      ? {}
      : { following: view.viewer.followedTags.has(normal), featuring: false }),
  };
}

function nameOf(call: Call): string {
  const { name = "" } = call.params;
  if (!/^[\p{L}\p{M}\p{N}_·]+$/u.test(name)) throw notFound();
  return name;
}
