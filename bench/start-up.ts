import { type Benchmark, compare, compareHead, pause, ratioTarget } from "./result.js";
import { Rig } from "./rig.js";
import { round, summarise } from "./statistics.js";
import { prepareBoth, Subject } from "./subject.js";

/** From the start of a process to its open stream. */
export const startUp: Benchmark = {
  name: "start-up",
  title: "Start-up",
  async run({ isQuick, say }) {
    await using rig = await Rig.open();
    // Only where there are limits can one be broken.
    await using strict = await Rig.open({ hasRateLimits: true });
    const times = isQuick ? 2 : 15;
    const subjects = await prepareBoth(rig);
    await using program = subjects[0];
    await using floor = subjects[1];
    const taken = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
    // Once more than is counted: the first run finds cold files and writes its first state.
    for (let time = 0; time <= times; time++) {
      for (const subject of subjects) {
        subject.start();
        const tookMs = (await subject.live(rig)) - subject.startedAtMs;
        await pause(200);
        await subject.stop();
        if (time > 0) taken.get(subject)?.push(tookMs);
      }
    }
    const { rows, median } = compare(
      "one group, ms",
      summarise(taken.get(program) ?? []),
      summarise(taken.get(floor) ?? []),
    );
    const many = isQuick ? 20 : 1000;
    say(`start-up: ${many} groups`);
    await using crowd = await Subject.prepare("program", strict, { count: many });
    const before = strict.host.requests.length;
    crowd.start();
    const tookMs = (await crowd.live(strict)) - crowd.startedAtMs;
    const refused = strict.host.requests
      .slice(before)
      .filter(({ status }) => status === 429).length;
    const asked = strict.host.requests.length - before;
    return {
      tables: [
        { head: compareHead, rows },
        {
          head: ["groups", "until all are live, s", "requests", "most in one second"],
          rows: [
            [
              ...[`${many}`, round(tookMs / 1000), `${asked}`],
              `${mostInOneSecond(strict.host.requests.slice(before).map(({ atMs }) => atMs))}`,
            ],
          ],
        },
      ],
      targets: [
        ratioTarget("process start to stream open ≤ 1.5 × floor", median, 1.5),
        {
          text: `${many} groups live without breaking any budget`,
          found: `${round(tookMs / 1000)} s, ${refused} requests refused`,
          isMet: refused === 0,
        },
      ],
      notes: [
        "The program reads and checks its files, asks who it is and what the server can do, and then opens the stream; the floor only opens the stream. Groups come to their servers 20 a second (`worker/door.ts`), at their start and once more for their socket: that is what a start with many waits for. The server refuses there what Mastodon would.",
      ],
    };
  },
};

function mostInOneSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
