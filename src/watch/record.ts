import type { Effect } from "../core/effects.js";
import type { EffectOutcome, EventSource, Fact, Glance } from "../core/facts.js";
import type { Acct, EpochMs, GroupEvent } from "../core/model.js";
import { Counter, LatencyCounter } from "./counters.js";
import type { Condition, GroupSnapshot, Line, Wait } from "./snapshot.js";

/** Events older than the newest so many are told no more. */
const maxLines = 50;
/** Longer than any request may take, with all that the gateway does around it. */
const maxSilenceMs = 3 * 60_000;

/** What the loop itself waits for; the rest does not keep it from its work. */
const loopWaits = ["start", "event", "catch-up", "restart", "server", "files"] as const;

const nothingToSee = (): Glance => ({ shareCount: 0, putOff: [], budgets: [] });
const nothingWaits = () => 0;

/** What is known of an event or an effect for as long as somebody holds it; each is one group's. */
const arrivals = new WeakMap<GroupEvent, { at: EpochMs; source: EventSource }>();
const outcomes = new WeakMap<Effect, EffectOutcome>();

/** When something is: what people call it, and what may be reckoned with; see `Clock`. */
export interface Moment {
  readonly now: EpochMs;
  readonly steadyMs: number;
}

/** What one group told, kept small: a fold over its facts. Survives the group's restarts. */
export class GroupRecord {
  readonly #acct: Acct;
  readonly #events = new Counter<readonly [GroupEvent["kind"], EventSource]>();
  readonly #decisions = new Counter<readonly [string]>();
  readonly #effects = new Counter<readonly [Effect["kind"], EffectOutcome]>();
  readonly #requests = new Counter<readonly [string, string]>();
  readonly #latency = new LatencyCounter();
  /** In steady time, until when patience is due: a clock that is set may make no loop look stuck. */
  readonly #waits = new Map<Wait["for"], { readonly wait: Wait; readonly untilMs: number }>();
  /** Newest last. */
  readonly #lines: Line[] = [];
  #phase: GroupSnapshot["phase"] = "starting";
  #stoppedBecause: string | undefined;
  #software: string | undefined;
  #connection: GroupSnapshot["connection"] = { how: "none", since: undefined };
  #lastEventAt: EpochMs | undefined;
  #caughtUp: GroupSnapshot["caughtUp"];
  #caughtUpTotal = 0;
  #gaveUp = 0;
  #socketsOpened = 0;
  #look: (since: EpochMs) => Glance = nothingToSee;
  #queueLength: () => number = nothingWaits;
  #isBusy = false;
  /** In steady time, too. */
  #lastSignMs = 0;

  constructor(acct: Acct) {
    this.#acct = acct;
  }

  /** Takes a fact in; costs next to nothing. */
  note(fact: Fact, { now, steadyMs }: Moment): void {
    switch (fact.kind) {
      case "started":
        this.#reset("starting");
        break;
      case "met":
        this.#software = fact.software;
        break;
      case "live":
        this.#reset("live");
        this.#look = fact.look;
        this.#queueLength = fact.queueLength;
        break;
      case "stopped":
        this.#reset("stopped");
        this.#stoppedBecause = fact.because;
        break;
      case "stream-opened":
        this.#socketsOpened++;
        this.#waits.delete("stream");
        // One that takes the place of another goes on where that was.
        if (this.#connection.how !== "stream") this.#connection = { how: "stream", since: now };
        // Events are the loop's business, sockets are not.
        return;
      case "stream-closed":
        this.#connection = { how: "none", since: undefined };
        return;
      case "caught-up":
        this.#caughtUp = { at: now, count: fact.count };
        this.#caughtUpTotal += fact.count;
        this.#waits.delete("catch-up");
        if (this.#connection.how === "none") this.#connection = { how: "polling", since: now };
        break;
      case "arrived":
        this.#events.add([fact.event.kind, fact.source]);
        arrivals.set(fact.event, { at: now, source: fact.source });
        this.#lastEventAt = now;
        return;
      case "busy":
        this.#isBusy = true;
        break;
      case "idle":
        this.#isBusy = false;
        break;
      case "handled": {
        const { event, decision } = fact;
        this.#waits.delete("event");
        this.#decisions.add([decision.because.replace(/:.*$/su, "")]);
        const shares = decision.effects.some(
          (effect) => effect.kind === "reblog" && outcomes.get(effect) === "done",
        );
        const line = this.#lineOf(event, "handled", decision.because, decision.effects, now);
        if (shares && line.tookMs !== undefined) this.#latency.add(line.tookMs);
        this.#keep(line);
        break;
      }
      case "gave-up":
        this.#waits.delete("event");
        this.#gaveUp++;
        this.#keep(this.#lineOf(fact.event, "gave-up", fact.because, [], now));
        break;
      case "effect":
        outcomes.set(fact.effect, fact.outcome);
        this.#effects.add([fact.effect.kind, fact.outcome]);
        break;
      case "waits":
        this.#waits.set(fact.for, {
          wait: { for: fact.for, because: fact.because, at: now + fact.delayMs },
          untilMs: steadyMs + fact.delayMs,
        });
        break;
      case "goes-on":
        this.#waits.delete(fact.for);
        break;
      case "request":
        this.#requests.add([fact.method, fact.status === undefined ? "none" : `${fact.status}`]);
        break;
    }
    this.#lastSignMs = steadyMs;
  }

