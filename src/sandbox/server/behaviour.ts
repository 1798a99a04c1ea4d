import type { ApiAnswer, ApiRoute, StreamEvent } from "../seam.js";

/**
 * How a server behaves on the wire, whatever its API does. A flavour is this object with other
 * members: `{ ...mastodonServer, idempotency: undefined }`.
 */
export interface ServerBehaviour {
  /** What those hear who send no User-Agent; `undefined`: nobody minds. */
  readonly withoutUserAgent: ApiAnswer | undefined;
  readonly auth: AuthRules;
  readonly oauth: OAuthRules;
  /** What is wrong with how a body came, before anybody looks into it. */
  readonly checkBody: (body: BodyFacts) => ApiAnswer | undefined;
  /** For a body that cannot be read; `undefined`: it counts as empty. */
  readonly brokenBody: ApiAnswer | undefined;
  /** For paths where there is nothing. */
  readonly unknownRoute: (request: RequestPlace) => ApiAnswer;
  /** `undefined`: the Idempotency-Key is not looked at. */
  readonly idempotency: IdempotencyRules | undefined;
  /** `undefined`: as often as one likes. */
  readonly rateLimits: RateLimitRules | undefined;
  /** `undefined`: upgrades are answered as any other request for nothing. */
  readonly streaming: StreamBehaviour | undefined;
}

/** Where a request goes. */
export interface RequestPlace {
  readonly method: string;
  readonly path: string;
}

