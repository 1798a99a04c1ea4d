import type { ControlChange } from "./group.js";
import type { AccountId, Acct, Attachment, StatusId, Visibility } from "./model.js";

/** Somebody the group shall act on; without an id the gateway looks the address up. */
export interface Target {
  readonly acct: Acct;
  readonly id?: AccountId | undefined;
}

/** Why the group writes a post; decides what the worker remembers once it is out. */
export type PostPurpose = "answer" | "refusal" | "welcome" | "announcement";

/** A post, or a chain of posts when the text was too long for one. */
export interface Draft {
  readonly purpose: PostPurpose;
  /** The only person mentioned; `undefined` for an announcement. */
  readonly to: Target | undefined;
  /** Never empty; each later part replies to the one before. */
  readonly parts: readonly string[];
  readonly inReplyTo: StatusId | undefined;
  readonly visibility: Visibility;
  readonly spoilerText: string;
  readonly isSensitive: boolean;
  readonly attachments: readonly Attachment[];
  readonly language: string | undefined;
  /** Unique for this post of this group, and the same when it is tried again after a crash. */
  readonly key: string;
}

/** What shall happen outside, as plain data: it survives a crash in the journal. */
export type Effect =
  | {
      readonly kind: "reblog";
      readonly status: StatusId;
      readonly uri: string;
      readonly visibility: Visibility;
      /** Who brought the post into the group: its author, or whoever used /boost. */
      readonly sharedBy: Acct;
    }
  | { readonly kind: "unreblog"; readonly status: StatusId; readonly uri: string }
  /** Deletes a status of the group's own. */
  | { readonly kind: "delete"; readonly status: StatusId }
  | { readonly kind: "post"; readonly draft: Draft }
  | { readonly kind: "follow" | "unfollow"; readonly target: Target }
  /** Accepts a waiting follow request; harmless when there is none. */
  | { readonly kind: "accept-follow"; readonly target: Target };

/** The answer to one event. */
export interface Decision {
  readonly changes: readonly ControlChange[];
  readonly effects: readonly Effect[];
  /** A short kebab-case reason for the log, such as `mention`, `not-public`, `commands: ban, add`. */
  readonly because: string;
  /** Further fields for the log line; never text that strangers wrote. */
  readonly details?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** What an effect is about. Of several effects on one subject only the last shall hold. */
export function subjectOf(effect: Effect): string {
  switch (effect.kind) {
    case "reblog":
    case "unreblog":
      return `share ${effect.uri}`;
    case "delete":
      return `delete ${effect.status}`;
    case "post":
      return `post ${effect.draft.key}`;
    case "follow":
    case "unfollow":
      return `follow ${effect.target.acct}`;
    case "accept-follow":
      return `accept ${effect.target.acct}`;
  }
}

/** The subjects on which nothing decided earlier shall happen any more. */
export function overtakenBy(effect: Effect): readonly string[] {
  const subject = subjectOf(effect);
  return effect.kind === "unfollow" ? [subject, `accept ${effect.target.acct}`] : [subject];
}
