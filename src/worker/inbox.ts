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
 * The queue between the sockets and the worker's one loop. Bounded in number and in bytes: events
 * beyond that are dropped and replaced by one catch-up, which finds them again on the server.
 */
export class Inbox {
  readonly #capacity: number;
  readonly #maxBytes: number;
  #bytes = 0;
  #items: InboxItem[] = [];
  /** Of the reader, who waits for the next item. */
  #give: ((item: InboxItem | undefined) => void) | undefined;
  #isClosed = false;

  /** @param maxBytes roughly; one event may be larger */
  constructor(capacity = 2000, maxBytes = 4_000_000) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
  }

  push(item: InboxItem): void {
    if (this.#isClosed) return;
    if (isChore(item) && this.#items.some(({ kind }) => kind === item.kind)) return;
    if (!isChore(item)) {
      const bytes = sizeOf(item);
      const isTooMuch = this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes;
      if (isTooMuch || this.#items.length >= this.#capacity) {
        this.push({ kind: "catch-up" });
        return;
      }
      this.#bytes += bytes;
    }
    this.#items.push(item);
    this.#serve();
  }

  /**
   * Puts an item that could not be dealt with back in front. Nothing may overtake a catch-up: what
   * was missed is told from what was handled by its place below it in the server's list.
   */
  putBack(item: InboxItem): void {
    if (this.#isClosed) return;
    const isThere = item.kind === "catch-up" && this.#items[0]?.kind === "catch-up";
    if (isThere) return;
    this.#bytes += sizeOf(item);
    this.#items.unshift(item);
    this.#serve();
  }

  /** An order of the operator goes before everything else that waits. */
  pushFirst(order: PlacedOrder): void {
    if (this.#isClosed) return;
    this.#items.unshift(order);
    this.#serve();
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
    this.#bytes = 0;
    this.#serve();
  }

  /** The next item, once there is one; `undefined` when it is closed. For one reader, who waits. */
  next(): Promise<InboxItem | undefined> {
    return new Promise((resolve) => {
      this.#give = resolve;
      this.#serve();
    });
  }

  #serve(): void {
    const give = this.#give;
    if (give === undefined || (this.#items.length === 0 && !this.#isClosed)) return;
    this.#give = undefined;
    const item = this.#items.shift();
    if (item !== undefined) this.#bytes -= sizeOf(item);
    give(item);
  }
}

/** What an event takes up in memory, roughly: two bytes for each character of what others wrote. */
function sizeOf(event: InboxItem): number {
  if (isChore(event) || event.kind === "order") return 0;
  const least = 1000;
  if ("account" in event) return least + 2 * event.account.profileText.length;
  if (!("status" in event)) return least;
  const { text, spoilerText, author, mentions, tags, attachments } = event.status;
  const named = mentions.reduce((sum, { acct, url }) => sum + acct.length + url.length, 0);
  const tagged = tags.reduce((sum, tag) => sum + tag.length, 0);
  const attached = attachments.reduce(
    (sum, { url, description }) => sum + url.length + description.length,
    0,
  );
  const written = text.length + spoilerText.length + author.profileText.length;
  return least + 2 * (written + named + tagged + attached);
}
