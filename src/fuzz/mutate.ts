import fc from "fast-check";

/** A value and all that is in it, however deep. */
export function inside(raw: unknown): readonly unknown[] {
  const more = typeof raw === "object" && raw !== null ? Object.values(raw).flatMap(inside) : [];
  return [raw, ...more];
}

/** What servers, proxies and strangers put where something else belongs. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, "", 0, -1, 1e300, true, false, [], {}, [[]], [null], "null", " "),
  fc.constantFrom<unknown>(
    "public",
    "mention",
    "9999-99-99",
    "+275760-09-13T00:00:00Z",
    "1969",
    "a@b.c",
    "@",
  ),
  fc.constantFrom<unknown>(
    "x".repeat(70_000),
    "<b>".repeat(20_000),
    "1".repeat(501),
    "\ud800",
    "\0",
    "__proto__",
  ),
  fc.constantFrom<unknown>(
    "alice@far.example:80",
    "Bob@FAR.example",
    "https://far.example/@x",
    "a b",
    "../..",
  ),
  fc.string({ unit: "binary" }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(300).map((depth) => {
    let deep: unknown = 1;
    for (let level = 0; level < depth; level += 1)
      deep = level % 2 === 0 ? [deep] : { account: deep };
    return deep;
  }),
);
interface Change {
  readonly kind: "replace" | "remove" | "repeat" | "wrap";
  /** Which of the places in the entity. */
  readonly place: number;
  readonly value: unknown;
}
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("replace", "replace", "remove", "repeat", "wrap"),
  place: fc.nat(),
  value: odd,
});

/** The entity with one of its fields changed, however deep that lies. */
function changed(raw: unknown, { kind, place, value }: Change): unknown {
  const copy: unknown = structuredClone(raw);
  const holders = inside(copy).filter((one) => typeof one === "object" && one !== null);
  const places = holders
    .slice(0, 300)
    .flatMap((holder) => Object.keys(Object(holder)).map((key) => [Object(holder), key] as const));
  const [holder, key] = places[place % Math.max(1, places.length)] ?? [];
  if (holder === undefined || key === undefined) return copy;
  const old: unknown = Reflect.get(holder, key);
  if (kind === "remove") Reflect.deleteProperty(holder, key);
  else
    Reflect.set(
      holder,
      key,
      kind === "replace" ? value : kind === "wrap" ? { [key]: old } : [old, old],
    );
  return copy;
}
/** One of these with up to five changes anywhere in it. */
export function like(entities: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...entities), fc.array(change, { maxLength: 5 }))
    .map(([raw, changes]) => changes.reduce(changed, raw));
}
