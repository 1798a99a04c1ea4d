import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, expect, it } from "vitest";
import { createFileStore } from "../store/file-store.js";
import { host } from "../testing/builders.js";
import { FakeClock } from "../testing/fake-clock.js";
import { FaultyFs } from "../testing/faulty-fs.js";
import { ranBefore } from "../testing/group-bench.js";
import { until } from "../testing/until.js";
import { GroupMemory } from "./memory.js";
import { createSaver } from "./saver.js";

const folder = await mkdtemp(join(tmpdir(), "fedigroups-saver-"));
afterAll(() => rm(folder, { recursive: true }));

it("tries again to put a long journal into the state, and does not say for ever that it waits", async () => {
  let isFull = false;
  // Lines can be added, the whole state cannot be written.
  const fs = new FaultyFs((_, step) => (isFull && step === "link" ? { code: "ENOSPC" } : "done"));
  const store = createFileStore(folder, { localHost: host("host.example"), fs });
  await store.writeState(ranBefore);
  const clock = new FakeClock();
  const memory = new GroupMemory(await store.readState(), () => clock.now());
  const told: string[] = [];
  const witness = ({ kind }: { readonly kind: string }) => void told.push(kind);
  const saver = createSaver({ store, clock, log: pino({ level: "silent" }), witness }, memory);
  memory.noteUnshared("https://far.example/1");
  await saver.saveState();
  isFull = true;
  memory.noteUnshared(`https://far.example/${"2".repeat(70_000)}`);
  saver.stateChanged();
  await clock.advance(5000);
  await until(() => told.length > 0);
  expect(told).toEqual(["waits"]);
  isFull = false;
  await until(async () => {
    await clock.advance(5000);
    return told.at(-1) === "goes-on";
  });
  expect(clock.sleeping).toBe(0);
  await saver.close();
});
