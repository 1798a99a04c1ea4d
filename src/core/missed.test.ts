import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Listed, type Mark, Missed } from "./missed.js";

const list = (...keys: string[]): Listed[] =>
  keys.map((key, index) => ({ key, at: 1_000_000 - index * 10_000 }));
const keysOf = (entries: readonly Listed[]) => entries.map(({ key }) => key);

/** As if the list were of one page, unless cut into several. */
function selectMissed<T extends Listed>(entries: readonly T[], mark: Mark, pageSize = 1000) {
  const missed = new Missed<T>(mark);
  for (let from = 0; from === 0 || from < entries.length; from += pageSize) {
    missed.read(entries.slice(from, from + pageSize));
  }
  return { missed: missed.entries(), isComplete: missed.isComplete };
}

describe("selectMissed", () => {
  it.each<[string, string[], string[], string[], boolean]>([
    ["new ones above what is known", ["c", "b", "a"], ["a"], ["c", "b"], true],
    ["nothing when all is known", ["b", "a"], ["a", "b"], [], true],
    [
      "a late delivery that lies between known ones",
      ["d", "late", "c"],
      ["c", "d"],
      ["late"],
      true,
    ],
    ["nothing of what lies below the lowest known", ["c", "b", "old"], ["b"], ["c"], true],
    ["each entry once though the server repeats it", ["b", "a", "b", "a"], [], ["b", "a"], false],
    ["everything when nothing is known and no time is stored", ["b", "a"], [], ["b", "a"], false],
  ])("takes %s", (_, entries, known, expected, isComplete) => {
    const isKnown = (key: string) => known.includes(key);
    const mark = { isKnown, isPlace: isKnown, hasKeys: known.length > 0, at: 0 };
    const result = selectMissed(list(...entries), mark);
    expect(keysOf(result.missed)).toEqual(expected);
    // Everything known means that reading further back would find older known ones.
    expect(result.isComplete).toBe(isComplete);
  });

  it("looks for what was missed below what is known, where that marks no place", () => {
    const mark = {
      isKnown: (key: string) => ["d", "a"].includes(key),
      isPlace: (key: string) => key === "a",
      hasKeys: true,
      at: 0,
    };
    expect(keysOf(selectMissed(list("d", "c", "b", "a"), mark).missed)).toEqual(["c", "b"]);
  });

  it("goes by the time stamp alone where the Rust program left nothing else", () => {
    const mark = { isKnown: () => false, isPlace: () => false, hasKeys: false, at: 990_000 };
    expect(selectMissed(list("c", "b", "a"), mark)).toEqual({
      missed: [{ key: "c", at: 1_000_000 }],
      isComplete: true,
    });
  });

  it("does not take an equal time stamp for old once it has keys to go by", () => {
    const entries = [
      { key: "new", at: 5000 },
      { key: "ancient", at: 1000 },
    ];
    const mark = { isKnown: () => false, isPlace: () => false, hasKeys: true, at: 5000 };
    expect(keysOf(selectMissed(entries, mark).missed)).toEqual(["new"]);
  });

  it("takes nothing that has become known meanwhile", () => {
    const known = new Set<string>();
    const isKnown = (key: string) => known.has(key);
    const missed = new Missed({ isKnown, isPlace: () => false, hasKeys: false, at: 0 });
    missed.read(list("c", "b", "a"));
    known.add("b");
    expect(keysOf(missed.entries())).toEqual(["c", "a"]);
  });

  it("never takes a known entry, never the same twice, and keeps the order", () => {
    const entry = fc.record({ key: fc.constantFrom(..."abcdefgh"), at: fc.nat(10_000) });
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.array(fc.constantFrom(..."abcdefgh")),
        fc.boolean(),
        fc.nat(10_000),
        fc.integer({ min: 1, max: 5 }),
        (entries, known, hasKeys, at, pageSize) => {
          const isKnown = (key: string) => known.includes(key);
          const mark = { isKnown, isPlace: isKnown, hasKeys, at };
          const result = selectMissed(entries, mark);
          expect(selectMissed(entries, mark, pageSize)).toEqual(result);
          const taken = keysOf(result.missed);
          expect(new Set(taken).size).toBe(taken.length);
          expect(taken.filter((key) => known.includes(key))).toEqual([]);
          const firsts = [...new Set(keysOf(entries))].filter((key) => taken.includes(key));
          expect(taken).toEqual(firsts);
        },
      ),
    );
  });
});
