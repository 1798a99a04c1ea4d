/**
 * What the group's server can do, learnt at start. The rest of the program asks these values and
 * never the name of a server.
 */
export interface Traits {
  /** For the log and for people: `Mastodon 4.6.5`. */
  readonly software: string;
  /** The most that one post may hold, counted as `counting` says. */
  readonly maxCharacters: number;
  /**
   * `mastodon`: graphemes, a link counts 23, `@user@host` counts as `@user` (servers.md §2).
   * `code-points`: every code point counts.
   */
  readonly counting: "mastodon" | "code-points";
  /**
   * `plain`: text is taken as it is. `markdown-on-request`: a `content_type` asks for markdown.
   * `markdown-always`: everything is read as markdown, so names need escaping.
   */
  readonly format: "plain" | "markdown-on-request" | "markdown-always";
  /** Where the stream is, `ws://` or `wss://`; `undefined` when the server has none. */
  readonly streamingUrl: string | undefined;
  /** True where a repeated post with the same Idempotency-Key is answered with the first one. */
  readonly hasIdempotencyKey: boolean;
  /** True where Mastodon's notification policy exists and may hide mentions. */
  readonly hasNotificationPolicy: boolean;
}

/** Assumed until the server has told otherwise. */
export const cautiousTraits: Traits = {
  software: "unknown",
  maxCharacters: 500,
  counting: "code-points",
  format: "plain",
  streamingUrl: undefined,
  hasIdempotencyKey: false,
  hasNotificationPolicy: false,
};
