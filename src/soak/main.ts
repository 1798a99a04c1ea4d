import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemClock } from "../clock.js";
import { ownFolder } from "../own-folder.js";
import { asText } from "./report.js";
import { soak } from "./soak.js";

/** `npm run soak -- --minutes N [--groups 50] [--rate 20]`: exit code 1 on growth, loss or doubles. */
const { argv, env, execPath, stdout } = process;
const minuteMs = 60_000;
const usage =
  "npm run soak -- --minutes N [--groups 50] [--rate EVENTS_PER_SECOND] [--warm-up MINUTES]";

function readNumbers() {
  try {
    const { values } = parseArgs({
      args: argv.slice(2),
      options: {
        minutes: { type: "string" },
        groups: { type: "string", default: "50" },
        rate: { type: "string", default: "20" },
        "warm-up": { type: "string" },
      },
    });
    const minutes = Number(values.minutes);
    // What is allocated once and compiled once is done by then.
    const warmUp = Number(values["warm-up"] ?? Math.min(5, minutes / 3));
    const numbers = { minutes, warmUp, groups: Number(values.groups), rate: Number(values.rate) };
    const isGood =
      Object.values(numbers).every((value) => value > 0) && Number.isInteger(numbers.groups);
    return isGood ? numbers : undefined;
  } catch {
    return undefined;
  }
}

const numbers = readNumbers();
if (numbers === undefined) {
  stdout.write(`Usage: ${usage}\n`);
  process.exit(2);
}
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
const say = (line: string) => stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
const { minutes, warmUp, groups, rate } = numbers;
say(
  `${groups} groups, ${rate} events a second, ${warmUp} minutes of warm-up and ${minutes} minutes that count.`,
);
const result = await soak(
  {
    build: {
      node: execPath,
      entry: fileURLToPath(new URL("dist/main.js", ownFolder)),
      hooks: fileURLToPath(new URL("build/", ownFolder)),
    },
    ...{ groups, ratePerSecond: rate, warmUpMs: warmUp * minuteMs, measuredMs: minutes * minuteMs },
    sampleEveryMs: 5_000,
    // A set of 2,000 items, of which the oldest goes for each that comes, takes twice the room once 48
    // have been replaced: its table has room for 2,048, and what was deleted keeps its place.
    burstPerGroup: 55,
    // Longer than a group waits between two looks where there is no stream.
    watchMs: 30_000,
    ...{ clock: systemClock, random: Math.random, env, say },
  },
  stop.signal,
);
stdout.write(`\n${asText(result)}\n`);
process.exitCode = result.faults.length === 0 ? 0 : 1;
