import type { App } from "../access.js";
import { failure, type HostContext, type HostParts, toResponse } from "../context.js";
import { splitScopes } from "../scopes.js";
import { isRegistered, outOfBand } from "./apps.js";
import { codePage, problemPage, questionPage } from "./page.js";

/** A request to sign in that may be put to the person. */
interface Demand {
  readonly app: App;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly challenge: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** `GET /oauth/authorize` */
export function askPerson(c: HostContext, parts: HostParts): Response | Promise<Response> {
  const fields = c.req.query();
  const demand = readDemand(parts, fields);
  if (typeof demand === "string") return refuse(c, parts, demand);
  const asked = ["client_id", "redirect_uri", "response_type", "scope", "state"];
  const hidden = Object.fromEntries(
    [...asked, "code_challenge", "code_challenge_method"]
      .map((name) => [name, fields[name]] as const)
      .filter((pair): pair is readonly [string, string] => pair[1] !== undefined),
  );
  const { name: appName, website } = demand.app;
  const usernames = parts.users().map((user) => user.username);
  const question = { appName, website, scopes: demand.scopes, usernames, hidden };
  return page(c, 200, questionPage(question));
}

/** `POST /oauth/authorize`: the person, or a script that asks for JSON, has decided. */
export function takeDecision(c: HostContext, parts: HostParts): Response | Promise<Response> {
  const fields: Fields = { ...c.req.query(), ...c.get("body").params };
  const demand = readDemand(parts, fields);
  if (typeof demand === "string") return refuse(c, parts, demand);
  const { redirectUri, state } = demand;
  const { deny, username } = fields;
  if (deny !== undefined) {
    if (redirectUri === outOfBand || wantsJson(c))
      return refuse(c, parts, "The request was refused.");
    return redirect(redirectUri, { error: "access_denied", state });
  }
  const user = typeof username === "string" ? parts.api.findUser(username) : undefined;
  if (user === undefined) return refuse(c, parts, "There is no such user on this server.");
  const code = parts.access.grant({ ...demand, user });
  if (wantsJson(c)) return toResponse(c, parts, { status: 200, body: { code } });
  if (redirectUri !== outOfBand) return redirect(redirectUri, { code, state });
  const shown = parts.behaviour.oauth.showCode?.(code);
  return shown === undefined ? page(c, 200, codePage(code)) : toResponse(c, parts, shown);
}

/** The demand, or what is wrong with it. */
function readDemand(parts: HostParts, fields: Fields): Demand | string {
  const field = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const app = parts.access.findApp(field("client_id") ?? "");
  if (app === undefined) return "The application is unknown: wrong client_id.";
  const redirectUri = field("redirect_uri") ?? "";
  if (!app.redirectUris.includes(redirectUri)) {
    return "The redirect_uri is not one that the application registered.";
  }
  if (field("response_type") !== "code") return "The response_type must be code.";
  const scopes = splitScopes(field("scope") ?? "read");
  if (!isRegistered(app, scopes)) return "The scope is not one that the application registered.";
  const challenge = field("code_challenge");
  if (challenge !== undefined && field("code_challenge_method") !== "S256") {
    return "The code_challenge_method must be S256.";
  }
  return { app, redirectUri, scopes, state: field("state"), challenge };
}

function wantsJson(c: HostContext): boolean {
  return /\bapplication\/json\b/.test(c.req.header("accept") ?? "");
}

function refuse(c: HostContext, parts: HostParts, problem: string): Response | Promise<Response> {
  if (wantsJson(c)) return toResponse(c, parts, failure(400, problem));
  return page(c, 400, problemPage(problem));
}

function page(c: HostContext, status: 200 | 400, content: ReturnType<typeof problemPage>) {
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  c.header("X-Frame-Options", "DENY");
  c.header("Referrer-Policy", "no-referrer");
  return c.html(content, status);
}

function redirect(redirectUri: string, query: Readonly<Record<string, string | undefined>>) {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return new Response(null, { status: 302, headers: { location: url.href } });
}
