import type { ApiAnswer, ApiRoute } from "../seam.js";
import type { HostOptions } from "../surface.js";
import type { PolicyAction, PolicyKey } from "./model/model.js";
import type { ApiError } from "./wire/api-error.js";
import { type Entities, mastodonEntities } from "./wire/entities.js";
import { type RenderContext, renderText } from "./wire/render.js";

/**
 * All that makes a host a Mastodon and not another server. A flavour is this object with other
 * members: `{ ...mastodon46, software: …, entities: { ...mastodonEntities, account: … } }`.
 */
export interface Behaviour {
  readonly software: {
    readonly name: string;
    /** What the instance documents tell. */
    readonly version: string;
    readonly sourceUrl: string;
  };
  /** `undefined`: the instance document has no such key. */
  readonly apiVersions: Readonly<Record<string, number>> | undefined;
  readonly limits: Limits;
  readonly notificationPolicy: Readonly<Record<PolicyKey, PolicyAction>>;
  /** Turns what an author wrote into HTML. */
  readonly render: (text: string, context: RenderContext) => string;
  /** How each thing looks on the wire. */
  readonly entities: Entities;
  /** How a refusal looks. */
  readonly presentError: (error: ApiError) => ApiAnswer;
  /** The last word on routes: take some away, replace or wrap others. */
  readonly adaptRoutes: (routes: readonly ApiRoute[], options: HostOptions) => readonly ApiRoute[];
}

/** Numbers a server enforces. */
export interface Limits {
  readonly maxCharacters: number;
  readonly maxMedia: number;
  readonly maxPins: number;
  readonly maxFields: number;
  readonly maxDisplayName: number;
  readonly maxNote: number;
  readonly maxDescription: number;
  /** A boost is kept out of a home timeline that shows the same post this near the top. */
  readonly reblogFalloff: number;
  readonly homeLength: number;
}

/** Mastodon 4.6.5. */
export const mastodon46: Behaviour = {
  software: {
    name: "mastodon",
    version: "4.6.5",
    sourceUrl: "https://github.com/mastodon/mastodon",
  },
  apiVersions: { mastodon: 11 },
  limits: {
    maxCharacters: 500,
    maxMedia: 4,
    maxPins: 5,
    maxFields: 4,
    maxDisplayName: 40,
    maxNote: 500,
    maxDescription: 1500,
    reblogFalloff: 40,
    homeLength: 800,
  },
  notificationPolicy: {
    for_not_following: "accept",
    for_not_followers: "accept",
    for_new_accounts: "accept",
    for_private_mentions: "filter",
    for_limited_accounts: "filter",
    for_bots: "accept",
  },
  render: renderText,
  entities: mastodonEntities,
  presentError: ({ status, body }) => ({ status, body }),
  adaptRoutes: (routes, options) =>
    options.hasNotificationPolicy === false
      ? routes.filter(({ path }) => !isPolicyPath(path))
      : routes,
};

function isPolicyPath(path: string): boolean {
  return (
    path.startsWith("/api/v2/notifications/policy") ||
    path.startsWith("/api/v1/notifications/requests")
  );
}