/** A body as it came. */
export interface BodyFacts extends RequestPlace {
  /** Its media type without parameters, in lower case; empty when none was sent. */
  readonly type: string;
  /** The whole Content-Type header. */
  readonly fullType: string;
  readonly isEmpty: boolean;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Why a token does not open a route. */
export type TokenProblem =
  | "missing"
  | "unknown"
  | "revoked"
  | "expired"
  | "scope"
  | "no-user"
  | "disabled";

/** How tokens are looked at. */
export interface AuthRules {
  /** Does `?access_token=` count besides the Authorization header? */
  readonly takesQuery: boolean;
  /** Do routes check what a token was issued for? */
  readonly checksScopes: boolean;
  /** What is answered; `undefined` lets the request go on as nobody's where the route is open. */
  readonly refuse: (
    problem: TokenProblem,
    route: Pick<ApiRoute, "method" | "path" | "scope">,
  ) => ApiAnswer | undefined;
}

/** How programs get their tokens. */
export interface OAuthRules {
  /** `/.well-known/oauth-authorization-server` */
  readonly hasMetadata: boolean;
  /** `GET /oauth/token/info`, which tells what a token may do. */
  readonly hasTokenInfo: boolean;
  /** False: code_challenge and code_verifier are passed over. */
  readonly checksPkce: boolean;
  /** How long a token lives; `undefined`: for ever. `HostOptions.tokenLifetimeMs` goes before. */
  readonly lifetimeMs: number | undefined;
  readonly hasRefreshTokens: boolean;
  /** Anybody may revoke, and is told it worked. */
  readonly revokesBlindly: boolean;
  /** The last word on what is told of an application. */
  readonly presentApp: (body: Readonly<Record<string, unknown>>) => unknown;
  /** The last word on what a new token's holder is told. */
  readonly presentToken: (body: Readonly<Record<string, unknown>>) => unknown;
  /** What a person sees after an out-of-band sign-in; `undefined`: a page. */
  readonly showCode: ((code: string) => ApiAnswer) | undefined;
}

/** How an Idempotency-Key is heeded. */
export interface IdempotencyRules {
  readonly memoryMs: number;
  readonly covers: (route: ApiRoute) => boolean;
  /** Keys that come out the same are the same; `undefined`: not heeded. */
  readonly keyOf: (key: string, accountId: string | undefined) => string | undefined;
  readonly remembers: (answer: ApiAnswer) => boolean;
  /** What the second one gets. */
  readonly replay: (answer: ApiAnswer) => ApiAnswer;
  /** True: refusals and limits come after it, so they are remembered, too, and a replay is free. */
  readonly comesFirst: boolean;
}

/** What Mastodon counts apart from everything else. */
export type Family = NonNullable<ApiRoute["family"]>;

/** One count: at most `limit` in each window of `periodMs`. */
export interface Bucket {
  /** Unique for what is limited and whom. */
  readonly key: string;
  readonly limit: number;
  readonly periodMs: number;
}

/** Who asks for what, as far as limits care. */
export interface RateSubject extends RequestPlace {
  readonly tokenId: string | undefined;
  readonly accountId: string | undefined;
  readonly ip: string;
  readonly isPaging: boolean;
}

/** How often who may ask. */
export interface RateLimitRules {
  /** The buckets that any request to `/api/…` fills when it arrives. */
  readonly onArrival: (subject: RateSubject) => readonly Bucket[];
  /** The buckets that a request fills when it is let through to its route, if any. */
  readonly onRoute?: (subject: RateSubject) => readonly Bucket[];
  /** The bucket of a family of routes; `who` is an account's id or an address. */
  readonly ofFamily: (family: Family, who: string) => Bucket | undefined;
  readonly refusal: ApiAnswer;
  /** Are X-RateLimit-* sent? */
  readonly hasHeaders: boolean;
  /** Do upgrades count and suffer, too? */
  readonly coversUpgrades: boolean;
}

/** Where a socket may bring its token. */
export type TokenPlace = "header" | "query" | "protocol";

/** Why no socket is opened. */
export type UpgradeProblem =
  | "missing"
  | "unknown"
  | "user-agent"
  | "limit"
  | "stream"
  | "no-stream";

/** How a message about subscriptions went. */
export type SubscribeOutcome = "done" | "again" | "unknown" | "forbidden";

/** A client's message about its subscriptions. */
export interface StreamMessage {
  readonly type: "subscribe" | "unsubscribe" | "pleroma:authenticate";
  readonly stream: string;
}

/** How sockets behave. */
export interface StreamBehaviour {
  /** Does `/api/v1/streaming/health` say that all is well? */
  readonly hasHealth: boolean;
  /** Where upgrades are accepted. */
  readonly path: RegExp;
  readonly tokenFrom: readonly TokenPlace[];
  /** Without any token a socket opens all the same, unless it names a stream of a user's. */
  readonly allowsAnonymous: boolean;
  readonly echoesProtocol: boolean;
  /** `?stream=` must name a stream there is; elsewhere `reply` tells, or nobody. */
  readonly refusesUnknownStreams: boolean;
  readonly refuse: (
    problem: Exclude<UpgradeProblem, "limit">,
    arrival: { readonly from: TokenPlace | undefined; readonly url: URL },
  ) => ApiAnswer;
  /** The scope a token needs for a fed stream. */
  readonly scopeOf: (stream: string) => string;
  /** The scope a token needs to be told notifications by the stream `user`. */
  readonly noticeScope: string;
  readonly isKnown: (stream: string) => boolean;
  /** Which streams can be subscribed to by message; others are passed over in silence. */
  readonly takesByMessage: (stream: string) => boolean;
  readonly canUnsubscribe: boolean;
  /** Does `{"type":"pleroma:authenticate","token":…}` sign a socket in? */
  readonly canAuthenticate: boolean;
  /** What is said to a message, if anything. Also after `?stream=`, unless that went well. */
  readonly reply: (message: StreamMessage, outcome: SubscribeOutcome) => string | undefined;
  /** Pongs to these text frames, and closes or not for what is no JSON. */
  readonly onText: (text: string) => { readonly say?: string; readonly drops?: boolean };
  /** One frame. `accountId` is the reader's. */
  readonly frame: (event: StreamEvent, stream: string, accountId: string) => string;
  /** Several subscriptions that carry an event: one frame each, or the first one's only. */
  readonly sendsPerSubscription: boolean;
  readonly ping: {
    /** `idle`: only after an interval in which nothing was sent. */
    readonly when: "always" | "idle";
    readonly payload: string;
    /** Cut off who has not answered the last ping. */
    readonly cutsMute: boolean;
  };
  /** Do open sockets end with their token? */
  readonly closesOnRevoke: boolean;
}
