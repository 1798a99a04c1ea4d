/**
 * The sandbox as its users see it: tests, the demo, the `sandbox` command. Several hosts in one
 * process federate with each other; each is a real HTTP and WebSocket server on loopback.
 */

export interface SandboxOptions {
  /** Default: one host, `sandbox.test`. */
  readonly hosts?: readonly HostOptions[];
  /** The clock that limits and tokens go by, in ms since 1970. Default: the machine's. */
  readonly now?: () => number;
  /**
   * How many statuses there may be in all, and how many requests each host records, before the
   * oldest are forgotten: in silence, a tenth at a time. Default: nothing is forgotten.
   */
  readonly keeps?: number;
  /** Is told of every status and boost, whoever made it, before anybody else hears of it. */
  readonly onStatus?: (change: StatusChange) => void;
  /** Is told of what passes on the wire the moment it does, before anything else is done about it. */
  readonly onWire?: (mark: WireMark) => void;
}

/**
 * One moment of the wire. Times are of the process's monotonic clock (`performance.now()`), in ms:
 * whoever measures delays must not measure the sandbox's own work with them.
 */
export type WireMark = { readonly domain: string; readonly atMs: number } & (
  | { readonly kind: "request"; readonly method: string; readonly path: string }
  /** The user's socket is open / a frame was handed to it. */
  | { readonly kind: "socket" | "frame"; readonly username: string }
);

/** A status or boost was made, or was taken back. */
export interface StatusChange {
  readonly kind: "made" | "gone";
  readonly uri: string;
  /** `user@domain`, as all addresses here. */
  readonly author: string;
  /** The uri of what it boosts. */
  readonly reblogOf: string | undefined;
  /** The uri of what it replies to. */
  readonly inReplyTo: string | undefined;
  readonly mentions: readonly string[];
  readonly atMs: number;
}

export interface HostOptions {
  /** What stands after the @ of its users, such as `sandbox.test`. Need not resolve. */
  readonly domain: string;
  /** Default 0: any free port of 127.0.0.1. */
  readonly port?: number;
  /** Where it says that it is, for whoever puts a proxy in front of it. Default: its `baseUrl`. */
  readonly publicUrl?: string;
  /** Its clock, which may go wrong: ids, dates, the Date header. Default: the system's. */
  readonly now?: () => number;
  /** Default 500. */
  readonly maxCharacters?: number;
  /** Default true. False: no streaming URL is told, upgrades are answered 404. */
  readonly hasStreaming?: boolean;
  /** Default 30,000, as Mastodon. */
  readonly pingIntervalMs?: number;
  /** Enforce the server's rate limits. Default true. Else its headers say that there is room. */
  readonly hasRateLimits?: boolean;
  /** False: nothing is said of limits, and none is enforced. Default true. */
  readonly tellsRateLimits?: boolean;
  /** What kind of server it plays. Default: `mastodon-4.6`. */
  readonly flavour?: FlavourName;
  /** How long tokens live. Default: as long as on that kind of server. */
  readonly tokenLifetimeMs?: number;
  /** Fill private mentions of strangers into notification requests, as Mastodon ≥ 4.3. Default true. */
  readonly hasNotificationPolicy?: boolean;
}

/** The kinds of server there are. */
export type FlavourName =
  | "mastodon-4.6"
  | "mastodon-4.2"
  | "glitch"
  | "pleroma-2.7"
  | "akkoma-3.16"
  | "gotosocial-0.20"
  | "hollo"
  | "snac"
  | "mitra"
  | "friendica";

export interface Sandbox extends AsyncDisposable {
  readonly hosts: readonly SandboxHost[];
  /** @throws Error when there is no such host. */
  host(domain: string): SandboxHost;
  close(): Promise<void>;
}

export interface UserOptions {
  readonly username: string;
  readonly displayName?: string;
  readonly note?: string;
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
  readonly isLocked?: boolean;
  readonly isBot?: boolean;
  /** What moderators did to the account. A suspended one can do nothing by the API. */
  readonly moderation?: "limited" | "suspended";
  /** `user@domain` of another host or this one. An account that has moved can do nothing by the API. */
  readonly movedTo?: string;
}

export interface SandboxHost {
  readonly domain: string;
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string;
  addUser(options: UserOptions): SandboxUser;
  /** @throws Error when there is no such user. */
  user(username: string): SandboxUser;
  /** Every request received, oldest first, bodies parsed. */
  readonly requests: readonly RecordedRequest[];
  readonly faults: Faults;
  /** Stops listening and drops every connection; the data stays. */
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

export interface RecordedRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The signed-in user, if any. */
  readonly username: string | undefined;
  readonly atMs: number;
  /** Of the answer; `undefined` while it is under way or when the connection was dropped. */
  readonly status: number | undefined;
}

