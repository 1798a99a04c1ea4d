import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it } from "vitest";
import { loadConfig } from "../config/load.js";
import { FakeClock, settle } from "../testing/fake-clock.js";
import { Fleet } from "./fleet.js";

const unused = () => Promise.reject(new Error("Not to be called."));

it("has not ended before a reload that is under way, which may just be opening the page", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-fleet-"));
  try {
    const config = await loadConfig(undefined, folder);
    let adopted = () => {};
    const parts = {
      ...{ load: async () => config, orderOnFiles: unused, clock: new FakeClock() },
      ...{ wire: () => expect.fail("There is no group."), forget: () => {} },
      adopt: () =>
        new Promise<void>((resolve) => {
          adopted = resolve;
        }),
      log: pino({ level: "silent" }),
    };
    const fleet = new Fleet(config, parts, AbortSignal.abort());
    const reloaded = fleet.reload();
    await settle();
    let isOver = false;
    const ended = fleet.ended().then(() => {
      isOver = true;
    });
    await settle();
    expect(isOver).toBe(false);
    adopted();
    await Promise.all([reloaded, ended]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
