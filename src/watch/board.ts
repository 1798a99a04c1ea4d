import type { Acct, EpochMs } from "../core/model.js";
import type { Clock, Witness } from "../ports.js";
import { GroupRecord, type Moment } from "./record.js";
import type { Condition, GroupSnapshot } from "./snapshot.js";

/** The whole program at one moment. */
export interface Snapshot {
  readonly version: string;
  readonly startedAt: EpochMs;
  readonly now: EpochMs;
  /** By address. */
  readonly groups: readonly GroupSnapshot[];
}

/** Where all groups of the program tell what happens, and everybody looks. */
export class Board {
  readonly #clock: Pick<Clock, "now" | "steadyMs">;
  readonly #version: string;
  readonly #startedAt: EpochMs;
  readonly #records = new Map<Acct, GroupRecord>();
  #revision = 0;

  constructor(clock: Pick<Clock, "now" | "steadyMs">, version: string) {
    this.#clock = clock;
    this.#version = version;
    this.#startedAt = clock.now();
  }

  /** The group's own; what it told before is kept. */
  witnessOf(acct: Acct): Witness {
    const record = this.#records.get(acct) ?? new GroupRecord(acct);
    this.#records.set(acct, record);
    return (fact) => {
      this.#revision++;
      record.note(fact, this.#moment());
    };
  }

  /** The group is none of the program's any more. */
  forget(acct: Acct): void {
    this.#revision++;
    this.#records.delete(acct);
  }

  /** Another number whenever there is news. */
  get revision(): number {
    return this.#revision;
  }

  /** How all groups are, by address; asked often. */
  conditions(): readonly Condition[] {
    const steadyMs = this.#clock.steadyMs();
    return [...this.#records.values()]
      .map((record) => record.condition(steadyMs))
      .sort((a, b) => (a.acct < b.acct ? -1 : 1));
  }

  snapshot(): Snapshot {
    const moment = this.#moment();
    return {
      version: this.#version,
      startedAt: this.#startedAt,
      now: moment.now,
      groups: [...this.#records]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, record]) => record.snapshot(moment)),
    };
  }
  #moment(): Moment {
    return { now: this.#clock.now(), steadyMs: this.#clock.steadyMs() };
  }
}
