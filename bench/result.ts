import { round, type Summary } from "./statistics.js";

/** What a benchmark is given. */
export interface Run {
  /** True: only so much that every part of it has run. */
  readonly isQuick: boolean;
  readonly say: (line: string) => void;
}

/** A thing that was promised. */
export interface Target {
  readonly text: string;
  /** What was found, in words. */
  readonly found: string;
  readonly isMet: boolean;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a benchmark found. */
export interface Result {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** How it was measured and what to think of it; a paragraph each. */
  readonly notes: readonly string[];
}

/** One of the things `npm run bench` can do. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly run: (run: Run) => Promise<Result>;
}

/** A target of the form "at most so many times the floor". */
export function ratioTarget(text: string, ratio: number, most: number): Target {
  return { text, found: `${round(ratio)} ×`, isMet: ratio <= most };
}

/** Median with the middle half, and the hundredth. */
export function cells({ median, low, high, p99 }: Summary): readonly string[] {
  return [`${round(median)} (${round(low)} … ${round(high)})`, round(p99)];
}

/** Rows of program and floor below each other, and the ratios. */
export function compare(
  what: string,
  program: Summary,
  floor: Summary,
): {
  readonly rows: readonly (readonly string[])[];
  readonly median: number;
  readonly p99: number;
} {
  const median = program.median / floor.median;
  const p99 = program.p99 / floor.p99;
  return {
    rows: [
      [what, `${program.count}`, ...cells(program), ...cells(floor), round(median), round(p99)],
    ],
    ...{ median, p99 },
  };
}

export const compareHead: readonly string[] = [
  ...["", "runs", "program: median (middle half)", "program: p99"],
  ...["floor: median (middle half)", "floor: p99", "ratio of medians", "ratio of p99"],
];

export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
