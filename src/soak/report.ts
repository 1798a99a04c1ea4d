import type { Series } from "./samples.js";
import type { SoakResult } from "./soak.js";

const shownFaults = 40;

/** The figures, for people. */
export function asText(result: SoakResult): string {
  const { events, heldBack, balance, series, samples, taken, bytesOnDisk, complaints, faults } =
    result;
  const { delaysMs } = balance;
  const quantile = (share: number) =>
    `${delaysMs[Math.min(delaysMs.length - 1, Math.floor(delaysMs.length * share))] ?? "?"} ms`;
  const [before, after] = bytesOnDisk.map((bytes) => `${Math.round(bytes / 1000)} kB`);
  return [
    `events      ${events}${heldBack === 0 ? "" : `, and ${heldBack} left out for groups without a stream that had not looked yet`}`,
    `effects     ${balance.expected} due, ${balance.done} seen, lost ${balance.lost.length}, doubled ${balance.doubled.length}, unasked ${balance.unasked.length}`,
    `delay       median ${quantile(0.5)}, 99 % ${quantile(0.99)}, longest ${quantile(1)} (from a post to its boost or answer)`,
    `disk        ${before} after the warm-up, ${after} at the end`,
    ...[...complaints].map(([text, count]) => `log         ${count} × ${text}`),
    "",
    `Of ${samples} of ${taken} samples, all without a backlog, per minute with 95 % confidence:`,
    ...series.map(asLine),
    "",
    ...faults.slice(0, shownFaults),
    ...(faults.length > shownFaults ? [`… and ${faults.length - shownFaults} more.`] : []),
    faults.length === 0
      ? "Nothing lost, nothing doubled, no growth beyond noise."
      : `It is not well: ${faults.length} faults.`,
  ].join("\n");
}

function asLine({ name, unit, first, last, trend, tolerance, isGrowing }: Series): string {
  const size = (value: number) => `${unit === "kB" ? Math.round(value) : value} ${unit}`.trim();
  const per = (value: number) => `${value.toFixed(unit === "kB" ? 1 : 3)}${unit && ` ${unit}`}`;
  const sign = trend.slope < 0 ? "" : "+";
  return [
    `  ${name.padEnd(17)} ${sign}${per(trend.slope)} ± ${per(trend.margin)}`.padEnd(50),
    `(mean ${size(Math.round(trend.mean))}, first ${size(first)}, last ${size(last)}; noise up to ${per(tolerance)})`,
    isGrowing ? "GROWS" : "",
  ]
    .join(" ")
    .trimEnd();
}
