import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { catchUp } from "./catch-up.js";
import { costs } from "./costs.js";
import { delay } from "./delay.js";
import { growth } from "./growth.js";
import { memory } from "./memory.js";
import { parts } from "./parts.js";
import { asText, keep, provenance } from "./report.js";
import { startUp } from "./start-up.js";

/**
 * `npm run bench -- [name] [--quick]`: measures the program beside the least code that could do its job,
 * prints what it finds, and writes it into `bench/RESULTS.md` (not what was found in a hurry).
 */
const benchmarks = [delay, catchUp, memory, startUp, costs, growth, parts];
const names = process.argv.slice(2).filter((argument) => argument !== "--quick");
const isQuick = process.argv.includes("--quick");
const chosen = benchmarks.filter(({ name }) => names.length === 0 || names.includes(name));
const strangers = names.filter((name) => benchmarks.every((one) => one.name !== name));
if (strangers.length > 0) {
  const known = benchmarks.map(({ name }) => name).join(", ");
  process.stderr.write(`There is no benchmark ${strangers.join(", ")}; there are ${known}.\n`);
  process.exit(2);
}

const project = fileURLToPath(new URL("../../../", import.meta.url));
const file = join(project, "bench", "RESULTS.md");
const beganAt = performance.now();
const say = (line: string) => {
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(0);
  process.stderr.write(`${seconds.padStart(4)} s  ${line}\n`);
};
for (const benchmark of chosen) {
  const measuredAt = provenance(project);
  const result = await benchmark.run({ isQuick, say });
  const text = `${asText(benchmark, result)}\n\n${measuredAt}.`;
  process.stdout.write(`${text}\n\n`);
  if (!isQuick) keep(file, benchmark, text);
}
