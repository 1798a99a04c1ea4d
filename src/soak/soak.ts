import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import type { Clock } from "../ports.js";
import { startSandbox } from "../sandbox/index.js";
import type { ChildDaemon, HookedBuild } from "../stage/child.js";
import { Calm } from "./calm.js";
import { adminQuestion } from "./deeds.js";
import { type Balance, Ledger } from "./ledger.js";
import { startProbed } from "./probed.js";
import { judge, readSamples, type Series, sizeOf } from "./samples.js";
import { aScene, type Scene } from "./scene.js";
import { type Circle, groupNames, hostsFor, settle, writeFiles } from "./town.js";
import { Traffic } from "./traffic.js";

/** How long, how much, and with what. */
export interface SoakOptions {
  readonly build: HookedBuild;
  readonly groups: number;
  /** Events a second, over all groups. */
  readonly ratePerSecond: number;
  /** How many questions each group is asked first, all at once. */
  readonly burstPerGroup: number;
  /** Traffic that is not measured, and then traffic that is. */
  readonly warmUpMs: number;
  readonly measuredMs: number;
  readonly sampleEveryMs: number;
  /** How long the end is watched for what comes twice. */
  readonly watchMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Is told how it goes, about once a minute. */
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface SoakResult {
  readonly events: number;
  /** Events that were left out for groups without a stream, see {@link Traffic}. */
  readonly heldBack: number;
  readonly balance: Balance;
  readonly series: readonly Series[];
  /** Those that were looked at: taken while there was no backlog. */
  readonly samples: number;
  readonly taken: number;
  /** Of all files of all groups, after the warm-up and at the end. */
  readonly bytesOnDisk: readonly [number, number];
  /** Lines of the daemon's log that are worse than information, with how often each came. */
  readonly complaints: ReadonlyMap<string, number>;
  /** Everything that ought not to be; empty when all is well. */
  readonly faults: readonly string[];
}

const lookEveryMs = 50;
const startPatienceMs = 60_000;
const endPatienceMs = 120_000;
const leastSamples = 20;
const keptPerGroup = 400;
const keptAtLeast = 20_000;

/** Runs the real daemon under steady traffic, and looks at what it does and holds. */
export async function soak(options: SoakOptions, signal: AbortSignal): Promise<SoakResult> {
  const { groups, clock, say, burstPerGroup, warmUpMs, measuredMs, watchMs } = options;
  const ledger = new Ledger(groupNames(groups));
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-soak-"));
  await using sandbox = await startSandbox({
    hosts: hostsFor(groups),
    keeps: Math.max(keptAtLeast, keptPerGroup * groups),
    onStatus: (change) => ledger.see(change),
  });
  try {
    const circles = await settle(sandbox, groups, folder);
    for (const circle of circles) await writeFiles(circle, clock.now());
    const samplesFile = join(folder, "samples");
    const complaints = new Map<string, number>();
    await using child = startProbed(options, { folder, samplesFile }, complaints);
    await untilListening(circles, child, clock, signal);
    const scenes = circles.map((circle) => aScene(circle, ledger));
    const traffic = new Traffic({ ...options, scenes });
    const progress = new AbortController();
    // A busy machine makes work pile up, and work in hand takes memory: that is no growth.
    const calm = new Calm(() => ledger.waiting > groups / 2, clock);
    const reporting = Promise.all([
      calm.watch(progress.signal),
      report({ options, ledger, traffic, samplesFile, child }, progress.signal),
    ]);
    await traffic.burst(adminQuestion, burstPerGroup, signal);
    await untilSettled(ledger, clock, signal);
    say("The burst is over.");
    await traffic.flow(warmUpMs, signal);
    const warmAt = clock.now();
    const eventsBefore = traffic.count;
    const bytesBefore = await sizeOf(join(folder, "groups"));
    say("The warm-up is over.");
    await traffic.flow(measuredMs, signal);
    await untilSampled(samplesFile, warmAt, clock, signal);
    const measuredUntil = clock.now();
    const eventsPerMinute = ((traffic.count - eventsBefore) / (measuredUntil - warmAt)) * 60_000;
    progress.abort();
    await reporting;
    await untilSettled(ledger, clock, signal);
    await clock.sleep(watchMs, signal);
    const isRunning = child.exit === undefined;
    const exit = await child.stop();
    const bytesAfter = await sizeOf(join(folder, "groups"));
    const taken = (await readSamples(samplesFile)).filter(
      ({ atMs }) => atMs >= warmAt && atMs <= measuredUntil,
    );
    const samples = taken.filter(({ atMs }) => calm.isCalm(atMs));
    const balance = ledger.balance();
    const series = judge(samples, eventsPerMinute);
    const faults = [
      ...(isRunning ? [] : ["The daemon ended by itself."]),
      ...(exit.code === 0 ? [] : [`The daemon ended with ${exit.code ?? exit.signal}.`]),
      ...faultsIn(balance),
      ...(await wrongControls(scenes)),
      ...traffic.mishaps.map((error) => `The soak itself failed: ${String(error)}.`),
      ...(samples.length < leastSamples
        ? ["Too few samples without a backlog to judge growth."]
        : []),
      ...series.filter(({ isGrowing }) => isGrowing).map(({ name }) => `Growing: ${name}.`),
    ];
    return {
      ...{ events: traffic.count, heldBack: traffic.heldBack, balance, series, complaints, faults },
      ...{ samples: samples.length, taken: taken.length, bytesOnDisk: [bytesBefore, bytesAfter] },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilListening(
  circles: readonly Circle[],
  child: ChildDaemon,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = clock.now() + startPatienceMs;
  const isListening = ({ host, group }: Circle) =>
    host.faults.streams.count(group.username) > 0 ||
    // Where there is no stream, the home timeline is what is asked for last.
    host.requests.some(
      ({ path, username }) => username === group.username && path.endsWith("/timelines/home"),
    );
  while (!circles.every(isListening)) {
    if (child.exit !== undefined || clock.now() > giveUpAt) {
      throw new Error(`The daemon does not listen:\n${child.lastLines().join("\n")}`);
    }
    await clock.sleep(lookEveryMs, signal);
  }
}

/** On a busy machine the first sample may be late. */
async function untilSampled(
  file: string,
  sinceMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = clock.now() + startPatienceMs;
  while (!(await readSamples(file)).some(({ atMs }) => atMs >= sinceMs)) {
    if (clock.now() > giveUpAt) throw new Error("The daemon's process tells nothing of itself.");
    await clock.sleep(lookEveryMs, signal);
  }
}

async function untilSettled(ledger: Ledger, clock: Clock, signal: AbortSignal): Promise<void> {
  const giveUpAt = clock.now() + endPatienceMs;
  while (ledger.waiting > 0 && clock.now() < giveUpAt) await clock.sleep(lookEveryMs, signal);
}

function faultsIn({ lost, doubled, unasked }: Balance): readonly string[] {
  return [
    ...lost.map((effect) => `Lost: ${effect}.`),
    ...doubled.map((effect) => `Doubled: ${effect}.`),
    ...unasked.map((effect) => `Unasked: ${effect}.`),
  ];
}

/** Is the control of each group what the commands made of it? */
async function wrongControls(scenes: readonly Scene[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { circle, tags, banned } of scenes) {
    const text = await readFile(join(circle.folder, "control.json5"), "utf8");
    const control: unknown = JSON5.parse(text);
    const wanted = { group_tags: tags, banned_servers: banned };
    for (const [key, items] of Object.entries(wanted)) {
      const found = JSON.stringify(Reflect.get(Object(control), key) ?? []);
      const due = JSON.stringify([...items].sort());
      if (found !== due) faults.push(`${circle.group.acct} has ${key} ${found} instead of ${due}.`);
    }
  }
  return faults;
}

interface Reported {
  readonly options: SoakOptions;
  readonly ledger: Ledger;
  readonly traffic: Traffic;
  readonly samplesFile: string;
  readonly child: ChildDaemon;
}

const reportEveryMs = 60_000;

/** Tells how it goes until the signal. */
async function report(
  { options, ledger, traffic, samplesFile, child }: Reported,
  signal: AbortSignal,
): Promise<void> {
  const { clock, say } = options;
  for (;;) {
    const isOver = await clock.sleep(reportEveryMs, signal).then(
      () => false,
      () => true,
    );
    if (isOver) return;
    const last = (await readSamples(samplesFile)).at(-1);
    const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    const held =
      last === undefined
        ? ""
        : `, heap ${megabytes(last.heapUsed)}, resident ${megabytes(last.rss)}, ${last.handles} handles`;
    const state = child.exit === undefined ? "" : ", THE DAEMON IS GONE";
    say(`${traffic.count} events, ${ledger.waiting} effects under way${held}${state}`);
  }
}
