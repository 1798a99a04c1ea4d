import { type Benchmark, pause, ratioTarget } from "./result.js";
import { Rig } from "./rig.js";
import { quantile, round, slopeOf } from "./statistics.js";
import { prepareBoth, type Subject } from "./subject.js";

const megabyte = 1024 * 1024;

interface Point {
  readonly count: number;
  readonly program: number;
  readonly floor: number;
}

/** What a process holds and does with so many groups at rest. */
export const memory: Benchmark = {
  name: "memory",
  title: "Memory and idle CPU",
  async run({ isQuick, say }) {
    await using rig = await Rig.open({ keeps: 100_000 });
    const restMs = isQuick ? 2000 : 60_000;
    const points: Point[] = [];
    const idle = new Map<string, number>();
    let requestsPerHour = Number.NaN;
    const sizes = isQuick ? [1, 10] : [1, 10, 100, 1000];
    for (const count of sizes) {
      say(`memory: ${count} groups`);
      const subjects = await prepareBoth(rig, { count });
      await using program = subjects[0];
      await using floor = subjects[1];
      for (const subject of subjects) subject.start();
      for (const subject of subjects) await subject.live(rig);
      const requestsBefore = rig.host.requests.length;
      const cpuBefore = subjects.map((subject) => subject.cpuMs());
      const beganAt = performance.now();
      const samples = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
      // The last sixth is what counts.
      await pause((restMs * 5) / 6);
      for (let sample = 0; sample < 5; sample++) {
        await pause(restMs / 30);
        for (const subject of subjects) samples.get(subject)?.push(subject.rss());
      }
      const tookMs = performance.now() - beganAt;
      for (const [index, subject] of subjects.entries()) {
        const busyMs = subject.cpuMs() - (cpuBefore[index] ?? 0);
        idle.set(`${subject.kind} ${count}`, (busyMs / tookMs) * 100);
      }
      requestsPerHour = ((rig.host.requests.length - requestsBefore) / count / tookMs) * 3_600_000;
      const of = (subject: Subject) => quantile(samples.get(subject) ?? [], 0.5) / megabyte;
      points.push({ count, program: of(program), floor: of(floor) });
      await program.stop();
      await floor.stop();
    }
    const slope = (kind: "program" | "floor") =>
      slopeOf(points.map((point) => ({ x: point.count, y: point[kind] * 1024 })));
    const [one] = points;
    const most = sizes.at(-1) ?? 1;
    const percent = (kind: string, count: number) => round(idle.get(`${kind} ${count}`) ?? 0);
    const idleMost = idle.get(`program ${most}`) ?? Number.NaN;
    return {
      tables: [
        {
          head: [
            ...["groups", "program, MB", "floor, MB", "ratio"],
            ...["program, idle CPU %", "floor, idle CPU %"],
          ],
          rows: points.map(({ count, program, floor }) => [
            ...[`${count}`, round(program), round(floor), round(program / floor)],
            ...[percent("program", count), percent("floor", count)],
          ]),
        },
        {
          head: ["", "program", "floor", "ratio"],
          rows: [
            [
              "each further group, kB",
              ...[round(slope("program")), round(slope("floor"))],
              round(slope("program") / slope("floor")),
            ],
          ],
        },
      ],
      targets: [
        ratioTarget(
          "1 group ≤ 1.4 × floor process",
          (one?.program ?? Number.NaN) / (one?.floor ?? Number.NaN),
          1.4,
        ),
        ratioTarget("per group ≤ 1.3 × floor slope", slope("program") / slope("floor"), 1.3),
        {
          text: `${most} groups: idle CPU under 2 %`,
          found: `${round(idleMost)} % of a core`,
          isMet: idleMost < 2,
        },
      ],
      notes: [
        `Resident memory ${restMs / 1000} s after the last group is live, the sandbox in another process; median of five looks. The settings are the defaults, so sockets are replaced every two minutes in that time, too. Seen meanwhile, of one group: ${round(requestsPerHour)} requests an hour.`,
      ],
    };
  },
};
