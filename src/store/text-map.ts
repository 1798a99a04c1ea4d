import { locateValue, type Member, membersAt, type Path, type Span } from "./json5-scan.js";

/**
 * Finds values and lines in one text again and again. What was read once is kept, so that looking up
 * every entry of a list takes no longer than reading the list. The text must be valid JSON5.
 */
export class TextMap {
  readonly #text: string;
  readonly #members = new Map<number, ReadonlyMap<string | number, Member>>();
  readonly #whole: Span | undefined;
  #lineStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#whole = locateValue(text, []);
  }

  /** As {@link locateValue}. */
  locate(path: Path): Span | undefined {
    let span = this.#whole;
    for (const key of path) span = span && this.#membersAt(span.start).get(key);
    return span;
  }

  /** The line a place is on, counted from 1. */
  lineAt(at: number): number {
    this.#lineStarts ??= [...this.#text.matchAll(/\r\n|[\n\r\u2028\u2029]/gu)].map(
      ({ 0: { length }, index }) => index + length,
    );
    let [low, high] = [0, this.#lineStarts.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  #membersAt(start: number): ReadonlyMap<string | number, Member> {
    const known = this.#members.get(start);
    if (known !== undefined) return known;
    // Of doubled keys the last one counts, as for JSON5.
    const members = new Map(membersAt(this.#text, start).map((member) => [member.key, member]));
    this.#members.set(start, members);
    return members;
  }
}
