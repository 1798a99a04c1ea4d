import type { Account, Media, NotificationType, Status } from "./model.js";

/** What Mastodon gives snowflake-like ids to. */
export type Identified = Account | Status | Media;

/** How a kind of server writes its ids. Inside they are numbers that grow with time. */
export interface IdScheme {
  /** Of accounts, statuses and files. All decimal, or else texts of one length sorted as they are. */
  readonly write: (number: bigint) => string;
  /** The part of such an id that tells it from others; ids that share it name the same thing. */
  readonly keyOf: (id: string) => string;
  readonly writeNotification: (row: {
    /** 1, 2, 3… on each host. */
    readonly number: number;
    readonly createdMs: number;
    readonly type: NotificationType;
  }) => string;
}

/** Mastodon's: numbers of the time, and small ones for notifications. */
export const snowflakes: IdScheme = {
  write: String,
  keyOf: (id) => id,
  writeNotification: ({ number }) => String(number),
};

const lowBits = 16n;
/** So many hosts can share a world without two of them giving out the same id. */
const hostSlots = 64n;

/**
 * The ids one host gives to what it knows. Knowing a thing and having an id for it are the same;
 * the same thing has another id on every host.
 */
export class IdBook {
  readonly #slot: bigint;
  readonly #idOf = new Map<Identified, string>();
  readonly #byId = new Map<string, Identified>();
  #last = 0n;
  #lastNotification = 0;

  readonly #scheme: IdScheme;

  constructor(hostIndex: number, scheme: IdScheme = snowflakes) {
    this.#scheme = scheme;
    this.#slot = BigInt(hostIndex) % hostSlots;
  }

  /** The id of a known thing. */
  get(thing: Identified): string | undefined {
    return this.#idOf.get(thing);
  }

  find(id: string): Identified | undefined {
    return this.#byId.get(this.#scheme.keyOf(id));
  }

  /** Makes a thing known, if it is not, and tells its id. */
  learn(thing: Identified, createdMs: number): string {
    const known = this.#idOf.get(thing);
    if (known !== undefined) return known;
    const id = this.reserve(createdMs);
    this.assign(thing, id);
    return id;
  }

  /**
   * An id for something yet to be made. What was created long ago gets an id of that time, as on
   * Mastodon, so that timelines sorted by id are sorted by time.
   */
  reserve(createdMs: number): string {
    let id = (BigInt(Math.max(0, Math.floor(createdMs))) << lowBits) + this.#slot;
    const isRecent = this.#last - id < 1n << (lowBits + 10n);
    if (id <= this.#last && isRecent) id = this.#last + hostSlots;
    const { write, keyOf } = this.#scheme;
    while (this.#byId.has(keyOf(write(id)))) id += hostSlots;
    if (id > this.#last) this.#last = id;
    return write(id);
  }

  /** Makes a thing known under an id reserved for it. */
  assign(thing: Identified, id: string): void {
    this.#idOf.set(thing, id);
    this.#byId.set(this.#scheme.keyOf(id), thing);
  }

  forget(thing: Identified): void {
    const id = this.#idOf.get(thing);
    if (id === undefined) return;
    this.#idOf.delete(thing);
    this.#byId.delete(this.#scheme.keyOf(id));
  }

  nextNotificationId(type: NotificationType, createdMs: number): string {
    this.#lastNotification += 1;
    return this.#scheme.writeNotification({ number: this.#lastNotification, type, createdMs });
  }

  /** Everything known, in the order it became known. */
  known(): Iterable<Identified> {
    return this.#idOf.keys();
  }
}

/** Reads a cursor as PostgreSQL gets it from Rails: the digits at the front, or 0. */
export function parseCursor(text: string): bigint {
  const digits = /^\s*([+-]?\d{1,19})/.exec(text)?.[1];
  return digits === undefined ? 0n : BigInt(digits);
}

/** Orders two ids by age, older first. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
