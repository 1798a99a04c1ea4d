import { type Behaviour, mastodon46 } from "../api/behaviour.js";
import { ApiError } from "../api/wire/api-error.js";
import type { ApiAnswer } from "../seam.js";
import { renderGotosocial, renderGotosocialMarkdown } from "./dialects.js";
import type { Flavour } from "./flavour.js";
import { gotosocialEntities } from "./gotosocial-entities.js";
import { adaptGotosocialRoutes } from "./gotosocial-routes.js";
import { gotosocialServer } from "./gotosocial-server.js";
import { ulids } from "./id-schemes.js";

const api: Behaviour = {
  ...mastodon46,
  software: {
    name: "gotosocial",
    version: "0.20.0 git-57cb4fe",
    sourceUrl: "https://codeberg.org/superseriousbusiness/gotosocial",
  },
  apiVersions: undefined,
  ids: ulids,
  addresses: {
    account: mastodon46.addresses.account,
    status: addressOf,
    reblog: addressOf,
  },
  locksNewAccounts: true,
  limits: {
    ...mastodon46.limits,
    maxCharacters: 5_000,
    maxMedia: 6,
    maxPins: 10,
    maxFields: 6,
    maxDisplayName: 1_000,
    maxNote: 100_000,
  },
  notificationPolicy: undefined,
  render: (text, context) =>
    context.contentType === "text/markdown"
      ? renderGotosocialMarkdown(text, context)
      : renderGotosocial(text, context),
  // Every code point counts, and links count in full.
  lengthOf: (text, spoilerText) => [...text].length + [...spoilerText].length,
  reblogs: {
    ...mastodon46.reblogs,
    repeat: "again",
    refusal: () => new ApiError(403, "you do not have permission to boost this status"),
    visibility: (_, { visibility }) => visibility,
  },
  ignores: () => false,
  tellsAllOfDeletes: true,
  entities: gotosocialEntities,
  presentError,
  adaptRoutes: (routes, _, host) => adaptGotosocialRoutes(routes, host),
};

/** GoToSocial 0.20. */
export const gotosocial: Flavour = { api, server: gotosocialServer };

function addressOf({ uri, url }: { readonly uri: string; readonly url: string }, id: string) {
  return { uri: `${uri}/statuses/${id}`, url: `${url}/statuses/${id}` };
}

const statusWords: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  406: "Not Acceptable",
  422: "Unprocessable Entity",
};

function presentError({ kind, status, message }: ApiError): ApiAnswer {
  if (kind === "blank") return refusal(400, "status contains no text, media or poll");
  if (kind === "too-long") {
    return refusal(400, "text with spoiler exceed max chars (5000)");
  }
  if (kind === "not-found") return refusal(404);
  if (kind === "no-parent") return refusal(404, "target status not found");
  if (kind === "not-allowed") return refusal(404, "target account not found");
  return refusal(status, message.replace(/^Validation failed: /, ""));
}

function refusal(status: number, detail?: string): ApiAnswer {
  const words = statusWords[status] ?? "Internal Server Error";
  return { status, body: { error: detail === undefined ? words : `${words}: ${detail}` } };
}