/** A member as a test drives them: each call goes through the real HTTP API with their own token. */
export interface SandboxUser {
  readonly username: string;
  /** `user@domain` */
  readonly acct: string;
  /** A token with every scope. */
  readonly token: string;
  /** Issues another token. */
  issueToken(scopes: string): string;
  /** All tokens stop working and the user's streams are closed, as on Mastodon. */
  revokeTokens(): void;
  /** What a person does in the browser with an authorise URL: approves, and gets the code. */
  approve(authorizeUrl: string): Promise<string>;
  /** Calls the API; rejects with the status and body in the message when it is not 2xx. */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Posts; default visibility public. */
  post(text: string, options?: PostOptions): Promise<ApiStatus>;
  /** Finds `acct` (also on other hosts) and follows; resolves when the follow is established or requested. */
  follow(acct: string): Promise<void>;
  unfollow(acct: string): Promise<void>;
  /** The id that this user's own host has for a status, by uri; federates it in when unknown. */
  localStatus(uri: string): Promise<ApiStatus>;
  /** Newest first. */
  notifications(): Promise<readonly ApiNotification[]>;
  home(): Promise<readonly ApiStatus[]>;
  /** What `acct` has posted and boosted, as this user sees it, newest first. */
  statusesOf(acct: string): Promise<readonly ApiStatus[]>;
}

export interface PostOptions {
  readonly visibility?: "public" | "unlisted" | "private" | "direct";
  /** An id on the poster's own host. */
  readonly inReplyTo?: string;
  readonly spoilerText?: string;
  readonly sensitive?: boolean;
  readonly language?: string;
  readonly media?: readonly {
    readonly description: string;
    readonly bytes: Uint8Array;
    readonly type: string;
  }[];
}

/** The fields of Mastodon's entities that tests read; the wire has all the others, too. */
export interface ApiAccount {
  readonly id: string;
  readonly username: string;
  readonly acct: string;
  readonly url: string;
}
export interface ApiStatus {
  readonly id: string;
  readonly uri: string;
  readonly url: string;
  readonly created_at: string;
  readonly content: string;
  readonly spoiler_text: string;
  readonly visibility: string;
  readonly in_reply_to_id: string | null;
  readonly account: ApiAccount;
  readonly reblog: ApiStatus | null;
  /** By whoever asks; servers leave it out where nobody is signed in. */
  readonly reblogged?: boolean;
  readonly mentions: readonly ApiAccount[];
  readonly media_attachments: readonly {
    readonly id: string;
    readonly url: string;
    readonly description: string | null;
  }[];
}
export interface ApiNotification {
  readonly id: string;
  readonly type: string;
  readonly account: ApiAccount;
  readonly status?: ApiStatus;
}

/** What goes wrong, on demand. Every knob acts on this host only. */
export interface Faults {
  /** The next `count` (default 1) requests that match suffer the fault. */
  failNext(match: RequestMatch, fault: Fault, count?: number): void;
  /** Every matching request suffers the fault until the returned function is called. */
  failAlways(match: RequestMatch, fault: Fault): () => void;
  clear(): void;
  readonly streams: StreamFaults;
}

export interface RequestMatch {
  readonly method?: string;
  /** Against the path without query. */
  readonly path?: RegExp;
  readonly username?: string;
}

export type Fault =
  | { readonly kind: "delay"; readonly delayMs: number }
  | {
      readonly kind: "respond";
      readonly status: number;
      readonly body?: string;
      readonly type?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** True: the request takes effect first, then this answer is given. */
      readonly afterEffect?: boolean;
    }
  /** The connection breaks before the request takes effect, or after. */
  | { readonly kind: "drop"; readonly when: "before-effect" | "after-effect" }
  /** No answer, ever; the connection stays open. */
  | { readonly kind: "hang"; readonly when: "before-effect" | "after-effect" };

export interface StreamFaults {
  /** How many sockets are open, of one user or of all. */
  count(username?: string): number;
  /** Closes sockets without warning (1006), or with a close code. */
  drop(username?: string, code?: number): void;
  /** Sockets stay open and ping, but no event goes out, until called with false. */
  silence(isSilent: boolean): void;
  /** Sockets stay open and nothing at all goes out, not even pings; what comes in is ignored. */
  freeze(isFrozen: boolean): void;
  /** Each event is sent this many times. Default 1. */
  repeat(times: number): void;
  /** Holds events back and sends them in reverse order once `count` are held. 0: off. */
  reorder(count: number): void;
  /** Sends this text frame as it is to the user's sockets. */
  sendRaw(username: string, frame: string): void;
  /** Upgrades are answered with this HTTP status, until called with undefined. */
  refuse(status: number | undefined): void;
}
