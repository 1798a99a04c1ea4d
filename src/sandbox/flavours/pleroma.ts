import { reblogStatus } from "../api/actions/statuses.js";
import { type Behaviour, mastodon46 } from "../api/behaviour.js";
import type { Account, Host, Status } from "../api/model/model.js";
import { isDistributable } from "../api/model/visibility.js";
import { stateOf } from "../api/model/world.js";
import { ApiError, type ErrorKind, notFound } from "../api/wire/api-error.js";
import { maxCharactersOf } from "../api/wire/instance.js";
import type { ApiAnswer, ApiRoute } from "../seam.js";
import { objectIn, without, withoutRoutes, wrapRoutes } from "./alter.js";
import { flakes } from "./flakes.js";
import type { Flavour } from "./flavour.js";
import { pleromaFormats, renderPleroma } from "./pleroma-dialect.js";
import { actorTypeOf, pleromaEntities } from "./pleroma-entities.js";
import { askingForTypes, familyRoutes, metadataOf } from "./pleroma-routes.js";
import { pleromaServer } from "./pleroma-server.js";

const features = [
  ...["pleroma_api", "mastodon_api", "mastodon_api_streaming", "polls", "multifetch"],
  ...["pleroma_explicit_addressing", "pleroma:api/v1/notifications:include_types_filter"],
  ...["editing", "quote_posting", "pleroma_emoji_reactions", "pleroma:group_actors"],
];

const refusals: Readonly<Partial<Record<ErrorKind, ApiAnswer>>> = {
  "too-long": { status: 422, body: { error: "The status is over the character limit" } },
  blank: { status: 422, body: { error: "Cannot post an empty status without attachments" } },
  "pin-limit": {
    status: 400,
    body: { error: "You have already pinned the maximum number of statuses" },
  },
};

const api: Behaviour = {
  ...mastodon46,
  software: {
    name: "pleroma",
    version: "2.7.2 (compatible; Pleroma 2.7.0)",
    sourceUrl: "https://git.pleroma.social/pleroma/pleroma",
  },
  apiVersions: undefined,
  ids: flakes,
  limits: {
    maxCharacters: 5_000,
    maxMedia: 1_000,
    maxPins: 1,
    maxFields: 10,
    maxDisplayName: 100,
    maxNote: 5_000,
    maxDescription: 5_000,
    reblogFalloff: 0,
    homeLength: 800,
  },
  notificationPolicy: undefined,
  render: renderPleroma,
  lengthOf: (text, spoilerText) => [...text].length + [...spoilerText].length,
  locksDefaultPrivacy: false,
  // Whom one answers is addressed without being named.
  implicitRecipients: (_, inReplyTo) => [inReplyTo.author],
  mentionsOf: ({ mentions, alsoTo }) => [...new Set([...alsoTo, ...mentions])],
  reblogs: {
    repeat: "same",
    unwraps: false,
    allows: (status, booster) =>
      isDistributable(status) || (status.visibility === "private" && status.author === booster),
    refusal: notFound,
    // It asks only whether everybody may see it.
    visibility: (wanted) =>
      wanted === undefined || wanted === "public" || wanted === "unlisted" ? "public" : "private",
    notBoosted: () => new ApiError(400, "Could not unrepeat", "not-boosted"),
  },
  ignores: (recipient, { type, from }) =>
    isFromStranger(recipient, from) || (type === "follow" && !isFirstFollow(recipient, from)),
  onAddressed: boostForGroup,
  entities: pleromaEntities,
  presentError: (error) => refusals[error.kind] ?? mastodon46.presentError(error),
  adaptRoutes: (routes, _, host) => adapt(routes, host),
};

/** Pleroma 2.7. */
export const pleroma27: Flavour = { api, server: pleromaServer };

/** Does the owner want to hear of those only whom they follow? */
export function isFromStranger(recipient: Account, from: Account): boolean {
  return (
    stateOf(recipient).settings.get("block_from_strangers") === true &&
    !recipient.following.has(from)
  );
}

const followersSeen = new WeakMap<Account, WeakSet<Account>>();

/** Who follows once more is told of no second time. */
export function isFirstFollow(recipient: Account, from: Account): boolean {
  const seen = followersSeen.get(recipient) ?? new WeakSet();
  followersSeen.set(recipient, seen);
  const isFirst = !seen.has(from);
  seen.add(from);
  return isFirst;
}

/** A group by Pleroma's own lights boosts what anybody addresses to it whom it does not block. */
function boostForGroup(recipient: Account, status: Status): void {
  if (actorTypeOf(recipient) !== "Group" || recipient.blocking.has(status.author)) return;
  if (status.author !== recipient && isDistributable(status)) {
    reblogStatus(recipient, status, "public");
  }
}

function adapt(routes: readonly ApiRoute[], host: Host): readonly ApiRoute[] {
  const max_toot_chars = maxCharactersOf(host);
  const metadata = metadataOf(features, pleromaFormats);
  const pleroma = { metadata, stats: { mau: host.users.size }, vapid_public_key: "" };
  const amended = (answer: ApiAnswer, extra: Readonly<Record<string, unknown>>): ApiAnswer => ({
    ...answer,
    body: { ...without(objectIn(answer.body), "invites_enabled"), ...extra },
  });
  // Hashtags cannot be followed yet.
  const own = withoutRoutes(familyRoutes(routes, host), "/api/v1/tags*", "/api/v1/followed_tags");
  return wrapRoutes(own, {
    "GET /api/v1/instance": async (request, base) =>
      amended(await base(request), { max_toot_chars, description_limit: 5_000, pleroma }),
    "GET /api/v2/instance": async (request, base) => amended(await base(request), { pleroma }),
    "GET /nodeinfo/2.0": async (request, base) =>
      amended(await base(request), { software: { name: "pleroma", version: "2.7.0" }, metadata }),
    "GET /api/v1/notifications": (request, base) =>
      base({ ...request, query: askingForTypes(request, ["types", "include_types"], undefined) }),
  });
}
