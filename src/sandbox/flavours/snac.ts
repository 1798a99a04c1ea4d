import { type Behaviour, mastodon46 } from "../api/behaviour.js";
import type { Visibility } from "../api/model/model.js";
import type { ApiError } from "../api/wire/api-error.js";
import type { ApiAnswer } from "../seam.js";
import { renderSnac } from "./dialects.js";
import type { Flavour } from "./flavour.js";
import { stampedHashes } from "./id-schemes.js";
import { snacEntities } from "./snac-entities.js";
import { adaptSnacRoutes } from "./snac-routes.js";
import { snacNotFound, snacRefusal, snacServer } from "./snac-server.js";

const api: Behaviour = {
  ...mastodon46,
  software: {
    name: "snac",
    version: "4.0.0 (not true; really snac/2.96)",
    sourceUrl: "https://comam.es/what-is-snac",
  },
  apiVersions: undefined,
  ids: stampedHashes,
  addresses: {
    account: (baseUrl, username) => {
      const address = `${baseUrl}/${username}`;
      return { uri: address, url: address };
    },
    status: ({ url }, id) => {
      const address = `${url}/p/${id}`;
      return { uri: address, url: address };
    },
    reblog: ({ url }, id) => {
      const address = `${url}/d/${id}/Announce`;
      return { uri: address, url: address };
    },
  },
  limits: {
    ...mastodon46.limits,
    maxCharacters: 100_000,
    maxPins: 1_000,
    maxFields: 1_000,
    maxDisplayName: 1_000,
    maxNote: 100_000,
  },
  notificationPolicy: undefined,
  render: renderSnac,
  // The limit is told and not enforced.
  lengthOf: () => 0,
  // Whoever is answered hears of it, named or not.
  implicitRecipients: (_, { author }) => [author],
  mentionsOf: ({ mentions, alsoTo }) => [...new Set([...mentions, ...alsoTo])],
  reblogs: {
    ...mastodon46.reblogs,
    repeat: "again",
    // Nothing is refused, not even what is private.
    allows: () => true,
    visibility: (): Visibility => "public",
  },
  ignores: (_, { type }) => type === "follow_request",
  entities: snacEntities,
  presentError,
  adaptRoutes: (routes, _, host) => adaptSnacRoutes(routes, host),
};

/** snac 2.96. */
export const snac: Flavour = { api, server: snacServer };

function presentError({ status }: ApiError): ApiAnswer {
  return status === 404 ? snacNotFound : snacRefusal(status);
}
