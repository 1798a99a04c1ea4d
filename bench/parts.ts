import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Benchmark, pause } from "./result.js";
import { type Material, Rig, textFor } from "./rig.js";
import { round } from "./statistics.js";
import { Subject } from "./subject.js";

/** What `node --cpu-prof` writes. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The part of the program that a function belongs to. */
function partOf({ functionName, url }: Profile["nodes"][number]["callFrame"]): string {
  if (url === "") return functionName.startsWith("(") ? functionName : "V8 and C++";
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  if (url.startsWith("node:")) return url.includes("undici") ? "fetch (undici)" : "node";
  const own = /\/build\/([a-z-]+)/u.exec(url)?.[1];
  return own === undefined ? url : `our ${own}`;
}

/** Self times by a name for each function, in ms. */
function timesBy(
  { nodes, samples, timeDeltas }: Profile,
  nameOf: (frame: Profile["nodes"][number]["callFrame"]) => string,
): readonly (readonly [string, number])[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined) return;
    const name = nameOf(frame);
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  });
  return [...times].sort(([, a], [, b]) => b - a);
}

const settings = { socket_retire_time_s: 3600 };
const eventsPerSecond = 100;

/** Where the time of a boost goes. */
export const parts: Benchmark = {
  name: "parts",
  title: "Cost of the parts",
  async run({ isQuick, say }) {
    await using rig = await Rig.open();
    const author = rig.host.addUser({ username: "author" });
    const count = isQuick ? 1 : 8;
    const each = isQuick ? 30 : 250;
    await using subject = await Subject.prepare("program", rig, {
      ...{ count, settings, program: "modules" },
      nodeArgv: ["--cpu-prof", "--cpu-prof-interval", "200", "--cpu-prof-dir", "profiles"],
    });
    subject.start();
    await subject.settled(rig);
    const all: { readonly group: Subject["groups"][number]; readonly material: Material }[] = [];
    for (const group of subject.groups) {
      const texts = Array.from({ length: each }, (_, number) => textFor(group, number));
      const made = await rig.prepare(group, author, texts);
      all.push(...made.map((material) => ({ group, material })));
    }
    say("parts: boosts under the profiler");
    const beganAt = performance.now();
    for (const [number, { group, material }] of all.entries()) {
      await pause(beganAt + (number * 1000) / eventsPerSecond - performance.now());
      rig.send(group, material);
    }
    await pause(1000);
    await subject.stop();
    const folder = join(subject.folder, "profiles");
    const [file = ""] = await readdir(folder);
    const profile: Profile = JSON.parse(await readFile(join(folder, file), "utf8"));
    const row = ([name, timeMs]: readonly [string, number]) => [
      ...[name, round(timeMs), round((timeMs / all.length) * 1000)],
    ];
    const isIdle = ([name]: readonly [string, number]) => !/^\((?:idle|program|root)\)/u.test(name);
    const functions = timesBy(
      profile,
      (frame) => `${partOf(frame)}: ${frame.functionName || "(anonymous)"}`,
    );
    return {
      tables: [
        {
          head: ["part", "ms in all", "µs a boost"],
          rows: timesBy(profile, partOf).filter(isIdle).slice(0, 25).map(row),
        },
        {
          head: ["function", "ms in all", "µs a boost"],
          rows: functions.filter(isIdle).slice(0, 40).map(row),
        },
      ],
      targets: [],
      notes: [
        `Time spent in functions themselves, of ${all.length} boosts at ${eventsPerSecond} events a second; the start of the program is in it. This is the build of single modules, which tells the parts apart; it takes longer to be loaded than the one that is shipped.`,
      ],
    };
  },
};
