import type { SandboxUser } from "../src/sandbox/surface.js";
import { type Benchmark, compare, compareHead, pause, ratioTarget } from "./result.js";
import { type Material, Rig, textFor } from "./rig.js";
import { round, summarise } from "./statistics.js";
import { prepareBoth, type Subject } from "./subject.js";

/** Nothing else comes between: sockets are not replaced while it is measured. */
const settings = { socket_retire_time_s: 3600 };
/** Mastodon takes 300 requests in five minutes, and a tenth of them is kept for moderation. */
const perGroup = 220;
const warmUp = 20;
const eventsPerSecond = 50;

interface Taken {
  readonly delaysMs: number[];
  cpuMs: number;
  events: number;
}

function nothingYet(): Taken {
  return { delaysMs: [], cpuMs: 0, events: 0 };
}

/** One frame, and how long until the request is there that it leads to. */
async function once(
  rig: Rig,
  group: SandboxUser,
  material: Material,
  request: string,
): Promise<number> {
  const arrival = rig.next(request);
  const sentAt = rig.send(group, material);
  return (await arrival) - sentAt;
}

const boostOf = ({ statusId }: Material) => `POST /api/v1/statuses/${statusId}/reblog`;

interface Stock {
  readonly group: SandboxUser;
  readonly material: readonly Material[];
}

async function stockOf(
  rig: Rig,
  { groups }: Subject,
  author: SandboxUser,
  count: number,
): Promise<readonly Stock[]> {
  const stocks: Stock[] = [];
  for (const group of groups) {
    const texts = Array.from({ length: count }, (_, number) => textFor(group, number));
    stocks.push({ group, material: await rig.prepare(group, author, texts) });
  }
  return stocks;
}

/** Program and floor in turn, an event at a time, with a rest before each. */
async function idleWarm(
  rig: Rig,
  subjects: readonly Subject[],
  stocks: ReadonlyMap<Subject, readonly Stock[]>,
  restMs: number,
): Promise<ReadonlyMap<Subject, Taken>> {
  const taken = new Map(subjects.map((subject) => [subject, nothingYet()]));
  const groups = subjects[0]?.groups.length ?? 0;
  for (let index = 0; index < groups; index++) {
    const count = stocks.values().next().value?.[index]?.material.length ?? 0;
    for (let number = 0; number < count; number++) {
      for (const subject of subjects) {
        const stock = stocks.get(subject)?.[index];
        const material = stock?.material[number];
        if (stock === undefined || material === undefined) continue;
        await pause(restMs);
        const cpuBefore = subject.cpuMs();
        const delayMs = await once(rig, stock.group, material, boostOf(material));
        if (number < warmUp) continue;
        const mine = taken.get(subject);
        mine?.delaysMs.push(delayMs);
        if (mine !== undefined) mine.cpuMs += subject.cpuMs() - cpuBefore;
      }
    }
  }
  return taken;
}

/** Program and floor in turn, a group's whole stock at a time, evenly spread. */
async function underLoad(
  rig: Rig,
  subjects: readonly Subject[],
  stocks: ReadonlyMap<Subject, readonly Stock[]>,
): Promise<ReadonlyMap<Subject, Taken>> {
  const taken = new Map(subjects.map((subject) => [subject, nothingYet()]));
  const groups = subjects[0]?.groups.length ?? 0;
  for (let index = 0; index < groups; index++) {
    for (const subject of subjects) {
      const stock = stocks.get(subject)?.[index];
      const mine = taken.get(subject);
      if (stock === undefined || mine === undefined) continue;
      await pause(300);
      const cpuBefore = subject.cpuMs();
      const beganAt = performance.now();
      const delays: Promise<number>[] = [];
      for (const [number, material] of stock.material.entries()) {
        await pause(beganAt + (number * 1000) / eventsPerSecond - performance.now());
        delays.push(once(rig, stock.group, material, boostOf(material)));
      }
      const all = await Promise.all(delays);
      await pause(100);
      mine.cpuMs += subject.cpuMs() - cpuBefore;
      mine.events += all.length;
      mine.delaysMs.push(...all.slice(warmUp));
    }
  }
  return taken;
}

