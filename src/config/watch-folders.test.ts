import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { until } from "../testing/until.js";
import { watchFolders } from "./watch-folders.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-watch-"));
afterAll(() => rm(root, { recursive: true }));
let cwd: string;
let groups: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(root, "x"));
  groups = join(cwd, "groups");
  await writeFile(join(cwd, "groups.json5"), "{}");
  for (const name of ["ducks", "geese"]) await putGroup(name);
});

async function putGroup(name: string): Promise<void> {
  await mkdir(join(groups, name), { recursive: true });
  await writeFile(join(groups, name, "config.json5"), "{}");
}

/** A watch whose minutes pass when it is told so. */
class Watch implements AsyncDisposable {
  readonly #clock = new FakeClock();
  readonly #lines: string[] = [];
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #looks = 0;

  constructor() {
    const log = pino({}, { write: (line) => void this.#lines.push(JSON.parse(line).msg) });
    const place = { file: join(cwd, "groups.json5"), groupsFolder: groups };
    this.#ended = watchFolders(place, { clock: this.#clock, log }, this.#stop.signal);
  }

  /** What it says when it looks next. */
  async next(): Promise<readonly string[]> {
    this.#looks++;
    await until(() => this.#clock.sleeping === 1 && this.#clock.delays.length === this.#looks);
    const before = this.#lines.length;
    await this.#clock.advance(60_000);
    await until(() => this.#clock.delays.length === this.#looks + 1);
    return this.#lines.slice(before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    expect(this.#clock.sleeping).toBe(0);
  }
}

describe("the folders of a running service", () => {
  it("are told of when they come, go and come back, each time once", async () => {
    await using watch = new Watch();
    expect(await watch.next()).toEqual([]);
    await putGroup("swans");
    await mkdir(join(groups, "no-group"));
    expect(await watch.next()).toEqual([
      `The folder ${join(groups, "swans")} is new, and holds a group; reload the service to run it.`,
    ]);
    expect(await watch.next()).toEqual([]);
    await rename(join(groups, "ducks"), join(cwd, "away"));
    const [gone, ...more] = await watch.next();
    expect(gone).toContain(`The folder ${join(groups, "ducks")} is gone, or its config.json5 is.`);
    expect(more).toEqual([]);
    expect(await watch.next()).toEqual([]);
    // The place where its disk was mounted is no group.
    await mkdir(join(groups, "ducks"));
    expect(await watch.next()).toEqual([]);
    await rm(join(groups, "ducks"), { recursive: true });
    await rename(join(cwd, "away"), join(groups, "ducks"));
    expect(await watch.next()).toEqual([`The folder ${join(groups, "ducks")} is back.`]);
  });

  it("are told of in one line when all are gone together, and so is the common file", async () => {
    await using watch = new Watch();
    expect(await watch.next()).toEqual([]);
    await rename(groups, join(cwd, "elsewhere"));
    await rm(join(cwd, "groups.json5"));
    expect(await watch.next()).toEqual([
      expect.stringContaining(
        `${join(cwd, "groups.json5")} is gone. The service keeps its settings`,
      ),
      expect.stringContaining(`The folder with the groups, ${groups}, is gone.`),
    ]);
    expect(await watch.next()).toEqual([]);
    await rename(join(cwd, "elsewhere"), groups);
    expect(await watch.next()).toEqual([`The folder ${groups} is back.`]);
  });
});
