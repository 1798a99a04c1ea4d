/** So many requests of a kind within so long a time. */
export interface RateLimit {
  /**
   * `paging`: those that carry a cursor. `deletes`: also taking back a boost. `relations`: following
   * and unfollowing. `…-of-one`: those that concern one status or one account; each of them has a
   * count of its own, and so has each of the `timelines`.
   */
  readonly kind:
    | "any"
    | "paging"
    | "timelines"
    | "searches"
    | "writes"
    | "posts"
    | "media"
    | "deletes"
    | "follows"
    | "relations"
    | "relations-of-one"
    | "boosts-of-one";
  readonly count: number;
  readonly windowMs: number;
  /** `host`: of all groups of this program on one server together, as they share its address. */
  readonly per: "account" | "host";
}

/**
 * What the group's server can do, learnt at start. The rest of the program asks these values and
 * never the name of a server.
 */
export interface Traits {
  /** For the log and for people: `Mastodon 4.6.5`. */
  readonly software: string;
  /** True when the server could not tell just now what software it is, so that it is asked again. */
  readonly isGuess: boolean;
  /** The most that one post may hold, counted as `counting` says. */
  readonly maxCharacters: number;
  /** False when the server did not tell, and 500 is a careful guess. */
  readonly tellsMaxCharacters: boolean;
  /**
   * `mastodon`: graphemes, a link counts 23, `@user@host` counts as `@user` (Mastodon's `status_length_validator.rb`).
   * `code-points`: every code point counts.
   */
  readonly counting: "mastodon" | "code-points";
  /**
   * `plain`: text is taken as it is. `markdown-on-request`: a `content_type` asks for markdown.
   * `markdown-always`: everything is read as markdown, so names need escaping. `light-markup`: as
   * something like markdown, with entities and without backslashes.
   */
  readonly format: "plain" | "markdown-on-request" | "markdown-always" | "light-markup";
  /** False where readers of a post see nothing of its content warning, or not as a warning. */
  readonly hasContentWarnings: boolean;
  /** Where the stream is, `ws://` or `wss://`; `undefined` when the server has none. */
  readonly streamingUrl: string | undefined;
  /**
   * True where the stream takes the token in a header, so that it need not stand in the address, which
   * servers and proxies write into their logs.
   */
  readonly takesStreamHeader: boolean;
  /** True where a repeated post with the same Idempotency-Key is answered with the first one. */
  readonly hasIdempotencyKey: boolean;
  /** True where the server may hold notifications back, and lets the group change that. */
  readonly hasNotificationFilter: boolean;
  /** How many entries of a list it gives at once. */
  readonly pageSize: number;
  /** True where a status tells whether we have boosted it. */
  readonly tellsOwnBoosts: boolean;
  /** True where the server itself boosts whatever is addressed to this account, whoever wrote it. */
  readonly boostsByItself: boolean;
  /**
   * How many accounts one may follow: `count`, or `perFollower` times its followers if that is more.
   * `undefined`: no limit is known.
   */
  readonly following: { readonly count: number; readonly perFollower: number } | undefined;
  /** How often it may be asked; the gateway keeps to it. */
  readonly limits: readonly RateLimit[];
}

/** Assumed until the server has told otherwise. */
export const cautiousTraits: Traits = {
  software: "unknown",
  isGuess: true,
  maxCharacters: 500,
  tellsMaxCharacters: false,
  counting: "code-points",
  format: "plain",
  hasContentWarnings: true,
  streamingUrl: undefined,
  takesStreamHeader: false,
  hasIdempotencyKey: false,
  hasNotificationFilter: false,
  pageSize: 40,
  tellsOwnBoosts: true,
  boostsByItself: false,
  following: undefined,
  limits: [{ kind: "any", count: 300, windowMs: 5 * 60_000, per: "account" }],
};
