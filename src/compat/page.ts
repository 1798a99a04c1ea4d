import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Scenario } from "./play.js";
import type { Result } from "./run.js";
import { signOf } from "./table.js";

type Column = Pick<Scenario, "name" | "title">;

const begin = "<!-- What follows is written by `npm run compat`. -->";
const end = "<!-- Here ends what `npm run compat` writes. -->";
const page = new URL("../../docs/servers.md", import.meta.url);

/**
 * Puts the results between the markers of the page; the prose around them is written by hand.
 * @returns the page's path
 * @throws Error when the page has lost its markers
 */
export async function writePage(
  results: readonly Result[],
  columns: readonly Column[],
): Promise<string> {
  const path = fileURLToPath(page);
  const text = await readFile(path, "utf8");
  const start = text.indexOf(begin);
  const stop = text.indexOf(end);
  if (start < 0 || stop < start) throw new Error(`${path} has lost the markers of its table.`);
  const made = `${begin}\n\n${asMarkdown(results, columns)}\n\n`;
  await writeFile(path, text.slice(0, start) + made + text.slice(stop));
  return path;
}

/** The table, and what its dashes and crosses mean. */
function asMarkdown(results: readonly Result[], columns: readonly Column[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [
    row(["", ...results.map(({ server }) => server.title)]),
    row(["---", ...results.map(() => ":-:")]),
    ...columns.map(({ name, title }) =>
      row([title, ...results.map((result) => signOf(result, name))]),
    ),
  ];
  const notes = results.flatMap(({ server, cells }) =>
    cells
      .filter(({ mark }) => mark !== "works")
      .map(({ scenario, mark, note }) => {
        // What exactly went wrong is for the terminal.
        const reason = mark === "fails" ? "does not work yet" : note;
        return `- **${server.title}**, ${scenario}: ${reason}`;
      }),
  );
  return [...table, "", ...notes].join("\n");
}
