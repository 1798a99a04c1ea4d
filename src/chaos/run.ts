import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.js";
import type { FlavourName } from "../sandbox/surface.js";
import type { HookedBuild } from "../stage/child.js";
import { createDisasters } from "./disasters.js";
import { Keeper } from "./keeper.js";
import { type Finding, judge } from "./oracle.js";
import { createRandom, type Random } from "./random.js";
import {
  becomeFollower,
  command,
  members,
  order,
  type Story,
  stories,
  type Tally,
  troll,
} from "./stories.js";
import { buildTown, type Group, type Town } from "./town.js";
import { look } from "./view.js";
import { createWeather, Damage } from "./weather.js";

/** What one run is asked to be. */
export interface RunOptions {
  readonly seed: number;
  readonly flavour: FlavourName;
  readonly build: HookedBuild;
  /** So many stories are told at least. */
  readonly storyCount: number;
  /** So many faults are wanted; then the weather gets better. */
  readonly faultCount: number;
  readonly signal: AbortSignal;
}

/** How it went. */
export interface Outcome {
  readonly seed: number;
  readonly flavour: FlavourName;
  readonly damage: Damage;
  readonly tally: Tally;
  /** How many shares and answers had to be. */
  readonly dueCount: number;
  /** Empty: all is well. */
  readonly findings: readonly Finding[];
  /** What the daemon logged. */
  readonly lines: readonly string[];
  readonly tookMs: number;
}

/** How long bad weather lasts at most. */
const badMs = 60_000;
/** How long the group may take for the rest once all is well again. */
const patienceMs = 100_000;
const tickMs = 25;
const hourMs = 3_600_000;

