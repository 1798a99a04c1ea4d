/** The nouns of the fediverse as this program uses them. */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A complete fediverse address, lower-cased, host in punycode, without the leading @: `user@host`. */
export type Acct = Branded<string, "Acct">;
/** A server's name, lower-cased, in punycode, without scheme and port. */
export type Host = Branded<string, "Host">;
/** Opaque: compare for equality only, never order by it (ULIDs, UUIDs, flakes, digits). */
export type StatusId = Branded<string, "StatusId">;
/** Opaque, see {@link StatusId}. */
export type AccountId = Branded<string, "AccountId">;
/** Opaque, see {@link StatusId}; may contain slashes and colons. */
export type NotificationId = Branded<string, "NotificationId">;
/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = number;

/** `direct` is also what every visibility unknown to us is read as: the quietest. */
export type Visibility = "public" | "unlisted" | "private" | "direct";

export interface Account {
  readonly id: AccountId;
  readonly acct: Acct;
  /** The profile page; also what mention links point at. */
  readonly url: string;
  /** Bio and profile fields as plain text, for `#nobot`. */
  readonly profileText: string;
  readonly isBot: boolean;
  readonly isLocked: boolean;
}

export interface Mention {
  readonly acct: Acct;
  readonly url: string;
}

export interface Attachment {
  /** Where the group's own server serves the file. */
  readonly url: string;
  readonly description: string;
}

export interface Status {
  readonly id: StatusId;
  /** The same on every server; what deduplication goes by. */
  readonly uri: string;
  readonly url: string;
  readonly author: Account;
  /**
   * What the author typed, as plain text. Mentions are written out (`@user@host`), and a slash in
   * quoted text or code is made harmless, see `html-to-text.ts`.
   */
  readonly text: string;
  /** True when the post was too long to be read to its end. */
  readonly isCut: boolean;
  /** The content warning, empty when there is none. */
  readonly spoilerText: string;
  readonly isSensitive: boolean;
  readonly visibility: Visibility;
  /** As the server lists them; may contain people who were never named in the text. */
  readonly mentions: readonly Mention[];
  /** Lower-cased, NFKC, without `#`. */
  readonly tags: readonly string[];
  readonly inReplyTo: StatusId | undefined;
  /** True when this is somebody's boost of another status. */
  readonly isReblog: boolean;
  readonly rebloggedByUs: boolean;
  readonly attachments: readonly Attachment[];
  readonly language: string | undefined;
  readonly createdAt: EpochMs;
}

/** What came in, by stream or by catching up. */
export type GroupEvent =
  | {
      readonly kind: "mention";
      readonly id: NotificationId;
      readonly at: EpochMs;
      readonly status: Status;
    }
  | {
      readonly kind: "follow" | "follow-request";
      readonly id: NotificationId;
      readonly at: EpochMs;
      readonly account: Account;
    }
  /** A notification that the group does not act on; it only moves the cursor. */
  | {
      readonly kind: "other";
      readonly id: NotificationId;
      readonly at: EpochMs;
      readonly type: string;
    }
  /** A status in the home timeline. */
  | {
      readonly kind: "home";
      readonly at: EpochMs;
      readonly status: Status;
      /** Somebody has boosted it, and this may be all that brought it here. */
      readonly isBoosted?: boolean;
    };
