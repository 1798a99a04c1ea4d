import { randomBytes } from "node:crypto";
import type { LocalUser } from "../seam.js";
import { splitScopes } from "./scopes.js";

/** A program that asks for access. */
export interface App {
  readonly id: string;
  readonly name: string;
  readonly website: string | null;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An access token. Without a user it is an application's own. */
export interface Token {
  readonly id: string;
  readonly value: string;
  readonly user: LocalUser | undefined;
  /** `undefined` for tokens that a test issued. */
  readonly app: App | undefined;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  /** `undefined`: never. */
  readonly expiresAtMs: number | undefined;
  /** Gets another token in its place, where the server has such. */
  readonly refreshValue: string | undefined;
  isRevoked: boolean;
}

/** Whether a token opens anything. */
export type TokenState = "good" | "revoked" | "expired";

/** An authorisation code, not yet exchanged. */
export interface Grant {
  readonly user: LocalUser;
  readonly app: App;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** Of PKCE, method S256. */
  readonly challenge: string | undefined;
}

/** How long tokens live. */
export interface TokenRules {
  readonly lifetimeMs?: number | undefined;
  readonly hasRefreshTokens?: boolean;
}

const codeLifeMs = 10 * 60_000;

/** The applications, codes and tokens of one host. */
export class Access {
  readonly #apps = new Map<string, App>();
  readonly #tokens = new Map<string, Token>();
  readonly #grants = new Map<string, Grant & { readonly expiresAtMs: number }>();
  readonly #now: () => number;
  readonly #onRevoke: (token: Token) => void;
  readonly #rules: TokenRules;

  constructor(now: () => number, onRevoke: (token: Token) => void, rules: TokenRules = {}) {
    this.#now = now;
    this.#onRevoke = onRevoke;
    this.#rules = rules;
  }

  registerApp(options: Omit<App, "id" | "clientId" | "clientSecret">): App {
    const id = String(this.#apps.size + 1);
    const app = { ...options, id, clientId: secret(), clientSecret: secret() };
    this.#apps.set(app.clientId, app);
    return app;
  }

  findApp(clientId: string): App | undefined {
    return this.#apps.get(clientId);
  }

  grant(grant: Grant): string {
    const code = secret();
    this.#grants.set(code, { ...grant, expiresAtMs: this.#now() + codeLifeMs });
    return code;
  }

  /** The code's grant while it is good; it stays so until `spend`. */
  findGrant(code: string): Grant | undefined {
    const grant = this.#grants.get(code);
    return grant !== undefined && grant.expiresAtMs > this.#now() ? grant : undefined;
  }

  /** A code works once. */
  spend(code: string): void {
    this.#grants.delete(code);
  }

  issue(options: { user?: LocalUser; app?: App; scopes: string | readonly string[] }): Token {
    const { lifetimeMs, hasRefreshTokens } = this.#rules;
    const createdAtMs = this.#now();
    const token: Token = {
      id: String(this.#tokens.size + 1),
      value: secret(),
      user: options.user,
      app: options.app,
      scopes: typeof options.scopes === "string" ? splitScopes(options.scopes) : options.scopes,
      createdAtMs,
      expiresAtMs: lifetimeMs === undefined ? undefined : createdAtMs + lifetimeMs,
      refreshValue: hasRefreshTokens === true ? secret() : undefined,
      isRevoked: false,
    };
    this.#tokens.set(token.value, token);
    return token;
  }

  /** Also those that no longer work. */
  findToken(value: string): Token | undefined {
    return this.#tokens.get(value);
  }

  findByRefreshValue(value: string): Token | undefined {
    return [...this.#tokens.values()].find((token) => token.refreshValue === value);
  }

  stateOf(token: Token): TokenState {
    if (token.isRevoked) return "revoked";
    const { expiresAtMs } = token;
    return expiresAtMs !== undefined && expiresAtMs <= this.#now() ? "expired" : "good";
  }

  /** The token stops working and its streams are closed. */
  revoke(token: Token): void {
    if (token.isRevoked) return;
    token.isRevoked = true;
    this.#onRevoke(token);
  }

  revokeAllOf(user: LocalUser): void {
    for (const token of this.#tokens.values()) {
      if (token.user?.accountId === user.accountId) this.revoke(token);
    }
  }
}

function secret(): string {
  return randomBytes(32).toString("base64url");
}
