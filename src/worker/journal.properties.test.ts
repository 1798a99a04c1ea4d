/** Whatever a group does, and wherever it dies, its files say what it remembered at one moment, and a late enough one. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, expect, it } from "vitest";
import type { GroupState } from "../core/state.js";
import { checkGroupFiles, createFileStore } from "../store/file-store.js";
import { acct, aHomeStatus, aMention, host, statusId } from "../testing/builders.js";
import { FakeClock } from "../testing/fake-clock.js";
import { FaultyFs } from "../testing/faulty-fs.js";
import { ranBefore } from "../testing/group-bench.js";
import { GroupMemory } from "./memory.js";
import { createSaver } from "./saver.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-journal-"));
afterAll(() => rm(root, { recursive: true }));
const options = { localHost: host("host.example") };
const start = Date.UTC(2026, 10, 21, 12);

/** What a life does, one thing after the other; numbers name events. */
const deed = fc.record({
  kind: fc.constantFrom("begin", "finish", "share", "unshare", "see", "read", "answer", "wait"),
  number: fc.nat(5),
});
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;
const life = fc.record({
  deeds: fc.array(deed, { maxLength: 12 }),
  isStopped: fc.boolean(),
  steps: fc.nat(70),
  end: fc.constantFrom("killed", "names", "nothing"),
});

/** What a run of deeds is to leave on disk: a snapshot of these, none older than `least`. */
interface Trail {
  readonly snapshots: readonly GroupState[];
  readonly least: number;
}

async function live(
  folder: string,
  { deeds, isStopped, steps, end }: typeof life extends fc.Arbitrary<infer T> ? T : never,
  clock: FakeClock,
): Promise<Trail> {
  const fs = FaultyFs.killedAfter(steps);
  const store = createFileStore(folder, { ...options, fs });
  const noted = { killed: 0, power: 0 };
  const snapshots: GroupState[] = [];
  const play = async () => {
    const memory = new GroupMemory(await store.readState(), () => clock.now());
    snapshots.push(memory.snapshot());
    const log = pino({ level: "silent" });
    const saver = createSaver({ store, clock, log, witness: () => undefined }, memory);
    const never = new AbortController().signal;
    for (const one of deeds) {
      act(one, memory, clock.now());
      // From here on it may be on disk.
      const index = snapshots.push(memory.snapshot()) - 1;
      if (one.kind === "begin") {
        await saver.secureState(never);
        noted.power = index;
        noted.killed = index;
      } else if (one.kind === "finish") {
        await saver.saveState();
        noted.killed = index;
      } else {
        saver.stateChanged();
        if (one.kind !== "wait") continue;
        await clock.advance(5000);
        // Comes behind what the clock has set off.
        await saver.saveState();
        noted.power = index;
        noted.killed = index;
      }
    }
    if (!isStopped) return;
    await saver.close();
    noted.power = snapshots.length - 1;
    noted.killed = noted.power;
  };
  await Promise.race([play(), fs.died]);
  if (end !== "killed") await fs.cutPower(end);
  return { snapshots, least: end === "killed" ? noted.killed : noted.power };
}

function act({ kind, number }: Deed, memory: GroupMemory, now: number): void {
  const key = `event ${number}`;
  const uri = `https://far.example/${number}`;
  const status = statusId(`${number}`);
  const by = acct(`ann${number}@far.example`);
  const effects = [{ kind: "delete", status }] as const;
  const deeds: Readonly<Record<Deed["kind"], () => void>> = {
    begin: () => memory.begin({ key, changes: [{ kind: "add-tag", tag: "ducks" }], effects }),
    finish: () => {
      memory.noteDone(aMention({ id: status }), true);
      memory.finish(key);
    },
    share: () => memory.noteShared({ uri, status, by, at: now }),
    unshare: () => memory.noteUnshared(uri),
    see: () => memory.noteDone(aHomeStatus({ id: status }), false),
    read: () => void memory.home.noteRead(),
    answer: () => memory.noteAnswer(by, { burst: 3, intervalMs: 60_000 }, now),
    wait: () => undefined,
  };
  deeds[kind]();
}

it("holds for every run of work begun and done, of chatter, saving and death, life after life", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), async (lives) => {
      const folder = await mkdtemp(join(root, "x"));
      await createFileStore(folder, options).writeState(ranBefore);
      for (const [number, one] of lives.entries()) {
        // Its own one: nobody is woken by it who is dead.
        const clock = new FakeClock(start + number * 60_000);
        const { snapshots, least } = await live(folder, one, clock);
        expect(await checkGroupFiles(folder, options)).toEqual([]);
        const read = await createFileStore(folder, { ...options, fs: new FaultyFs() }).readState();
        expect(read?.isFromCopy).toBeUndefined();
        const found = new GroupMemory(read, () => clock.now()).snapshot();
        if (snapshots.length > 0) expect(snapshots.slice(least)).toContainEqual(found);
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);
