import { type Behaviour, mastodon46 } from "../api/behaviour.js";
import type { Account, Host, NotificationType, Status } from "../api/model/model.js";
import { stateOf } from "../api/model/world.js";
import type { Entities } from "../api/wire/entities.js";
import { textOf } from "../api/wire/input.js";
import { maxCharactersOf } from "../api/wire/instance.js";
import type { ApiRoute } from "../seam.js";
import { objectIn, without, withoutRoutes, wrapRoutes } from "./alter.js";
import type { Flavour } from "./flavour.js";
import { isFirstFollow, isFromStranger, pleroma27 } from "./pleroma.js";
import { pleromaFormats } from "./pleroma-dialect.js";
import { actorTypeOf, pleromaEntities } from "./pleroma-entities.js";
import { askingForTypes, familyRoutes, metadataOf, stateOfViewer } from "./pleroma-routes.js";
import { akkomaServer } from "./pleroma-server.js";

const features = [
  ...["pleroma_api", "akkoma_api", "mastodon_api", "mastodon_api_streaming", "polls"],
  ...["multifetch", "pleroma_explicit_addressing", "quote_posting", "editing"],
  "pleroma:api/v1/notifications:include_types_filter",
];

/** Told without being asked for: not what accounts post that one wants to hear of. */
const standardTypes: readonly NotificationType[] = [
  ...(["mention", "follow", "follow_request", "reblog", "favourite", "update"] as const),
];

const directSetting = "accepts_direct_messages_from";
const directChoices: readonly unknown[] = ["everybody", "nobody", "people_i_follow"];

const entities: Entities = {
  ...pleromaEntities,
  account: (view, account) => ({
    ...pleromaEntities.account(view, account),
    // A group is just another person.
    bot: actorTypeOf(account) === "Service",
    akkoma: { instance: null, status_ttl_days: null, permit_followback: false },
  }),
  ownAccount: (view, account) => ({
    ...pleromaEntities.ownAccount(view, account),
    [directSetting]: stateOf(account).settings.get(directSetting) ?? "everybody",
  }),
  status: (view, status) => ({
    ...pleromaEntities.status(view, status),
    language: status.language,
  }),
};

const api: Behaviour = {
  ...pleroma27.api,
  software: {
    name: "akkoma",
    version: "2.7.2 (compatible; Akkoma 3.16.0)",
    sourceUrl: "https://akkoma.dev/AkkomaGang/akkoma",
  },
  reblogs: { ...pleroma27.api.reblogs, visibility: mastodon46.reblogs.visibility },
  ignores: (recipient, tidings) =>
    isFromStranger(recipient, tidings.from) ||
    isUnwantedDirect(recipient, tidings) ||
    (tidings.type === "follow" && !isFirstFollow(recipient, tidings.from)),
  onAddressed: () => undefined,
  entities,
  adaptRoutes: (routes, _, host) => adapt(routes, host),
};

/** Akkoma 3.16: Pleroma's sister, who has another version of nearly everything. */
export const akkoma316: Flavour = { api, server: akkomaServer };

function isUnwantedDirect(
  recipient: Account,
  { from, status }: { readonly from: Account; readonly status?: Status },
): boolean {
  if (status?.visibility !== "direct") return false;
  const choice = stateOf(recipient).settings.get(directSetting);
  return choice === "nobody" || (choice === "people_i_follow" && !recipient.following.has(from));
}

function adapt(routes: readonly ApiRoute[], host: Host): readonly ApiRoute[] {
  const metadata = metadataOf(features, [...pleromaFormats, "text/x.misskeymarkdown"]);
  const own = withoutRoutes(familyRoutes(routes, host), "/api/v2/instance");
  return wrapRoutes(own, {
    "GET /api/v1/instance": async (request, base) => {
      const answer = await base(request);
      const kept = without(
        objectIn(answer.body),
        ...["configuration", "invites_enabled", "short_description", "contact_account", "rules"],
      );
      const pleroma = { metadata, stats: { mau: host.users.size }, vapid_public_key: "" };
      const body = { ...kept, uri: host.baseUrl, max_toot_chars: maxCharactersOf(host), pleroma };
      return { ...answer, body };
    },
    "GET /nodeinfo/2.0": async (request, base) => {
      const answer = await base(request);
      const software = { name: "akkoma", version: "3.16.0" };
      return { ...answer, body: { ...objectIn(answer.body), software, metadata } };
    },
    "GET /api/v1/notifications": (request, base) =>
      base({ ...request, query: askingForTypes(request, ["include_types"], standardTypes) }),
    "PATCH /api/v1/accounts/update_credentials": async (request, base) => {
      const wanted = textOf(request.body, directSetting);
      if (wanted !== undefined && directChoices.includes(wanted)) {
        stateOfViewer(host, request)?.settings.set(directSetting, wanted);
      }
      return await base(request);
    },
  });
}
