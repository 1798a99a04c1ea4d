import type { Effect } from "../core/effects.js";
import type { Budget, EffectOutcome, EventSource, Glance, WaitKind } from "../core/facts.js";
import type { Acct, EpochMs, GroupEvent, StatusId } from "../core/model.js";

/** One event as it is told to people: what came, what was decided, why. Never what it said. */
export interface Line {
  /** When it was dealt with. */
  readonly at: EpochMs;
  readonly event: GroupEvent["kind"];
  readonly source: EventSource | undefined;
  /** Whose it is; `undefined` for a post that is not public. */
  readonly author: Acct | undefined;
  /** The post; `undefined` for one that is not public. */
  readonly url: string | undefined;
  /** The post's id on the group's server. */
  readonly status: StatusId | undefined;
  readonly ended: "handled" | "gave-up";
  /** The decision's reason, or the error for which the event was given up. */
  readonly because: string;
  readonly effects: readonly { readonly kind: Effect["kind"]; readonly outcome: EffectOutcome }[];
  /** From the frame to the end of it all; `undefined` for what was caught up. */
  readonly tookMs: number | undefined;
}

/** Something that failed and is tried again. */
export interface Wait {
  readonly for: WaitKind;
  readonly because: string;
  /** When it is tried again; in the past while that is under way. */
  readonly at: EpochMs;
}

/** How many took how long: `counts[i]` took at most `boundsMs[i]`, the last any time longer. */
export interface Histogram {
  readonly boundsMs: readonly number[];
  readonly counts: readonly number[];
  readonly sumMs: number;
}

/** How often what happened, since the program began. */
export interface Totals {
  readonly events: readonly {
    readonly kind: GroupEvent["kind"];
    readonly source: EventSource;
    readonly count: number;
  }[];
  /** By reason; all orders count as `commands`. */
  readonly decisions: Readonly<Record<string, number>>;
  readonly effects: readonly {
    readonly kind: Effect["kind"];
    readonly outcome: EffectOutcome;
    readonly count: number;
  }[];
  /** By HTTP status, `none` where no answer came. */
  readonly requests: readonly {
    readonly method: string;
    readonly outcome: string;
    readonly count: number;
  }[];
  readonly gaveUp: number;
  readonly socketsOpened: number;
  /** Events that had been missed and were found by looking. */
  readonly caughtUp: number;
  /** From the frame to the boost. */
  readonly latency: Histogram;
}

/** Whether and how a group runs. */
export interface Condition {
  readonly acct: Acct;
  readonly phase: "starting" | "live" | "stopped";
  /** Why it stopped. */
  readonly stoppedBecause: string | undefined;
  readonly connection: {
    readonly how: "stream" | "polling" | "none";
    readonly since: EpochMs | undefined;
  };
  /** Soonest first. */
  readonly waits: readonly Wait[];
  readonly queueLength: number;
  /** Its loop has shown no sign of life for too long. */
  readonly isStuck: boolean;
}

/** One group at one moment. Plain data; holds no token and no text of any post. */
export interface GroupSnapshot extends Condition {
  /** What the server calls itself. */
  readonly software: string | undefined;
  readonly lastEventAt: EpochMs | undefined;
  readonly caughtUp: { readonly at: EpochMs; readonly count: number } | undefined;
  /** Since midnight, by the machine's clock. */
  readonly sharesToday: number;
  readonly putOff: Glance["putOff"];
  readonly budgets: readonly Budget[];
  /** Newest first. */
  readonly recent: readonly Line[];
  readonly totals: Totals;
}
