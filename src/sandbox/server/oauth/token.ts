import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiAnswer } from "../../seam.js";
import type { Access, App, Grant, Token } from "../access.js";
import type { OAuthRules } from "../behaviour.js";
import { splitScopes } from "../scopes.js";
import { isRegistered } from "./apps.js";

interface Fields extends Readonly<Record<string, unknown>> {
  readonly client_id?: unknown;
  readonly client_secret?: unknown;
}

interface Office {
  readonly access: Access;
  readonly oauth: OAuthRules;
}

/** `POST /oauth/token` */
export function giveToken(office: Office, fields: Fields, authorization?: string): ApiAnswer {
  const { access, oauth } = office;
  const { grant_type: grantType } = fields;
  if (grantType === undefined) return refusal(400, "invalid_request", "grant_type is missing.");
  const kinds: Readonly<Record<string, (app: App) => ApiAnswer>> = {
    authorization_code: (app) => exchange(office, app, fields),
    client_credentials: (app) => giveAppToken(office, app, fields),
    ...(oauth.hasRefreshTokens ? { refresh_token: (app) => refresh(office, app, fields) } : {}),
  };
  const give = typeof grantType === "string" ? kinds[grantType] : undefined;
  if (give === undefined) {
    return refusal(400, "unsupported_grant_type", "This server does not give tokens that way.");
  }
  const app = findClient(access, fields, authorization);
  return app === undefined ? wrongClient : give(app);
}

/** `POST /oauth/revoke`: unknown tokens are as good as revoked. */
export function revokeToken(
  { access, oauth }: Office,
  fields: Fields,
  authorization?: string,
): ApiAnswer {
  const app = findClient(access, fields, authorization);
  const { token: value } = fields;
  const token = typeof value === "string" ? access.findToken(value) : undefined;
  if (oauth.revokesBlindly) {
    if (token !== undefined) access.revoke(token);
    return { status: 200, body: {} };
  }
  if (app === undefined || (token !== undefined && token.app !== app)) {
    return refusal(403, "unauthorized_client", "The client may not revoke this token.");
  }
  if (token !== undefined) access.revoke(token);
  return { status: 200, body: {} };
}

function exchange({ access, oauth }: Office, app: App, fields: Fields): ApiAnswer {
  const { code, redirect_uri: redirectUri, code_verifier: verifier } = fields;
  if (typeof code !== "string") return refusal(400, "invalid_request", "code is missing.");
  const grant = access.findGrant(code);
  const isGood = grant?.app === app && grant.redirectUri === redirectUri;
  if (grant === undefined || !isGood || (oauth.checksPkce && !isProven(grant, verifier))) {
    return refusal(400, "invalid_grant", "The code is wrong, used or too old, or not for this.");
  }
  access.spend(code);
  return toAnswer(access.issue({ user: grant.user, app, scopes: grant.scopes }), oauth);
}

/** Another token in place of one, which stops working. */
function refresh({ access, oauth }: Office, app: App, fields: Fields): ApiAnswer {
  const { refresh_token: value } = fields;
  const old = typeof value === "string" ? access.findByRefreshValue(value) : undefined;
  if (old === undefined || old.app !== app || old.user === undefined || old.isRevoked) {
    return refusal(400, "invalid_grant", "The refresh token is wrong, used, or not for this.");
  }
  access.revoke(old);
  return toAnswer(access.issue({ user: old.user, app, scopes: old.scopes }), oauth);
}

function giveAppToken({ access, oauth }: Office, app: App, fields: Fields): ApiAnswer {
  const { scope } = fields;
  const scopes = splitScopes(typeof scope === "string" ? scope : "read");
  if (!isRegistered(app, scopes)) {
    return refusal(400, "invalid_scope", "The application did not register this scope.");
  }
  return toAnswer(access.issue({ app, scopes }), oauth);
}

/** PKCE: whoever exchanges the code must be who asked for it. */
function isProven(grant: Grant, verifier: unknown): boolean {
  if (grant.challenge === undefined) return true;
  if (typeof verifier !== "string") return false;
  return isEqual(createHash("sha256").update(verifier).digest("base64url"), grant.challenge);
}

function findClient(access: Access, fields: Fields, authorization = ""): App | undefined {
  const basic = /^Basic\s+(\S+)$/i.exec(authorization)?.[1];
  const pair = basic === undefined ? [] : Buffer.from(basic, "base64").toString().split(":");
  const [id = fields.client_id, secret = fields.client_secret] = pair;
  if (typeof id !== "string" || typeof secret !== "string") return undefined;
  const app = access.findApp(id);
  return app !== undefined && isEqual(app.clientSecret, secret) ? app : undefined;
}

function isEqual(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function toAnswer(token: Token, oauth: OAuthRules): ApiAnswer {
  const { createdAtMs, expiresAtMs, refreshValue } = token;
  const body = {
    access_token: token.value,
    token_type: "Bearer",
    scope: token.scopes.join(" "),
    created_at: Math.floor(createdAtMs / 1_000),
    ...(expiresAtMs === undefined
      ? {}
      : { expires_in: Math.floor((expiresAtMs - createdAtMs) / 1_000) }),
    ...(refreshValue === undefined ? {} : { refresh_token: refreshValue }),
  };
  return { status: 200, body: oauth.presentToken(body), headers: { "Cache-Control": "no-store" } };
}

function refusal(status: number, error: string, description: string): ApiAnswer {
  return { status, body: { error, error_description: description } };
}

const wrongClient = refusal(401, "invalid_client", "The client is unknown or its secret is wrong.");

/** `GET /oauth/token/info`: a token tells of itself. */
export function tellToken(access: Access, token: Token | undefined): ApiAnswer {
  if (token === undefined || access.stateOf(token) !== "good") {
    return { status: 401, body: { error: "invalid_token" } };
  }
  const { user, scopes, app, createdAtMs, expiresAtMs } = token;
  const body = {
    resource_owner_id: user?.accountId ?? null,
    scope: scopes,
    expires_in: expiresAtMs === undefined ? null : Math.floor((expiresAtMs - createdAtMs) / 1000),
    application: { uid: app?.clientId ?? null },
    created_at: Math.floor(createdAtMs / 1000),
  };
  return { status: 200, body };
}