async function commands(
  rig: Rig,
  subjects: readonly Subject[],
  admin: SandboxUser,
  count: number,
): Promise<ReadonlyMap<Subject, Taken>> {
  const taken = new Map(subjects.map((subject) => [subject, nothingYet()]));
  const stocks = new Map<Subject, readonly Material[]>();
  for (const subject of subjects) {
    const [group] = subject.groups;
    if (group === undefined) continue;
    const texts = Array.from({ length: count }, () => `@${group.acct} /ping`);
    stocks.set(subject, await rig.prepare(group, admin, texts, "direct"));
  }
  for (let number = 0; number < count; number++) {
    for (const subject of subjects) {
      const material = stocks.get(subject)?.[number];
      const [group] = subject.groups;
      if (group === undefined || material === undefined) continue;
      await pause(60);
      const delayMs = await once(rig, group, material, "POST /api/v1/statuses");
      if (number >= warmUp / 2) taken.get(subject)?.delaysMs.push(delayMs);
    }
  }
  return taken;
}

function told(
  what: string,
  taken: ReadonlyMap<Subject, Taken>,
  [program, floor]: readonly Subject[],
) {
  const of = (subject: Subject | undefined) =>
    summarise((subject && taken.get(subject)?.delaysMs) ?? []);
  return compare(what, of(program), of(floor));
}

/** From a frame to the boost or the answer. */
export const delay: Benchmark = {
  name: "delay",
  title: "Delay",
  async run({ isQuick, say }) {
    await using rig = await Rig.open();
    const author = rig.host.addUser({ username: "author" });
    const admin = rig.host.addUser({ username: "admin" });
    const each = isQuick ? 40 : perGroup;
    const [idle, busy, ordered] = isQuick ? [1, 1, 40] : [3, 4, 120];
    const measure = async (
      count: number,
      play: (
        subjects: readonly Subject[],
        stocks: ReadonlyMap<Subject, readonly Stock[]>,
      ) => Promise<ReadonlyMap<Subject, Taken>>,
      stocked: number,
      what: string,
    ) => {
      const subjects = await prepareBoth(rig, { count, settings });
      await using program = subjects[0];
      await using floor = subjects[1];
      for (const subject of subjects) subject.start();
      for (const subject of subjects) await subject.settled(rig);
      const stocks = new Map<Subject, readonly Stock[]>();
      for (const subject of subjects) {
        stocks.set(subject, stocked === 0 ? [] : await stockOf(rig, subject, author, stocked));
      }
      // What is compiled and collected once is done by then.
      await pause(isQuick ? 300 : 3000);
      say(`delay: ${what}`);
      const taken = await play(subjects, stocks);
      const cpu = [program, floor].map((subject) => {
        const { cpuMs, events } = taken.get(subject) ?? nothingYet();
        return events === 0 ? Number.NaN : cpuMs / events;
      });
      return { ...told(what, taken, subjects), cpu };
    };
    const idleWarmed = await measure(
      idle,
      (subjects, stocks) => idleWarm(rig, subjects, stocks, isQuick ? 10 : 40),
      each,
      "boost, idle and warm, ms",
    );
    const loaded = await measure(
      busy,
      (subjects, stocks) => underLoad(rig, subjects, stocks),
      each,
      `boost, ${eventsPerSecond} events a second, ms`,
    );
    const answered = await measure(
      1,
      (subjects) => commands(rig, subjects, admin, ordered),
      0,
      "answer to /ping, ms",
    );
    const [programCpu = Number.NaN, floorCpu = Number.NaN] = loaded.cpu;
    return {
      tables: [
        { head: compareHead, rows: [...idleWarmed.rows, ...loaded.rows, ...answered.rows] },
        {
          head: ["", "program", "floor", "ratio"],
          rows: [
            [
              "a core's time for a boost at 50 events a second, ms",
              ...[round(programCpu), round(floorCpu), round(programCpu / floorCpu)],
            ],
          ],
        },
      ],
      targets: [
        ratioTarget("boost, idle: median ≤ 1.5 × floor", idleWarmed.median, 1.5),
        ratioTarget("boost, idle: p99 ≤ 3 × floor", idleWarmed.p99, 3),
        ratioTarget("boost, 50 events/s: median ≤ 1.5 × floor", loaded.median, 1.5),
        ratioTarget("boost, 50 events/s: p99 ≤ 3 × floor", loaded.p99, 3),
        ratioTarget("command: frame to reply ≤ 2 × floor", answered.median, 2),
      ],
      notes: [
        "From the sandbox's flush of the frame to the head of the request that comes of it, both on the sandbox's monotonic clock. Frames are made beforehand, so that the sandbox does nothing while it waits. Several groups take turns, each within Mastodon's limits, which the program keeps; sockets are not replaced meanwhile.",
      ],
    };
  },
};
