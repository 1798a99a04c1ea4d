import { exponentOf, fill, timeOf } from "../src/fuzz/growth.js";
import { readers } from "../src/fuzz/readers.js";
import type { SandboxUser } from "../src/sandbox/surface.js";
import { type Benchmark, pause, type Run, type Table, type Target } from "./result.js";
import { Rig, textFor } from "./rig.js";
import { quantile, round } from "./statistics.js";
import { Subject } from "./subject.js";

/** More than this is no longer linear. */
const maxExponent = 1.2;
/** Shorter times of readers are of everything but the length. */
const leastMs = 0.2;
/** So much the times of whole processes differ by themselves. */
const noiseMs = 3;

function shown(exponent: number | undefined): string {
  return exponent === undefined ? "too fast to tell" : round(exponent);
}

interface Large {
  readonly size: number;
  readonly startMs: number;
  readonly rssMb: number;
  readonly shareMs: number;
  readonly membersMs: number;
  readonly addMs: number;
}

/** A group with so many members, bans and tags. */
function controlOf(size: number): Readonly<Record<string, unknown>> {
  const many = (make: (index: number) => string) =>
    Array.from({ length: size }, (_, index) => make(index)).sort();
  return {
    member_users: many((index) => `member${index}@far${index % 997}.example`),
    banned_users: many((index) => `troll${index}@far${index % 997}.example`),
    group_tags: many((index) => `tag${index}`),
  };
}

async function medianOf(times: number, once: (number: number) => Promise<number>): Promise<number> {
  const taken: number[] = [];
  for (let number = 0; number < times; number++) {
    taken.push(await once(number));
    await pause(100);
  }
  return quantile(taken, 0.5);
}

async function ofSize(
  rig: Rig,
  size: number,
  author: SandboxUser,
  admin: SandboxUser,
  isQuick: boolean,
): Promise<Large> {
  await using subject = await Subject.prepare("program", rig, {
    ...{ control: controlOf(size), settings: { socket_retire_time_s: 3600 } },
  });
  subject.start();
  const startMs = (await subject.live(rig)) - subject.startedAtMs;
  await subject.settled(rig);
  const [group] = subject.groups;
  if (group === undefined) throw new Error("There is no group.");
  const times = isQuick ? 3 : 9;
  const numbers = Array.from({ length: times + 3 }, (_, number) => number);
  const posts = await rig.prepare(
    ...([group, author, numbers.map((number) => textFor(group, number))] as const),
  );
  const orders = async (text: (number: number) => string) =>
    await rig.prepare(group, admin, numbers.map(text), "direct");
  const lists = await orders(() => `@${group.acct} /members`);
  // Somebody whom the server knows, or there is nothing to write down.
  const newcomer = (number: number) =>
    rig.host.addUser({ username: `newcomer${size}x${number}` }).acct;
  const adds = await orders((number) => `@${group.acct} /add ${newcomer(number)}`);
  await pause(isQuick ? 100 : 1000);
  for (const one of posts.slice(times)) rig.send(group, one);
  await pause(500);
  const shareMs = await medianOf(times, async (number) => {
    const one = posts[number];
    if (one === undefined) return Number.NaN;
    const arrival = rig.next(`POST /api/v1/statuses/${one.statusId}/reblog`);
    const sentAt = rig.send(group, one);
    return (await arrival) - sentAt;
  });
  const answer = (material: typeof lists) => async (number: number) => {
    const one = material[number];
    if (one === undefined) return Number.NaN;
    const since = rig.host.requests.length;
    const sentAt = performance.timeOrigin + rig.send(group, one);
    // A long answer has many parts; the first one names what it answers.
    for (;;) {
      const reply = rig.host.requests
        .slice(since)
        .find(({ body }) => Reflect.get(Object(body), "in_reply_to_id") === one.statusId);
      if (reply !== undefined) {
        await pause(isQuick ? 200 : 1500);
        return reply.atMs - sentAt;
      }
      await pause(2);
    }
  };
  const membersMs = await medianOf(isQuick ? 1 : 3, answer(lists));
  const addMs = await medianOf(isQuick ? 1 : 5, answer(adds));
  const control = await subject.file(group, "control");
  if (!control.includes(`newcomer${size}x0@`)) throw new Error("/add added nobody.");
  return { size, startMs, rssMb: subject.rss() / 1024 / 1024, shareMs, membersMs, addMs };
}