  /** Costs little, however much was told. */
  condition(steadyMs: number): Condition {
    const queueLength = this.#queueLength();
    return {
      acct: this.#acct,
      phase: this.#phase,
      stoppedBecause: this.#stoppedBecause,
      connection: this.#connection,
      waits: [...this.#waits.values()].map(({ wait }) => wait).sort((a, b) => a.at - b.at),
      queueLength,
      isStuck: this.#isStuck(steadyMs, queueLength),
    };
  }

  snapshot({ now, steadyMs }: Moment): GroupSnapshot {
    const { shareCount, putOff, budgets } = this.#look(midnightBefore(now));
    return {
      ...this.condition(steadyMs),
      software: this.#software,
      lastEventAt: this.#lastEventAt,
      caughtUp: this.#caughtUp,
      sharesToday: shareCount,
      putOff,
      budgets,
      recent: this.#lines.toReversed(),
      totals: {
        events: this.#events.list(([kind, source], count) => ({ kind, source, count })),
        decisions: Object.fromEntries(this.#decisions.list(([why], count) => [why, count])),
        effects: this.#effects.list(([kind, outcome], count) => ({ kind, outcome, count })),
        requests: this.#requests.list(([method, outcome], count) => ({ method, outcome, count })),
        gaveUp: this.#gaveUp,
        socketsOpened: this.#socketsOpened,
        caughtUp: this.#caughtUpTotal,
        latency: this.#latency.histogram(),
      },
    };
  }

  #reset(phase: GroupSnapshot["phase"]): void {
    this.#phase = phase;
    this.#stoppedBecause = undefined;
    this.#connection = { how: "none", since: undefined };
    this.#look = nothingToSee;
    this.#queueLength = nothingWaits;
    this.#isBusy = false;
    this.#waits.clear();
  }

  /** Waiting is no fault; having work and doing nothing is. */
  #isStuck(steadyMs: number, queueLength: number): boolean {
    if (this.#phase === "stopped") return false;
    if (this.#phase === "live" && !this.#isBusy && queueLength === 0) return false;
    const waits = loopWaits.map((kind) => this.#waits.get(kind)?.untilMs ?? 0);
    return steadyMs - Math.max(this.#lastSignMs, ...waits) > maxSilenceMs;
  }

  #lineOf(
    event: GroupEvent,
    ended: Line["ended"],
    because: string,
    effects: readonly Effect[],
    now: EpochMs,
  ): Line {
    const arrival = arrivals.get(event);
    const status = "status" in event ? event.status : undefined;
    const isOpen = status?.visibility === "public" || status?.visibility === "unlisted";
    const account = "account" in event ? event.account : status?.author;
    return {
      at: now,
      event: event.kind,
      source: arrival?.source,
      author: status === undefined || isOpen ? account?.acct : undefined,
      url: isOpen ? status.url : undefined,
      status: status?.id,
      ended,
      because,
      effects: effects.map((effect) => ({
        kind: effect.kind,
        outcome: outcomes.get(effect) ?? "done",
      })),
      tookMs: arrival?.source === "stream" ? now - arrival.at : undefined,
    };
  }

  #keep(line: Line): void {
    // What the group does itself comes back to it, and likes concern nobody.
    if (line.event === "other" || line.because === "own") return;
    this.#lines.push(line);
    if (this.#lines.length > maxLines) this.#lines.shift();
  }
}

function midnightBefore(now: EpochMs): EpochMs {
  return new Date(now).setHours(0, 0, 0, 0);
}
