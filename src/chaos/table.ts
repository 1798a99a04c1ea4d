import { parseArgs } from "node:util";
import type { FlavourName } from "../sandbox/surface.js";
import type { Outcome } from "./run.js";
import { Damage } from "./weather.js";

/** The kinds of server that are played; seeds take turns. */
export const flavours: readonly FlavourName[] = ["mastodon-4.6", "gotosocial-0.20", "hollo"];

/** What the suite is asked to do. */
export interface SuiteOptions {
  readonly seeds: number;
  /** The first one. */
  readonly seed: number;
  /** `undefined`: by turns. */
  readonly flavour: FlavourName | undefined;
  readonly storyCount: number;
  readonly faultCount: number;
  /** How many are played at a time. */
  readonly parallel: number;
  /** Play a build with a bug in it. */
  readonly isPlanted: boolean;
  /** How many of the daemon's last lines are told of a failure. */
  readonly lineCount: number;
}

const usage = `Usage: npm run chaos -- [options]
  --seeds N      how many seeds to play (20)
  --seed S       the first of them (1)
  --flavour F    ${flavours.join(", ")} (by turns)
  --stories N    how many stories people begin in each (90)
  --faults N     how many faults each has at least (60)
  --parallel N   how many are played at a time (3)
  --planted      play a build with a bug in it, which must be caught
  --lines N      how many of the daemon's last lines are told of a failure (40)`;

/** A text instead: what is wrong with the arguments, and how they go. */
export function readOptions(args: readonly string[]): SuiteOptions | string {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ seeds: text, seed: text, flavour: text, stories: text, faults: text },
        ...{ parallel: text, lines: text, planted: { type: "boolean" } as const },
      },
    });
    const flavour = flavours.find((one) => one === values.flavour);
    if (values.flavour !== undefined && flavour === undefined) {
      throw new Error(`There is no ${values.flavour} here.`);
    }
    return {
      seeds: wholeOf(values.seeds, 20),
      seed: wholeOf(values.seed, 1),
      flavour,
      storyCount: wholeOf(values.stories, 90),
      faultCount: wholeOf(values.faults, 60),
      parallel: wholeOf(values.parallel, 3),
      isPlanted: values.planted === true,
      lineCount: wholeOf(values.lines, 40),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`;
  }
}

function wholeOf(text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  if (!/^\d+$/u.test(text)) throw new Error(`${text} is not a whole number.`);
  return Number(text);
}

const maxFindings = 12;

/** What is told of one seed: its figures in one line, and of a failure all there is to know. */
export function report(outcome: Outcome, lineCount: number): string {
  const { seed, flavour, damage, tally, dueCount, findings, lines, tookMs } = outcome;
  const line = [
    `seed ${String(seed).padEnd(4)} ${flavour.padEnd(15)}`,
    `${String(damage.total).padStart(4)} faults`,
    `${String(tally.posts).padStart(4)} posts`,
    `${String(tally.commands).padStart(4)} commands`,
    `${String(tally.follows).padStart(3)} follows`,
    `${String(dueCount).padStart(4)} effects due`,
    counts(findings),
    `${(tookMs / 1000).toFixed(0)} s`,
  ].join("  ");
  if (findings.length === 0) return line;
  return [
    line,
    ...findings.slice(0, maxFindings).map(({ kind, what }) => `  ${kind}: ${what}`),
    ...(findings.length > maxFindings ? [`  … and ${findings.length - maxFindings} more`] : []),
    `  Once more: npm run chaos -- --seeds 1 --seed ${seed} --flavour ${flavour}`,
    "  The daemon's last lines:",
    ...lines.slice(-lineCount).map((text) => `    ${text}`),
  ].join("\n");
}

function counts(findings: Outcome["findings"]): string {
  const count = (kind: string) => findings.filter((one) => one.kind === kind).length;
  return `lost ${count("lost")}, doubled ${count("doubled")}, wrong ${count("wrong")}`;
}

/** The sum of all seeds. */
export function total(outcomes: readonly Outcome[], tookMs: number): string {
  const damage = new Damage();
  for (const outcome of outcomes) {
    for (const [kind, count] of outcome.damage.byKind) damage.note(kind, count);
  }
  const sum = (figure: (outcome: Outcome) => number) =>
    outcomes.reduce((all, outcome) => all + figure(outcome), 0);
  const kinds = damage.byKind.map(([kind, count]) => `  ${String(count).padStart(5)}  ${kind}`);
  return [
    `${outcomes.length} seeds, ${damage.total} faults in ${(tookMs / 1000).toFixed(0)} s:`,
    ...kinds,
    `${sum(({ tally }) => tally.posts)} posts, ${sum(({ tally }) => tally.commands)} commands, ${sum(({ tally }) => tally.follows)} follows; ${sum(({ dueCount }) => dueCount)} effects due.`,
    `Together: ${counts(outcomes.flatMap(({ findings }) => findings))}.`,
  ].join("\n");
}
