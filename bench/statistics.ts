/** What is told of a row of numbers. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  /** Half of all numbers lie between these two. */
  readonly low: number;
  readonly high: number;
  readonly p99: number;
}

/** The number that so large a part of all is not above. @throws Error when there are none */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found =
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))];
  if (found === undefined) throw new Error("There are no numbers.");
  return found;
}

/** @throws Error when there are none */
export function summarise(values: readonly number[]): Summary {
  return {
    count: values.length,
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    p99: quantile(values, 0.99),
  };
}

/** The slope of the line that fits best. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  return mean(({ x, y }) => (x - meanX) * (y - meanY)) / mean(({ x }) => (x - meanX) ** 2);
}

/** A number with about three digits that tell something. */
export function round(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}
