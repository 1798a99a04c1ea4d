import type { ApiAnswer, ApiRoute } from "../../seam.js";
import { findAccountByAddress } from "../actions/federation.js";
import type { Account, Host } from "../model/model.js";
import { findAccount, findHost } from "../model/world.js";
import { notFound } from "../wire/api-error.js";
import { textOf } from "../wire/input.js";
import { countLocalStatuses, instanceV1, instanceV2 } from "../wire/instance.js";
import { escapeHtml } from "../wire/render.js";
import { type Call, type Declare, ok } from "./kit.js";

/** What a host tells about itself, and the documents other software looks for. */
export function instanceRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("GET", "/api/v1/instance", undefined, ({ host }) => ok(instanceV1(host))),
    declare("GET", "/api/v2/instance", undefined, ({ host }) => ok(instanceV2(host))),
    declare("GET", "/api/v1/instance/peers", undefined, ({ host }) =>
      ok([...host.world.hosts.keys()].filter((domain) => domain !== host.domain)),
    ),
    declare("GET", "/api/v1/instance/rules", undefined, () => ok([])),
    declare("GET", "/.well-known/nodeinfo", undefined, ({ host }) =>
      ok({
        links: [
          {
            rel: "http://nodeinfo.diaspora.software/ns/schema/2.0",
            href: `${host.baseUrl}/nodeinfo/2.0`,
          },
        ],
      }),
    ),
    declare("GET", "/nodeinfo/2.0", undefined, ({ host }) => ok(nodeinfo(host))),
    declare("GET", "/.well-known/webfinger", undefined, webfinger),
    declare("GET", "/.well-known/host-meta", undefined, ({ host }) => hostMeta(host)),
  ];
}

function nodeinfo(host: Host) {
  const { name, version } = host.behaviour.software;
  return {
    version: "2.0",
    software: { name, version },
    protocols: ["activitypub"],
    services: { outbound: [], inbound: [] },
    usage: {
      users: {
        total: host.users.size,
        activeMonth: host.users.size,
        activeHalfyear: host.users.size,
      },
      localPosts: countLocalStatuses(host),
    },
    openRegistrations: false,
    metadata: { nodeName: host.domain, nodeDescription: "" },
  };
}

function webfinger(call: Call): ApiAnswer {
  const account = findResource(call.host, textOf(call.query, "resource") ?? "");
  if (account === undefined || account.host !== call.host) throw notFound();
  return {
    status: 200,
    headers: { "content-type": "application/jrd+json; charset=utf-8" },
    body: {
      subject: `acct:${account.username}@${account.host.domain}`,
      aliases: [account.url, account.uri],
      links: [
        { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: account.url },
        { rel: "self", type: "application/activity+json", href: account.uri },
      ],
    },
  };
}

function findResource(host: Host, resource: string): Account | undefined {
  const [username = "", domain = ""] = resource.replace(/^acct:@?/, "").split("@");
  const home = findHost(host.world, domain);
  return (home && findAccount(home, username, undefined)) ?? findAccountByAddress(host, resource);
}

function hostMeta(host: Host): ApiAnswer {
  const template = escapeHtml(`${host.baseUrl}/.well-known/webfinger?resource={uri}`);
  return {
    status: 200,
    headers: { "content-type": "application/xrd+xml; charset=utf-8" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n  <Link rel="lrdd" template="${template}"/>\n</XRD>\n`,
  };
}
