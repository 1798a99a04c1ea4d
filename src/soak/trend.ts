/** A value at a time. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** A straight line through points, and how sure its slope is. */
export interface Trend {
  /** Of the points' values. */
  readonly mean: number;
  /** Units of the value per minute. */
  readonly slope: number;
  /** The slope is within so much of this one, with 95 % confidence. */
  readonly margin: number;
}

const minuteMs = 60_000;

/**
 * The straight line that fits best. Neighbouring samples of a process resemble each other, so they
 * count for as many as their autocorrelation leaves of them, or the margin would be too narrow.
 * Fewer than four points tell nothing: the margin is infinite.
 */
export function trendOf(points: readonly Point[]): Trend {
  const count = points.length;
  const meanAt = mean(points.map(({ atMs }) => atMs));
  const meanValue = mean(points.map(({ value }) => value));
  const centred = points.map(({ atMs, value }) => ({
    x: (atMs - meanAt) / minuteMs,
    y: value - meanValue,
  }));
  const spread = sum(centred.map(({ x }) => x * x));
  if (count < 4 || spread === 0) {
    return { mean: meanValue, slope: 0, margin: Number.POSITIVE_INFINITY };
  }
  const slope = sum(centred.map(({ x, y }) => x * y)) / spread;
  const rest = centred.map(({ x, y }) => y - slope * x);
  const squares = sum(rest.map((value) => value * value));
  if (squares === 0) return { mean: meanValue, slope, margin: 0 };
  const pairs = rest.slice(1).map((value, index) => value * (rest[index] ?? 0));
  // Also a sawtooth is worth no more than as many points as there are.
  const likeness = Math.min(Math.max(sum(pairs) / squares, 0), 0.99);
  const inflation = (1 + likeness) / (1 - likeness);
  const freedom = Math.max(1, count / inflation - 2);
  const error = Math.sqrt((squares / (count - 2) / spread) * inflation);
  return { mean: meanValue, slope, margin: studentAt975(freedom) * error };
}

/** Is it sure that the line rises, and by more than `tolerance` per minute? */
export function isGrowing({ slope, margin }: Trend, tolerance: number): boolean {
  return slope - margin > 0 && slope > tolerance;
}

/** The quantile of Student's distribution, by the first terms of its expansion around the normal one. */
function studentAt975(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / freedom + second / freedom ** 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
