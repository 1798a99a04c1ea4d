import type { GroupEvent } from "../core/model.js";
import { listKey } from "./memory.js";
import type { PlacedOrder } from "./order-desk.js";

/** What a worker is asked to do, one at a time. */
export type InboxItem =
  | GroupEvent
  /** Of the operator. */
  | PlacedOrder
  /** Read what was missed, by REST. */
  | { readonly kind: "catch-up" }
  /** The daily look at what the server can do and lets through. */
  | { readonly kind: "upkeep" }
  /** Try again what was put off. */
  | { readonly kind: "put-off" };

/** Work that the group gives itself. */
export type Chore = Extract<InboxItem, { readonly kind: "catch-up" | "upkeep" | "put-off" }>;

export function isChore(item: InboxItem): item is Chore {
  return item.kind === "catch-up" || item.kind === "upkeep" || item.kind === "put-off";
}

/**
 * The queue between the sockets and the worker's one loop. Bounded: events beyond the capacity are
 * dropped and replaced by one catch-up, which finds them again on the server.
 */
export class Inbox {
  readonly #capacity: number;
  #items: InboxItem[] = [];
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(capacity = 2000) {
    this.#capacity = capacity;
  }

  push(item: InboxItem): void {
    if (this.#isClosed) return;
    if (isChore(item) && this.#items.some(({ kind }) => kind === item.kind)) return;
    if (!isChore(item) && this.#items.length >= this.#capacity) {
      this.push({ kind: "catch-up" });
      return;
    }
    this.#items.push(item);
    this.#wake?.();
  }

  /**
   * Puts an item that could not be dealt with back in front. Nothing may overtake a catch-up: what
   * was missed is told from what was handled by its place below it in the server's list.
   */
  putBack(item: InboxItem): void {
    if (this.#isClosed) return;
    const isThere = item.kind === "catch-up" && this.#items[0]?.kind === "catch-up";
    if (!isThere) this.#items.unshift(item);
    this.#wake?.();
  }

  /** An order of the operator goes before everything else that waits. */
  pushFirst(order: PlacedOrder): void {
    if (this.#isClosed) return;
    this.#items.unshift(order);
    this.#wake?.();
  }

  /** How much waits for its turn. */
  get length(): number {
    return this.#items.length;
  }

  /** The list keys of the events that wait here. */
  waitingKeys(): ReadonlySet<string> {
    return new Set(
      this.#items.flatMap((item) =>
        isChore(item) || item.kind === "order" ? [] : [listKey(item)],
      ),
    );
  }

  /** Ends the iteration after the item in hand; what waits is found again by the next catch-up. */
  close(): void {
    this.#isClosed = true;
    this.#items = [];
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<InboxItem, void, undefined> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        yield item;
        continue;
      }
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
