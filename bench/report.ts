import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { Benchmark, Result, Table } from "./result.js";

function tableText({ head, rows }: Table): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A benchmark's part of the report. */
export function asText({ title }: Benchmark, { tables, targets, notes }: Result): string {
  const met = {
    head: ["target", "found", ""],
    rows: targets.map(({ text, found, isMet }) => [text, found, isMet ? "met" : "**missed**"]),
  };
  const parts = [...tables, ...(targets.length > 0 ? [met] : [])].map(tableText);
  return [`## ${title}`, ...parts, ...notes].join("\n\n");
}

/** When, where and of what: one line. */
export function provenance(project: string): string {
  const git = (...argv: readonly string[]) =>
    execFileSync("git", argv, { cwd: project, encoding: "utf8" }).trim();
  const [cpu] = cpus();
  const isDirty = git("status", "--porcelain", "src", "bench/floor") !== "";
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  return [
    `Measured ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
    `commit ${git("rev-parse", "--short", "HEAD")}${isDirty ? " and what was not committed" : ""}`,
    `Node ${process.version}`,
    `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, ${memory}, Linux`,
  ].join("; ");
}

/** Puts a part into the file in place of the one with that name; everything else stays. */
export function keep(file: string, { name }: Benchmark, text: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const old = readFileSync(file, "utf8");
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  const part = `${begin}\n\n${text}\n\n${end}`;
  const isThere = from >= 0 && to >= 0;
  writeFileSync(
    file,
    isThere ? old.slice(0, from) + part + old.slice(to + end.length) : `${old}\n${part}\n`,
  );
}