/** Plays one seed from the beginning to the end. */
export async function runSeed(options: RunOptions): Promise<Outcome> {
  const { seed, flavour, build, signal } = options;
  const sinceMs = systemClock.now();
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-chaos-"));
  const damage = new Damage();
  try {
    await using town = await buildTown(folder, flavour);
    const random = createRandom(seed, "keeper");
    await using keeper = new Keeper({ town, folder, build, random, damage, sinceMs });
    const play: Play = {
      ...{
        options,
        town,
        keeper,
        damage,
        tally: { posts: 0, commands: 0, follows: 0 },
        numbers: 0,
      },
    };
    let failure: unknown;
    try {
      await begin(play);
      await suffer(play);
      await recover(play);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
    return {
      ...{ seed, flavour, damage, tally: play.tally },
      dueCount: town.groups.reduce((sum, { expected }) => sum + dueOf(expected), 0),
      findings: [
        ...(await findingsOf(play)),
        ...(failure === undefined ? [] : [asFinding(failure)]),
      ],
      lines: keeper.log,
      tookMs: systemClock.now() - sinceMs,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Play {
  readonly options: RunOptions;
  readonly town: Town;
  readonly keeper: Keeper;
  readonly damage: Damage;
  readonly tally: Tally;
  numbers: number;
}

function dueOf({ shared, answers, welcomed, announced }: Group["expected"]): number {
  return shared.size + answers.size + welcomed.size + announced.size;
}

/** Fine weather: the people come together, and the clock becomes as wrong as it will be. */
async function begin(play: Play): Promise<void> {
  const { town, keeper, options, tally, damage } = play;
  const random = createRandom(options.seed, "beginning");
  for (const name of [members[0] ?? "", "sam", troll]) town.newcomer(name);
  for (const name of [members[1] ?? "", "lena"]) town.newcomer(name, town.hasNeighbours);
  // Later the clock goes forward only: what is listed by time would be listed below what is known.
  town.setSkew(-24 * hourMs);
  keeper.start();
  // A group that has never run starts from now; what comes before it has written so is not for it.
  await until(play, "the first state", () =>
    town.groups.every(({ folder }) => existsSync(join(folder, "state.json5"))),
  );
  for (const group of town.groups) {
    await until(play, "the first answer", await command({ town, group, tally }, "/ping", "pong"));
    const ban = `/ban ${town.who(troll).acct}`;
    await until(play, "the ban", await command({ town, group, tally }, ban, "is banned from"));
    group.expected.control.banned_users.add(town.who(troll).acct);
    for (const name of members) await becomeFollower({ group, tally }, town.who(name));
  }
  await until(play, "the welcomes", () => isAllThere(town));
  // The group has been there for longer than clocks are wrong: what is late stands above this.
  const old = await town
    .who(members[1] ?? "")
    .post(town.groups.map(({ tag }) => `#${tag}`).join(" "));
  for (const { expected } of town.groups) expected.shared.add(old.uri);
  await until(play, "the first share", () => isAllThere(town));
  const skewMs = random.pick([0, -5, -2, 3, 9]) * hourMs;
  town.setSkew(skewMs);
  if (skewMs !== 0) damage.note("clock wrong by hours");
}

/** People write, and everything that can go wrong does. */
async function suffer(play: Play): Promise<void> {
  const { town, keeper, damage, options } = play;
  const { seed, storyCount, faultCount, signal } = options;
  const serverNow = () => systemClock.now();
  const weather = createRandom(seed, "weather");
  town.proxy.decide = createWeather({
    ...{ random: weather, damage, serverNow, strike: () => keeper.kill() },
  });
  const random = createRandom(seed, "stories");
  const disasters = createDisasters({
    ...{ town, keeper, damage, signal, random: createRandom(seed, "disasters") },
  });
  const open: Open[] = [];
  const endsAtMs = systemClock.now() + badMs;
  let told = 0;
  while (systemClock.now() < endsAtMs) {
    if (told >= storyCount && damage.total >= faultCount) break;
    await keeper.look();
    await disasters.tick();
    const ready = open.findIndex(({ isReady }) => isReady());
    if (ready >= 0 && random.chance(0.5)) await goOn(open, ready);
    else if (random.chance(told < storyCount ? 0.1 : 0.05)) {
      told++;
      await beginStory(open, play, random);
    }
    await systemClock.sleep(random.below(2 * tickMs), signal);
  }
  disasters.heal();
  town.proxy.heal();
}

interface Open {
  readonly story: Story;
  isReady: () => boolean;
}

async function beginStory(open: Open[], play: Play, random: Random): Promise<void> {
  const { town, tally } = play;
  const [first, second] = town.groups;
  if (first === undefined || second === undefined) throw new Error("There are no groups.");
  const [group, other] = random.chance(0.5) ? [first, second] : [second, first];
  const number = () => ++play.numbers;
  const story = random.weighted(stories)({ town, group, other, random, tally, number });
  if (story instanceof Promise) await story;
  else await goOn(open, open.push({ story, isReady: () => true }) - 1);
}

async function goOn(open: Open[], index: number): Promise<void> {
  const one = open[index];
  if (one === undefined) return;
  const { done, value } = await one.story.next();
  if (done === true) open.splice(index, 1);
  else one.isReady = value;
}

/** Fine weather again: all that is still to be done is waited for, also over one more restart. */
async function recover(play: Play): Promise<void> {
  const { town, keeper, options } = play;
  const endsAtMs = systemClock.now() + patienceMs;
  await keeper.look(true);
  while (systemClock.now() < endsAtMs) {
    await keeper.look(true);
    if (isAllThere(town)) break;
    await systemClock.sleep(100, options.signal);
  }
  await settle(play);
  // What would be done twice would be done now, when everything is read again.
  await keeper.stop();
  keeper.start();
  await settle(play);
  await keeper.stop();
}

/** Was everything done that must be? Quick and rough; the judgement comes later. */
function isAllThere({ groups, history }: Town): boolean {
  return groups.every(({ acct, expected }) => {
    const { shared, answers, welcomed, announced } = expected;
    const topLevel = history.of(acct).filter((one) => !one.reblogOf && !one.inReplyTo);
    return (
      [...shared].every((uri) => history.isBoosted(acct, uri)) &&
      [...answers.keys()].every((uri) => history.isAnswered(acct, uri)) &&
      topLevel.length >= welcomed.size + announced.size
    );
  });
}

/** A group does one thing after the other: once it answers this, it has done all before. */
async function settle(play: Play): Promise<void> {
  const { town, tally } = play;
  const alice = town.who("alice");
  const answers: (() => boolean)[] = [];
  for (const group of town.groups) {
    const visibility = "direct" as const;
    answers.push(await order({ town, group, tally }, alice, "/ping", ["pong"], { visibility }));
  }
  await until(play, "the last answers", () => answers.every((isAnswered) => isAnswered()));
}

async function until({ options, keeper }: Play, what: string, isSo: () => boolean): Promise<void> {
  const endsAtMs = systemClock.now() + patienceMs;
  while (!isSo()) {
    if (systemClock.now() > endsAtMs) throw new Error(`Waited in vain for ${what}.`);
    await keeper.look(true);
    await systemClock.sleep(20, options.signal);
  }
}

async function findingsOf({ town, keeper }: Play): Promise<readonly Finding[]> {
  const findings: Finding[] = keeper.complaints.map((what) => ({ kind: "wrong", what }));
  for (const group of town.groups) {
    const seen = await look(group, town.history);
    for (const { kind, what } of judge(group.expected, seen)) {
      findings.push({ kind, what: `${group.acct}: ${what}` });
    }
  }
  for (const line of keeper.log) {
    if (line.includes("A bug stopped this group")) findings.push({ kind: "wrong", what: line });
  }
  return findings;
}

function asFinding(error: unknown): Finding {
  return { kind: "lost", what: error instanceof Error ? error.message : String(error) };
}
