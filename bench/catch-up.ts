import type { SandboxUser } from "../src/sandbox/surface.js";
import { type Benchmark, pause } from "./result.js";
import { Rig, textFor } from "./rig.js";
import { quantile, round } from "./statistics.js";
import { Subject, type SubjectOptions } from "./subject.js";

const settings = {
  max_catchup_notifs: 1_000_000,
  max_catchup_statuses: 0,
  // Else 250 pages would take a minute, whoever reads them.
  delay_fetch_page_s: 0,
};

/** Has so many posts made that name both groups; every tenth to third is for all to see. */
async function fill(
  groups: readonly SandboxUser[],
  author: SandboxUser,
  count: number,
): Promise<number> {
  let shares = 0;
  const names = groups.map(({ acct }) => `@${acct}`).join(" ");
  const post = (number: number) => {
    const isShare = number % 10 < 3;
    if (isShare) shares++;
    const text = `${names} ${textFor(groups[0] ?? author, number)}`;
    return author.post(text, { visibility: isShare ? "public" : "direct" });
  };
  for (let at = 0; at < count; at += 10) {
    await Promise.all(
      Array.from({ length: Math.min(10, count - at) }, (_, more) => post(at + more)),
    );
  }
  return shares;
}

/** Reads and boosts all that was missed. @returns items a second */
async function race(subject: Subject, rig: Rig, items: number, shares: number): Promise<number> {
  const [group] = subject.groups;
  const seen = () =>
    rig.host.requests.filter(
      ({ username, path, status }) =>
        username === group?.username && path.endsWith("/reblog") && status === 200,
    );
  const before = rig.host.requests.length;
  subject.start();
  const giveUpAt = performance.now() + 600_000;
  while (seen().length < shares) {
    if (performance.now() > giveUpAt) {
      throw new Error(`Only ${seen().length} of ${shares} boosts came:\n${subject.lastLines()}`);
    }
    await pause(shares > 1000 ? 200 : 20);
  }
  const pages = rig.host.requests
    .slice(before)
    .filter(
      ({ username, path }) => username === group?.username && path.endsWith("/notifications"),
    );
  const tookMs = (seen().at(-1)?.atMs ?? 0) - (pages[0]?.atMs ?? 0);
  return (items / tookMs) * 1000;
}

/** Thousands of missed notifications. */
export const catchUp: Benchmark = {
  name: "catch-up",
  title: "Catch-up",
  async run({ isQuick, say }) {
    const items = isQuick ? 200 : 10_000;
    const rounds = isQuick ? 1 : 3;
    const found = { program: [] as number[], floor: [] as number[] };
    const cpu = { program: [] as number[], floor: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      await using rig = await Rig.open();
      const author = rig.host.addUser({ username: "author" });
      const options: SubjectOptions = {
        ...{ settings, floor: "catch-up", program: "modules" },
        // It has run before, so what it finds was missed.
        state: { last_notif_ts: Date.now() - 1000, last_status_ts: Date.now() },
        nodeArgv: ["--import", new URL("unlimited.js", import.meta.url).href],
      };
      await using program = await Subject.prepare("program", rig, options);
      await using floor = await Subject.prepare("floor", rig, { ...options, nodeArgv: [] });
      const shares = await fill([...program.groups, ...floor.groups], author, items);
      say(`catch-up: round ${round + 1} of ${rounds}`);
      const subjects = round % 2 === 0 ? [floor, program] : [program, floor];
      for (const subject of subjects) {
        const perSecond = await race(subject, rig, items, shares);
        found[subject.kind].push(perSecond);
        if (subject.child.exit === undefined) cpu[subject.kind].push(subject.cpuMs() / items);
        await subject.stop();
      }
    }
    const ratios = found.program.map((each, index) => each / (found.floor[index] ?? Number.NaN));
    const spread = (values: readonly number[]) =>
      `${round(quantile(values, 0.5))} (${round(Math.min(...values))} … ${round(Math.max(...values))})`;
    const ratio = quantile(ratios, 0.5);
    return {
      tables: [
        {
          head: ["", "runs", "program", "floor", "ratio"],
          rows: [
            [
              "items a second: median (least … most)",
              ...[`${rounds}`, spread(found.program), spread(found.floor), spread(ratios)],
            ],
          ],
        },
      ],
      targets: [
        {
          text: "items per second ≥ 0.8 × floor",
          found: `${round(ratio)} ×`,
          isMet: ratio >= 0.8,
        },
      ],
      notes: [
        `${items} missed notifications, 30 % of them posts to be shared, the others private mentions that nothing comes of; pages of 40, boosts one after the other, oldest first. Caps are raised (\`max_catchup_notifs\`) and there is no rest between pages (\`delay_fetch_page_s\`), of which the default, 0.25 s, adds ${round((items / 40) * 0.25)} s. No server takes so many requests, and the program keeps to the limits of every server it knows: here a module that is loaded before it (\`bench/unlimited.ts\`) shrinks the windows of those limits to nothing, while all that counts them goes on. For that the program is the build of single modules; what is shipped is a bundle of them.`,
        `A core's time for an item in the program, its start included: ${round(quantile(cpu.program, 0.5))} ms.`,
      ],
    };
  },
};
