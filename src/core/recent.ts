/** A set that remembers only the newest `capacity` items. */
export class Recent {
  readonly #capacity: number;
  readonly #items: Set<string>;

  constructor(capacity: number, items: readonly string[] = []) {
    this.#capacity = capacity;
    this.#items = new Set(items.slice(-capacity));
  }

  has(item: string): boolean {
    return this.#items.has(item);
  }

  /** Adds it, or makes it the newest again. */
  add(item: string): void {
    this.#items.delete(item);
    this.#items.add(item);
    for (const oldest of this.#items) {
      if (this.#items.size <= this.#capacity) break;
      this.#items.delete(oldest);
    }
  }

  /** Newest last. */
  toArray(): readonly string[] {
    return [...this.#items];
  }

  get size(): number {
    return this.#items.size;
  }
}
