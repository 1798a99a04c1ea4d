import type { Io } from "../cli/io.js";
import { main } from "../cli/main.js";
import { Secrets } from "../log.js";
import { writePage } from "./page.js";
import { columnsOf, type Result, runOn } from "./run.js";
import { scenarios } from "./scenarios.js";
import { servers } from "./servers.js";
import { asDetails, asTable } from "./table.js";

/** Runs the scenarios on the kinds of server that are named, or on all, and then writes the page. */
const { argv, env, pid, stdin, stdout } = process;
const names = argv.slice(2);
const unknown = names.filter((name) => servers.every(({ flavour }) => flavour !== name));
if (unknown.length > 0) {
  stdout.write(
    `There is no ${unknown.join(", ")}; try ${servers.map((one) => one.flavour).join(", ")}.\n`,
  );
  process.exit(2);
}
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

const nowhere = { write: () => true };
const io: Io = {
  ...{ stdin, stdout: nowhere, stderr: nowhere, env, pid, cwd: process.cwd() },
  ...{ isTTY: false, isInputTTY: false, secrets: new Secrets() },
};
const chosen = servers.filter(({ flavour }) => names.length === 0 || names.includes(flavour));
const options = { scenarios, program: main, io, signal: stop.signal };
const results: Result[] = await Promise.all(
  chosen.map(async (server) => {
    const result = await runOn(server, options);
    stdout.write(`${asDetails(result)}\n`);
    return result;
  }),
);
const columns = columnsOf(scenarios);
stdout.write(`\n${asTable(results, columns)}\n`);
if (names.length === 0) stdout.write(`\nWrote ${await writePage(results, columns)}.\n`);
process.exitCode = results.some(({ cells }) => cells.some(({ mark }) => mark === "fails")) ? 1 : 0;
