/** A set that remembers only the newest `capacity` items. */
export class Recent {
  readonly #capacity: number;
  /** Made with the first item: a program has thousands of these, and most stay empty. */
  #items: Set<string> | undefined;

  constructor(capacity: number, items: readonly string[] = []) {
    this.#capacity = capacity;
    if (items.length > 0) this.#items = new Set(items.slice(-capacity));
  }

  has(item: string): boolean {
    return this.#items?.has(item) ?? false;
  }

  /** Adds it, or makes it the newest again. */
  add(item: string): void {
    this.#items ??= new Set();
    this.#items.delete(item);
    this.#items.add(item);
    for (const oldest of this.#items) {
      if (this.#items.size <= this.#capacity) break;
      this.#items.delete(oldest);
    }
  }

  /** Newest last. */
  toArray(): readonly string[] {
    return [...(this.#items ?? [])];
  }

  get size(): number {
    return this.#items?.size ?? 0;
  }
}
