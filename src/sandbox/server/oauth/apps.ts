import type { ApiAnswer } from "../../seam.js";
import type { App, Token } from "../access.js";
import { failure, type HostParts } from "../context.js";
import { areKnownScopes, splitScopes } from "../scopes.js";

/** The redirect address that means: show the code to the person. */
export const outOfBand = "urn:ietf:wg:oauth:2.0:oob";

/** `POST /api/v1/apps` */
export function registerApp(
  { access, behaviour }: HostParts,
  params: Readonly<Record<string, unknown>>,
): ApiAnswer {
  const { client_name, website: given, redirect_uris, scopes: wanted } = params;
  const name = text(client_name);
  const website = text(given);
  const redirectUris = [redirect_uris]
    .flat()
    .flatMap((value) => text(value).split(/\s+/))
    .filter((uri) => uri !== "");
  const scopes = splitScopes(text(wanted) || "read");
  const problem = whyInvalid({ name, redirectUris, scopes });
  if (problem !== undefined) return failure(422, `Validation failed: ${problem}`);
  const app = access.registerApp({ name, website: website || null, redirectUris, scopes });
  const { clientId: client_id, clientSecret: client_secret } = app;
  const body = { ...toEntity(app), client_id, client_secret, client_secret_expires_at: 0 };
  return { status: 200, body: behaviour.oauth.presentApp(body) };
}

/** `GET /api/v1/apps/verify_credentials`; an application's own token will do. */
export function verifyApp(parts: HostParts, token: Token | undefined): ApiAnswer {
  const state = token === undefined ? "unknown" : parts.access.stateOf(token);
  const place = { method: "GET", path: "/api/v1/apps/verify_credentials", scope: "read" } as const;
  if (token === undefined || state !== "good") {
    const problem = state === "good" ? "unknown" : state;
    return parts.behaviour.auth.refuse(problem, place) ?? failure(401, "Unauthorized");
  }
  const body = token.app === undefined ? testersApp : toEntity(token.app);
  return { status: 200, body: parts.behaviour.oauth.presentApp(body) };
}

/** Tells whether every scope asked for was registered. */
export function isRegistered(app: App, scopes: readonly string[]): boolean {
  return scopes.length > 0 && scopes.every((scope) => app.scopes.includes(scope));
}

function whyInvalid(app: Pick<App, "name" | "redirectUris" | "scopes">): string | undefined {
  if (app.name.trim() === "") return "Application name can't be blank";
  if (app.redirectUris.length === 0) return "Redirect URI can't be blank";
  if (!app.redirectUris.every(isSafeRedirect)) return "Redirect URI must be an absolute URI.";
  if (!areKnownScopes(app.scopes)) return "Scopes doesn't match configured on the server.";
  return undefined;
}

function isSafeRedirect(uri: string): boolean {
  if (uri === outOfBand) return true;
  return URL.canParse(uri) && !/^(javascript|data|vbscript):/i.test(uri) && !uri.includes("#");
}

function toEntity(app: App) {
  return {
    id: app.id,
    name: app.name,
    website: app.website,
    scopes: app.scopes,
    redirect_uris: app.redirectUris,
    redirect_uri: app.redirectUris.join("\n"),
    vapid_key: "",
  };
}

const testersApp = {
  ...{ id: "0", name: "Sandbox", website: null, scopes: ["read", "write", "follow", "push"] },
  ...{ redirect_uris: [outOfBand], redirect_uri: outOfBand, vapid_key: "" },
};

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
