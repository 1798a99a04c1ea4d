import { systemClock } from "../clock.js";
import type { Acct } from "../core/model.js";
import { createGateway, type GatewayOptions } from "../mastodon/gateway.js";
import type { MastodonGateway } from "../ports.js";
import { fixture, type RecordedServer } from "./fixtures.js";
import {
  startTinyServer,
  type TinyAnswer,
  type TinyRequest,
  type TinyServer,
  type TinySockets,
} from "./tiny-server.js";

/** The group's address on every {@link oddServer}. */
export const oddGroup = "grp@odd.test" as Acct;
/** Where a server tells whose token it is. */
export const me = "GET /api/v1/accounts/verify_credentials";

/** `METHOD /path` to what is answered; anything else is 404 as a page. */
export type OddAnswers = Readonly<
  Record<string, TinyAnswer | ((request: TinyRequest, nth: number) => TinyAnswer)>
>;

/** A server and a gateway to it. */
export interface OddServer extends AsyncDisposable {
  readonly tiny: TinyServer;
  readonly gateway: MastodonGateway;
  /** What the gateway warned of. */
  readonly warnings: readonly string[];
  /** `METHOD /path` of every request so far. */
  readonly asked: () => readonly string[];
}

/** A server that answers as the table says. */
export async function oddServer(
  answers: OddAnswers,
  options: Partial<GatewayOptions> = {},
  sockets: TinySockets = {},
): Promise<OddServer> {
  const counts = new Map<string, number>();
  const tiny = await startTinyServer((request) => {
    const key = `${request.method} ${request.path}`;
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    const answer = answers[key];
    if (typeof answer === "function") return answer(request, nth);
    if (answer === undefined && key === me) return { body: rawAccount("grp") };
    return answer ?? { status: 404, type: "text/html", body: "<h1>404" };
  }, sockets);
  const warnings: string[] = [];
  const gateway = createGateway({
    baseUrl: tiny.baseUrl,
    token: "s3cret",
    acct: oddGroup,
    clock: systemClock,
    version: "1.2.3",
    log: { debug: () => {}, warn: (_fields, message) => warnings.push(message) },
    ...options,
  });
  const asked = () => tiny.requests.map(({ method, path }) => `${method} ${path}`);
  return { tiny, gateway, warnings, asked, [Symbol.asyncDispose]: tiny.close };
}

/** What a real server answered. */
export function recorded(server: RecordedServer, name: string): TinyAnswer {
  const { status, body, headers } = fixture(server, name);
  return { status, body, type: headers["content-type"] ?? "" };
}

/** The documents by which a server of this software shows itself. */
export function serverNamed(software: string, instance: object = {}): OddAnswers {
  const rel = "http://nodeinfo.diaspora.software/ns/schema/2.0";
  return {
    "GET /api/v1/instance": { body: { version: "1.0", ...instance } },
    "GET /.well-known/nodeinfo": { body: { links: [{ rel, href: "/nodeinfo/2.0" }] } },
    "GET /nodeinfo/2.0": { body: { software: { name: software, version: "1.0" } } },
  };
}

/** An account as servers write it. */
export function rawAccount(acct: string, more: object = {}) {
  const username = acct.split("@")[0] ?? acct;
  return { id: `id of ${acct}`, username, acct, url: `https://odd.test/@${username}`, ...more };
}

/** A status as servers write it. */
export function rawStatus(id: string, more: object = {}) {
  return {
    id,
    uri: `https://odd.test/statuses/${id}`,
    created_at: new Date().toISOString(),
    account: rawAccount("ann@far.test"),
    content: "<p>Hello</p>",
    visibility: "public",
    mentions: [],
    tags: [],
    ...more,
  };
}

/** A notification as servers write it. */
export function rawNotification(id: string, type: string, more: object = {}) {
  return { id, type, created_at: "2026-11-21T12:00:00.000Z", ...more };
}
