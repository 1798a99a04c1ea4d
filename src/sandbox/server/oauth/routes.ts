import type { Hono } from "hono";
import type { ApiAnswer } from "../../seam.js";
import {
  type HostContext,
  type HostEnv,
  type HostParts,
  isDriven,
  toResponse,
} from "../context.js";
import { knownScopes } from "../scopes.js";
import { registerApp, verifyApp } from "./apps.js";
import { askPerson, takeDecision } from "./authorize.js";
import { giveToken, revokeToken, tellToken } from "./token.js";

/** Adds the registration of applications and everything under `/oauth`. */
export function addOAuthRoutes(app: Hono<HostEnv>, parts: HostParts): void {
  const { access, baseUrl, behaviour } = parts;
  const { rateLimits, oauth } = behaviour;
  const answer = (c: HostContext, what: ApiAnswer) => toResponse(c, parts, what);
  /** A query counts, too, as everywhere in Rails. */
  const fieldsOf = (c: HostContext) => ({ ...c.req.query(), ...c.get("body").params });

  app.post("/api/v1/apps", (c) => {
    const bucket = rateLimits?.ofFamily("apps", c.env.incoming.socket.remoteAddress ?? "");
    if (rateLimits !== undefined && bucket !== undefined && !isDriven(c, parts)) {
      c.get("buckets").push(bucket);
      if (parts.limits.take(bucket)) return answer(c, rateLimits.refusal);
    }
    return answer(c, registerApp(parts, fieldsOf(c)));
  });
  app.get("/api/v1/apps/verify_credentials", (c) => answer(c, verifyApp(parts, c.get("token"))));
  app.get("/oauth/authorize", (c) => askPerson(c, parts));
  app.post("/oauth/authorize", (c) => takeDecision(c, parts));
  app.post("/oauth/token", (c) =>
    answer(c, giveToken({ access, oauth }, fieldsOf(c), c.req.header("authorization"))),
  );
  app.post("/oauth/revoke", (c) =>
    answer(c, revokeToken({ access, oauth }, fieldsOf(c), c.req.header("authorization"))),
  );
  if (oauth.hasTokenInfo) {
    app.get("/oauth/token/info", (c) => answer(c, tellToken(access, c.get("token"))));
  }
  if (!oauth.hasMetadata) return;
  app.get("/.well-known/oauth-authorization-server", (c) =>
    answer(c, { status: 200, body: metadata(baseUrl) }),
  );
}

function metadata(baseUrl: string) {
  return {
    issuer: `${baseUrl}/`,
    service_documentation: "https://docs.joinmastodon.org/",
    authorization_endpoint: `${baseUrl}/oauth/authorize`,
    token_endpoint: `${baseUrl}/oauth/token`,
    revocation_endpoint: `${baseUrl}/oauth/revoke`,
    app_registration_endpoint: `${baseUrl}/api/v1/apps`,
    scopes_supported: knownScopes,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "client_credentials"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    code_challenge_methods_supported: ["S256"],
  };
}
