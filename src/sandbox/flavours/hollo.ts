import { type Behaviour, mastodon46 } from "../api/behaviour.js";
import type { Account, Status } from "../api/model/model.js";
import { isDistributable } from "../api/model/visibility.js";
import { stateOf } from "../api/model/world.js";
import { readReblogVisibility } from "../api/routes/draft.js";
import { type ApiError, notFound } from "../api/wire/api-error.js";
import type { ApiAnswer } from "../seam.js";
import { renderHollo } from "./dialects.js";
import type { Flavour } from "./flavour.js";
import { holloEntities } from "./hollo-entities.js";
import { adaptHolloRoutes, invalidRequest } from "./hollo-routes.js";
import { holloFailure, holloServer } from "./hollo-server.js";
import { uuids } from "./id-schemes.js";

const api: Behaviour = {
  ...mastodon46,
  software: {
    name: "hollo",
    version: "0.10.0",
    sourceUrl: "https://github.com/fedify-dev/hollo",
  },
  apiVersions: { mastodon: 7 },
  ids: uuids,
  addresses: {
    account: (baseUrl, username) => {
      const address = `${baseUrl}/@${username}`;
      return { uri: address, url: address };
    },
    status: addressOf,
    reblog: addressOf,
  },
  limits: {
    ...mastodon46.limits,
    maxCharacters: 10_000,
    maxMedia: 8,
    maxPins: 10,
    maxFields: 10,
    maxDisplayName: 1_000,
    maxNote: 100_000,
  },
  notificationPolicy: undefined,
  advertisesStreaming: false,
  render: renderHollo,
  // The limit is told and not enforced.
  lengthOf: () => 0,
  mentionsBareHandles: false,
  reblogs: {
    ...mastodon46.reblogs,
    allows: isDistributable,
    refusal: notFound,
    visibility: (wanted, _, booster) => readReblogVisibility(wanted ?? "public", booster),
    notBoosted: notFound,
  },
  // Only what comes from other hosts makes a notification.
  ignores: (recipient, { from }) => from.host === recipient.host,
  onAddressed: showAtHome,
  entities: holloEntities,
  presentError,
  adaptRoutes: (routes, _, host) => adaptHolloRoutes(routes, host),
};

/** Hollo 0.10. */
export const hollo: Flavour = { api, server: holloServer };

function addressOf({ url }: { readonly url: string }, id: string) {
  const address = `${url}/${id}`;
  return { uri: address, url: address };
}

/** A post that names somebody is in their home timeline, whether they follow its author or not. */
function showAtHome(recipient: Account, status: Status): void {
  const state = stateOf(recipient);
  const isUnwanted = recipient.blocking.has(status.author) || recipient.muting.has(status.author);
  if (!isUnwanted && !state.home.includes(status)) state.home.unshift(status);
}

function presentError(error: ApiError): ApiAnswer {
  const { kind, status, body } = error;
  if (kind === "no-parent") return holloFailure;
  if (kind === "bad-visibility" || kind === "blank") return invalidRequest;
  return { status, body };
}
