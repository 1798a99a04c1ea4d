import { parseArgs } from "node:util";
import { attacks, measure } from "./growth.js";
import { readers } from "./readers.js";
import { type Amount, fuzz } from "./run.js";
import { targets } from "./targets.js";

/**
 * Tries every property on many inputs: `--minutes N` (default 1) or `--runs N` each, `--seed N`,
 * `--only 'target: claim'` (or the beginning of it), `--path` of a counterexample. With `--growth`
 * it measures instead how the time to read grows from 100 characters to a million.
 */
const { argv, stdout } = process;
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    ...{ minutes: { type: "string" }, runs: { type: "string" }, seed: { type: "string" } },
    ...{ only: { type: "string" }, path: { type: "string" } },
    growth: { type: "boolean" },
  },
});

function count(text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  stdout.write(`${text} is no number.\n`);
  process.exit(2);
}

const { only = "", path } = values;
const seed = count(values.seed, Math.trunc(Math.random() * 0x7fffffff));
const amount: Amount =
  values.runs !== undefined || path !== undefined
    ? { kind: "cases", each: count(values.runs, 100) }
    : { kind: "minutes", minutes: count(values.minutes, 1) };

/** Steeper than this is no longer linear; what noise there is stays below. */
const maxExponent = 1.2;
const lengths = [100, 1_000, 10_000, 100_000, 1_000_000];

function growth(): boolean {
  const watch = { now: () => performance.now() };
  stdout.write(
    `${attacks.length} attacks; the slowest one's ms at ${lengths.join(", ")} characters\n`,
  );
  let isLinear = true;
  for (const reader of readers.filter(({ name }) => name.startsWith(only))) {
    const { slowest, steepest } = measure(reader, lengths, watch);
    const times = slowest.map(({ timeMs }) => timeMs.toFixed(1)).join(", ");
    const { exponent, attack } = steepest ?? { exponent: 0, attack: "" };
    isLinear &&= exponent <= maxExponent;
    stdout.write(
      `${reader.name}: ${times}; exponent at most ${exponent.toFixed(2)} (${JSON.stringify(attack)})\n`,
    );
  }
  return isLinear;
}

async function properties(): Promise<boolean> {
  const chosen = targets
    .map(({ name, properties }) => ({
      name,
      properties: properties.filter(({ claim }) => `${name}: ${claim}`.startsWith(only)),
    }))
    .filter(({ properties }) => properties.length > 0);
  if (chosen.length === 0) {
    stdout.write(
      `Nothing is called ${only}; there are ${targets.map(({ name }) => name).join(", ")}.\n`,
    );
    process.exit(2);
  }

  stdout.write(`Seed ${seed}\n`);
  const outcomes = await fuzz(chosen, amount, { seed, path, now: () => performance.now() });
  for (const { name } of chosen) {
    const own = outcomes.filter(({ target }) => target === name);
    const total = own.reduce((sum, { cases }) => sum + cases, 0);
    stdout.write(`${name}: ${total} cases\n`);
    for (const { claim, cases, failure } of own) {
      stdout.write(`  ${failure === undefined ? "holds" : "FAILS"} ${claim} (${cases})\n`);
    }
  }
  const failures = outcomes.flatMap(({ target, claim, failure }) =>
    failure === undefined ? [] : [`\n${target}: ${claim}\n${failure}\n`],
  );
  for (const failure of failures) stdout.write(failure);
  return failures.length === 0;
}

process.exitCode = (values.growth ? growth() : await properties()) ? 0 : 1;
