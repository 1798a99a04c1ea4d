import type { Property, Target } from "./property.js";

/** How long to go on. */
export type Amount =
  | { readonly kind: "cases"; readonly each: number }
  | { readonly kind: "minutes"; readonly minutes: number };

/** What became of one property. */
export interface Outcome {
  readonly target: string;
  readonly claim: string;
  readonly cases: number;
  /** The shrunk counterexample and how to see it again. */
  readonly failure: string | undefined;
}

const minuteMs = 60_000;
/** In a run by the clock, how long each property is tried at most before the next has its turn. */
const maxTurnMs = 2_000;

/**
 * Tries the properties in turns until each had its cases or the time is over; one that failed has no
 * further turn. The same seed and amount of cases give the same inputs.
 */
export async function fuzz(
  targets: readonly Target[],
  amount: Amount,
  options: {
    readonly seed: number;
    readonly path?: string | undefined;
    readonly now: () => number;
  },
): Promise<readonly Outcome[]> {
  const { now, path } = options;
  const endsAt = amount.kind === "minutes" ? now() + amount.minutes * minuteMs : undefined;
  const tries = targets.flatMap(({ name, properties }) =>
    properties.map((property) => ({ name, property, cases: 0, failure: "" })),
  );
  const turnMs =
    amount.kind === "minutes"
      ? Math.min((amount.minutes * minuteMs) / tries.length, maxTurnMs)
      : maxTurnMs;
  for (let seed = options.seed; ; seed = (seed + 1) % 0x7fffffff) {
    for (const one of tries) {
      if (one.failure !== "") continue;
      const turnEndsAt = now() + turnMs;
      // A turn by the clock is cut into seeds of few cases each, so that it ends in time.
      for (let step = 0; ; step += 1) {
        const cases = amount.kind === "cases" ? amount.each : one.property.cases;
        const ownSeed = (seed + step * 7_919) % 0x7fffffff;
        const checked = await one.property.check({ cases, seed: ownSeed, path });
        one.cases += checked.cases;
        if (checked.failure !== undefined) {
          const again = repeat(one, ownSeed, checked.failure.path);
          one.failure = `${checked.failure.report}\n${again}`;
          break;
        }
        if (amount.kind === "cases" || now() >= turnEndsAt) break;
      }
      if (endsAt !== undefined && now() >= endsAt) break;
    }
    if (endsAt === undefined || now() >= endsAt || tries.every(({ failure }) => failure !== ""))
      break;
  }
  return tries.map(({ name, property, cases, failure }) => ({
    ...{ target: name, claim: property.claim, cases },
    failure: failure === "" ? undefined : failure,
  }));
}

function repeat(
  { name, property }: { readonly name: string; readonly property: Property },
  seed: number,
  path: string,
): string {
  const only = JSON.stringify(`${name}: ${property.claim}`);
  return `Again: npm run fuzz -- --only ${only} --seed ${seed} --path ${path}`;
}