/** Ordinary text, as people write it. */
const prose =
  '<p>Has anybody seen the <a href="https://x.org/tags/pond">#pond</a> behind the station? @ann@far.example says: it is tame &amp; deep.<br>Here: <a href="https://ducks.example/a/b?c=d">ducks.example</a></p> /ban @x ';

function textGrowth({ isQuick, say }: Run): { readonly table: Table; readonly worst: number } {
  const lengths = isQuick ? [100, 10_000] : [100, 1_000, 10_000, 100_000, 1_000_000];
  const now = () => performance.now();
  let worst = 0;
  const rows = readers.map((reader) => {
    say(`growth: ${reader.name}`);
    const points = lengths.map((length) => ({
      length,
      timeMs: timeOf(reader, fill(prose, length), { now }, 5),
    }));
    const exponent = exponentOf(points, leastMs);
    worst = Math.max(worst, exponent ?? 0);
    return [reader.name, ...points.map(({ timeMs }) => round(timeMs)), shown(exponent)];
  });
  return {
    table: { head: ["reads, ms", ...lengths.map((length) => `${length} B`), "exponent"], rows },
    worst,
  };
}

/** Members, bans and tags from ten to a hundred thousand; posts from 100 bytes to a megabyte. */
export const growth: Benchmark = {
  name: "growth",
  title: "Growth",
  async run(run) {
    const { isQuick, say } = run;
    await using rig = await Rig.open();
    const author = rig.host.addUser({ username: "author" });
    const admin = rig.host.addUser({ username: "admin" });
    const sizes = isQuick ? [10, 1000] : [10, 100, 1_000, 10_000, 100_000];
    const found: Large[] = [];
    for (const size of sizes) {
      say(`growth: ${size} members, bans and tags`);
      found.push(await ofSize(rig, size, author, admin, isQuick));
    }
    /** Of what comes on top of the smallest group's time, in the last step. */
    const exponent = (pick: (large: Large) => number): number | undefined => {
      const base = Math.min(...found.map(pick));
      const last = found
        .slice(-2)
        .map((large) => ({ length: large.size, timeMs: pick(large) - base }));
      return exponentOf(last, noiseMs);
    };
    const { table, worst } = textGrowth(run);
    const columns: readonly (readonly [string, (large: Large) => number])[] = [
      ["start, ms", ({ startMs }) => startMs],
      ["share, ms", ({ shareMs }) => shareMs],
      ["/members, ms", ({ membersMs }) => membersMs],
      ["/add, ms", ({ addMs }) => addMs],
      ["resident, MB", ({ rssMb }) => rssMb],
    ];
    const targets: readonly Target[] = [
      {
        text: "parser, HTML to text, splitter and the other readers: linear",
        found: `exponent at most ${round(worst)}`,
        isMet: worst <= maxExponent,
      },
      ...columns.slice(0, 4).map(([name, pick]) => ({
        text: `${name.split(",")[0]}: no worse than linear`,
        found: `exponent ${shown(exponent(pick))}`,
        isMet: (exponent(pick) ?? 0) <= maxExponent,
      })),
    ];
    return {
      tables: [
        {
          head: ["members, bans and tags, each", ...columns.map(([name]) => name)],
          rows: found.map((large) => [
            `${large.size}`,
            ...columns.map(([, pick]) => round(pick(large))),
          ]),
        },
        table,
      ],
      targets,
      notes: [
        "Share, `/members` and `/add` from the frame to the first request; `/add` waits until the control is on the disk. Exponents: of what the last step from 10,000 to 100,000 adds to the time of the smallest group; of the readers, fitted to all times above 0.2 ms. HTML beyond 200,000 characters is not read. What the text is made of here is ordinary; `npm run fuzz -- --growth` measures the same readers under attack.",
      ],
    };
  },
};
