/**
 * The seam inside the sandbox: `api/` (what Mastodon does: accounts, statuses, timelines,
 * notifications) on one side, `server/` (HTTP, sockets, sign-in, limits, faults) on the other.
 */
import type { HostOptions, UserOptions } from "./surface.js";

/** One local user of a host. Made by `api/`, passed around by `server/`. */
export interface LocalUser {
  /** The account's id on its own host. */
  readonly accountId: string;
  readonly username: string;
}

export interface ApiRequest {
  /** The named parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** `id[]=1&id[]=2` is `{ id: ["1", "2"] }`; the brackets are gone. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** JSON, form and multipart alike; `media_ids[]` is `media_ids: [...]`, `a[b]=1` is `{ a: { b: "1" } }`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Files of a multipart body, by field name. */
  readonly files: Readonly<Record<string, { readonly bytes: Uint8Array; readonly type: string }>>;
  /** The Content-Type of the body, parameters and all; absent where none was sent. */
  readonly bodyType?: string;
  /** Who asks; always present on routes with a scope. */
  readonly viewer: LocalUser | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Paging: `server/` turns these into a Link header that keeps the request's other parameters. */
  readonly links?: {
    readonly maxId?: string | undefined;
    readonly minId?: string | undefined;
    /** Some servers put this into the link to newer things instead of `min_id`. */
    readonly sinceId?: string | undefined;
    /** True: the links forget the request's other parameters. */
    readonly dropsQuery?: boolean;
  };
}

export interface ApiRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/api/v1/statuses/:id/reblog` */
  readonly path: string;
  /** `undefined`: nobody need be signed in. Coarse scopes include fine ones (`read` ⊇ `read:statuses`). */
  readonly scope: string | undefined;
  /** Mastodon's rate-limit families beyond the general one (its `rack_attack.rb` and `rate_limiter.rb`). */
  readonly family?: "statuses" | "deletes" | "follows" | "media" | "apps";
  /** True: the Idempotency-Key header is honoured. */
  readonly isIdempotent?: boolean;
  readonly handle: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;
}

/** What a socket of a user sends; `payload` is what the wire carries as a JSON string. */
export interface StreamEvent {
  readonly event:
    | "update"
    | "notification"
    | "delete"
    | "status.update"
    | "notifications_merged"
    | "filters_changed";
  /** `undefined`: the frame has none. */
  readonly payload: unknown;
}

/** The Mastodon of one host, without the network. */
export interface HostApi {
  readonly routes: readonly ApiRoute[];
  addUser(options: UserOptions): LocalUser;
  findUser(username: string): LocalUser | undefined;
  /** False for who is suspended or has moved away: their tokens open nothing. */
  isFunctional(user: LocalUser): boolean;
  /** Files under `/media/…`. */
  media(path: string): { readonly bytes: Uint8Array; readonly type: string } | undefined;
  /** The id this host gives to the status with that uri, fetching it from the host that has it. */
  localStatusId(uri: string): string | undefined;
}

/** All hosts of a sandbox; they federate at once and in process. */
export interface World {
  addHost(
    options: HostOptions,
    /** Base URL of this host, known once it listens. */
    baseUrl: string,
    publish: (user: LocalUser, event: StreamEvent) => void,
  ): HostApi;
}
