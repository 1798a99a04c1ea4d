import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxUser } from "../src/sandbox/surface.js";
import { type Benchmark, pause, type Target } from "./result.js";
import { type Material, Rig, textFor } from "./rig.js";
import { round } from "./statistics.js";
import { Subject } from "./subject.js";
import type { Writes } from "./writes-probe.js";

/** The state is written so long after a change. */
const gatheredMs = 6000;

async function writesOf(subject: Subject): Promise<Writes> {
  const file = join(subject.folder, "writes");
  await rm(file, { force: true });
  subject.child.signal("SIGUSR2");
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.endsWith("}")) return JSON.parse(text);
    await pause(5);
  }
}

interface Stage {
  readonly rig: Rig;
  readonly subject: Subject;
  readonly restMs: number;
}

/** Sends all of it at this pace, and waits. @returns requests and writes that came of it */
async function play(
  { rig, subject, restMs }: Stage,
  group: SandboxUser,
  material: readonly Material[],
  perSecond: number,
): Promise<{ readonly requests: readonly string[]; readonly writes: Writes }> {
  const before = await writesOf(subject);
  const since = rig.host.requests.length;
  const beganAt = performance.now();
  for (const [number, one] of material.entries()) {
    await pause(beganAt + (number * 1000) / perSecond - performance.now());
    rig.send(group, one);
  }
  await pause(restMs);
  const after = await writesOf(subject);
  const requests = rig.host.requests
    .slice(since)
    .filter(({ username }) => username === group.username)
    .map(({ method, path }) => `${method} ${path.replace(/\d{4,}/gu, ":id")}`);
  const writes: Writes = {
    files: after.files - before.files,
    renames: after.renames - before.renames,
    links: after.links - before.links,
    syncs: after.syncs - before.syncs,
    bytes: after.bytes - before.bytes,
  };
  return { requests, writes };
}

const exactly = (text: string, found: number, due: number): Target => ({
  text,
  found: round(found),
  isMet: found === due,
});

/** What an event costs the server and the disk. */
export const costs: Benchmark = {
  name: "costs",
  title: "Requests and writes",
  async run({ isQuick, say }) {
    await using rig = await Rig.open();
    const author = rig.host.addUser({ username: "author" });
    const admin = rig.host.addUser({ username: "admin" });
    const [shared, ignored, ordered] = isQuick ? [20, 80, 10] : [200, 800, 100];
    const writesFile = "writes";
    await using subject = await Subject.prepare("program", rig, {
      count: 3,
      settings: { socket_retire_time_s: 3600 },
      nodeArgv: ["--import", new URL("writes-probe.js", import.meta.url).href],
      env: { FEDIGROUPS_BENCH_WRITES: writesFile },
    });
    subject.start();
    await subject.settled(rig);
    const [first, second, third] = subject.groups;
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error("There are no groups.");
    }
    const texts = (group: SandboxUser, count: number) =>
      Array.from({ length: count }, (_, number) => textFor(group, number));
    const orders = (group: SandboxUser, count: number) =>
      Array.from({ length: count }, () => `@${group.acct} /ping`);
    const shares = await rig.prepare(first, author, texts(first, shared));
    // A private word without a command is nothing to a group.
    const chatter = await rig.prepare(first, author, texts(first, ignored), "direct");
    const commands = await rig.prepare(second, admin, orders(second, ordered), "direct");
    const slow = await rig.prepare(third, author, texts(third, 4));
    // In a hurry it is enough that something was sent.
    const stage = { rig, subject, restMs: isQuick ? 500 : gatheredMs };
    await pause(stage.restMs);
    say("costs: shares and chatter");
    const ofShares = await play(stage, first, shares, 50);
    const ofChatter = await play(stage, first, chatter, 50);
    say("costs: commands");
    const ofCommands = await play(stage, second, commands, 10);
    const spaced = isQuick ? undefined : await play(stage, third, slow, 1 / 6);
    say("costs: rest");
    const rest = await idle(rig, isQuick);
    const row = (what: string, events: number, { requests, writes }: typeof ofShares) => {
      const perThousand = (count: number) => round((count / events) * 1000);
      return [
        ...[what, `${events}`, round(requests.length / events), perThousand(writes.files)],
        ...[perThousand(writes.syncs), round((writes.bytes / events) * 0.001)],
      ];
    };
    return {
      tables: [
        {
          head: [
            ...["events", "how many", "requests for one", "files opened to write, for 1,000"],
            ...["syncs for 1,000", "kB written for one"],
          ],
          rows: [
            row("shared posts, 50 a second", shared, ofShares),
            row("ignored, 50 a second", ignored, ofChatter),
            row("/ping, 10 a second", ordered, ofCommands),
            ...(spaced === undefined ? [] : [row("shared posts, one in 6 s", slow.length, spaced)]),
          ],
        },
        {
          head: ["idle, of one group", "requests an hour"],
          rows: [["sockets replaced every 2 minutes (default)", round(rest)]],
        },
      ],
      targets: [
        exactly("requests for a shared post: 1", ofShares.requests.length / shared, 1),
        exactly("requests for an ignored post: 0", ofChatter.requests.length / ignored, 0),
        exactly(
          "requests for a command: 1 + effects (/ping has 1 effect and needs nothing looked up)",
          ofCommands.requests.length / ordered,
          1,
        ),
      ],
      notes: [
        "What changed is added to the journal 5 s after the first change since the last time, so events that come more seldom cost one line each, and busy groups one line in 5 s. A command is written down before it begins, and once it is done; only the first of the two is synced. The whole state is written when the journal is as long as it, and at the stop.",
      ],
    };
  },
};

/** Requests an hour of a group at rest, over two lives of its socket. */
async function idle(rig: Rig, isQuick: boolean): Promise<number> {
  const count = isQuick ? 4 : 60;
  const lifeS = isQuick ? 2 : 120;
  await using subject = await Subject.prepare("program", rig, {
    ...{ count, settings: { socket_retire_time_s: lifeS } },
  });
  subject.start();
  await subject.settled(rig);
  await pause(2000);
  const beganAt = performance.now();
  const before = rig.host.requests.length;
  await pause(lifeS * 2000);
  const tookMs = performance.now() - beganAt;
  const perHour = ((rig.host.requests.length - before) / count / tookMs) * 3_600_000;
  return perHour * (lifeS / 120);
}
