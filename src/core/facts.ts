import type { Decision, Effect } from "./effects.js";
import type { EpochMs, GroupEvent } from "./model.js";

/** What a group may be waiting for; of each kind it waits for one thing at a time. */
export type WaitKind =
  | "start"
  | "event"
  | "stream"
  | "catch-up"
  | "upkeep"
  | "put-off"
  | "restart"
  /** For the server to answer at all; while it does not, nothing else is asked. */
  | "server"
  | "files";

/** By which road an event came. */
export type EventSource = "stream" | "catch-up";

/** How an effect ended. */
export type EffectOutcome = "done" | "refused" | "put-off";

/** What a group's worker tells about itself while it runs, one thing at a time. */
export type Fact =
  /** It begins: files are read, the server is met. */
  | { readonly kind: "started" }
  /** The server told what it can do. */
  | { readonly kind: "met"; readonly software: string; readonly hasStream: boolean }
  /** It listens from now on. The functions may be called at any time until `stopped`. */
  | {
      readonly kind: "live";
      /** How many events and chores wait for their turn. */
      readonly queueLength: () => number;
      readonly look: (since: EpochMs) => Glance;
    }
  /** It runs no more. */
  | { readonly kind: "stopped"; readonly because: string }
  | { readonly kind: "stream-opened" }
  | { readonly kind: "stream-closed"; readonly because: string }
  /** Both lists were read to the end, after so many events that had been missed. */
  | { readonly kind: "caught-up"; readonly count: number }
  | { readonly kind: "arrived"; readonly event: GroupEvent; readonly source: EventSource }
  /** The loop takes a thing in hand, or lays it down. */
  | { readonly kind: "busy" | "idle" }
  /** An event is dealt with: what was decided is done, refused or put off. */
  | { readonly kind: "handled"; readonly event: GroupEvent; readonly decision: Decision }
  /** An event is given up. */
  | { readonly kind: "gave-up"; readonly event: GroupEvent; readonly because: string }
  | { readonly kind: "effect"; readonly effect: Effect; readonly outcome: EffectOutcome }
  /** Something failed, and is tried again after so long. */
  | {
      readonly kind: "waits";
      readonly for: WaitKind;
      readonly because: string;
      readonly delayMs: number;
    }
  /** What was waited for went well, or is no longer wanted. */
  | { readonly kind: "goes-on"; readonly for: WaitKind }
  /** The server answered (or not: no status) a request. */
  | {
      readonly kind: "request";
      readonly method: string;
      readonly status: number | undefined;
      readonly tookMs: number;
    };

/** A limit of the server, and how much of it is used up now. */
export interface Budget {
  /** Such as `posts`; see `RateLimit`. */
  readonly kind: string;
  readonly used: number;
  readonly count: number;
  readonly windowMs: number;
}

/** What is easier looked at than told: the state of a live group at this moment. */
export interface Glance {
  /** Shares that stand and were made since the time asked for. */
  readonly shareCount: number;
  /** What the server had no room for, oldest first: the kind of effect and since when it waits. */
  readonly putOff: readonly { readonly effect: Effect["kind"]; readonly since: EpochMs }[];
  readonly budgets: readonly Budget[];
}
