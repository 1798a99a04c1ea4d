import type { Scenario } from "./play.js";
import type { Cell, Result } from "./run.js";

/** What a cell shows. */
export const signs: Readonly<Record<Cell["mark"], string>> = {
  works: "✓",
  degrades: "–",
  fails: "✗",
};

type Column = Pick<Scenario, "name" | "title">;

/** Scenarios downwards, servers across, for a terminal. */
export function asTable(results: readonly Result[], columns: readonly Column[]): string {
  const nameWidth = Math.max(...columns.map(({ name }) => name.length));
  const widths = results.map(({ server }) => server.title.length);
  const line = (name: string, entries: readonly string[]) =>
    [name.padEnd(nameWidth), ...entries.map((entry, i) => entry.padEnd(widths[i] ?? 0))]
      .join("  ")
      .trimEnd();
  return [
    line(
      "",
      results.map(({ server }) => server.title),
    ),
    ...columns.map(({ name }) =>
      line(
        name,
        results.map((result) => signOf(result, name)),
      ),
    ),
  ].join("\n");
}

/** The sign of one scenario on one server; empty where it was not played. */
export function signOf({ cells }: Result, name: string): string {
  const cell = cells.find(({ scenario }) => scenario === name);
  return cell === undefined ? "" : signs[cell.mark];
}

/** One server's cells that have something to say, and how long it took. */
export function asDetails({ server, cells, warnings }: Result): string {
  const tookMs = cells.reduce((sum, cell) => sum + cell.tookMs, 0);
  const told = cells.filter(({ mark }) => mark !== "works");
  return [
    `${server.title}: ${cells.length - told.length} of ${cells.length} as on Mastodon (${(tookMs / 1000).toFixed(1)} s)`,
    ...told.map(({ scenario, mark, note }) => `  ${signs[mark]} ${scenario}: ${note}`),
    ...warnings.map((warning) => `  the daemon warned: ${warning}`),
  ].join("\n");
}
