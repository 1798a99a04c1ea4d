/** The process is killed, or the power fails, after every single step of every file that is written. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { checkNewGroup, updateAppdata, writeNewGroup } from "../config/group-file.js";
import { loadConfig } from "../config/load.js";
import type { GroupControl } from "../core/group.js";
import type { StateNote } from "../core/remembered.js";
import type { GroupState } from "../core/state.js";
import { aControl, acct, host } from "../testing/builders.js";
import { FaultyFs } from "../testing/faulty-fs.js";
import type { WriteFs } from "./atomic-write.js";
import { createFileStore } from "./file-store.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-steps-"));
afterAll(() => rm(root, { recursive: true }));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
});

/** How a life ends: killed, or with the power, which takes what was not synced, or names too. */
const ends = ["killed", "names", "nothing"] as const;

const open = (fs: WriteFs = new FaultyFs()) =>
  createFileStore(folder, { localHost: host("example.social"), fs });
const filler = "x".repeat(2000);
const aState = (name: string): GroupState => ({
  lastNotificationAt: 0,
  lastStatusAt: 0,
  seenNotifications: [name, filler],
  seenStatuses: [],
  handled: [],
  passed: [],
  shared: [],
  welcomed: {},
  answers: {},
  pending: [],
});
const oldControl = aControl({ admins: ["ann@a.example"], banned: ["bad@a.example"] });
const newControl: GroupControl = { ...oldControl, groupTags: new Set(["ducks"]) };

/** Runs `write` again and again, each time with one step more to live. Returns how many there are. */
async function afterEachStep(
  prepare: () => Promise<void>,
  write: (fs: WriteFs) => Promise<unknown>,
  check: (isComplete: boolean, end: (typeof ends)[number]) => Promise<void>,
): Promise<number> {
  for (let stepCount = 0; ; stepCount++) {
    let isComplete = false;
    for (const end of ends) {
      await rm(folder, { recursive: true, force: true });
      folder = await mkdtemp(join(root, "x"));
      await prepare();
      const fs = FaultyFs.killedAfter(stepCount);
      const written = write(fs).then(() => true);
      isComplete = await Promise.race([written, fs.died.then(() => false)]);
      if (end !== "killed") await fs.cutPower(end);
      await check(isComplete, end);
    }
    if (isComplete) return stepCount;
  }
}

describe("after a death at every step", () => {
  it("the control is the old or the new one, and the next write clears up", async () => {
    const steps = await afterEachStep(
      async () => {
        const store = open();
        await store.writeControl(oldControl);
      },
      async (fs) => {
        const store = open(fs);
        await store.readControl();
        await store.writeControl(newControl);
      },
      async (isComplete) => {
        const read = await open().readControl();
        expect(isComplete ? [newControl] : [oldControl, newControl]).toContainEqual(read);
        await open().writeControl({ ...read, memberOnly: true });
        expect((await readdir(folder)).sort()).toEqual(["control.json5", "control.json5.bak"]);
      },
    );
    expect(steps).toBeGreaterThanOrEqual(18);
  });

  it("the state is the old or the new one, and the next write clears up", async () => {
    const steps = await afterEachStep(
      async () => {
        const store = open();
        await store.writeState(aState("older"));
        await store.writeState(aState("old"));
      },
      async (fs) => {
        const store = open(fs);
        await store.readState();
        await store.writeState(aState("new"));
      },
      async (isComplete) => {
        const read = await open().readState();
        expect(isComplete ? ["new"] : ["old", "new"]).toContain(read?.seenNotifications[0]);
        expect(read?.seenNotifications[1]).toBe(filler);
        await open().writeState(aState("next"));
        expect((await readdir(folder)).sort()).toEqual(["state.json5", "state.json5.bak"]);
      },
    );
    expect(steps).toBeGreaterThanOrEqual(11);
  });

  it("the journal says no less than it was told, and nothing twice", async () => {
    const handled = ["a", "b", "c", "d", "e"];
    const did = (key: string): readonly StateNote[] => [{ kind: "handled", key }];
    const stateUpTo = (count: number) => ({ ...aState("old"), handled: handled.slice(0, count) });
    let [told, lasting] = [0, 0];
    const steps = await afterEachStep(
      async () => {
        const store = open();
        expect(await store.noteChanges(did("a"), { isLasting: true })).toBe("refused");
        await store.writeState(stateUpTo(1));
        [told, lasting] = [1, 1];
      },
      async (fs) => {
        const store = open(fs);
        await store.readState();
        for (const [index, isLasting] of [true, false, true].entries()) {
          const [key = ""] = handled.slice(index + 1);
          expect(await store.noteChanges(did(key), { isLasting })).toBe("noted");
          told = index + 2;
          if (isLasting) lasting = told;
        }
        await store.writeState(stateUpTo(4));
        expect(await store.noteChanges(did("e"), { isLasting: true })).toBe("noted");
        [told, lasting] = [5, 5];
      },
      async (isComplete, end) => {
        const state = await open().readState();
        const count = state?.handled.length ?? 0;
        expect(state?.handled).toEqual(handled.slice(0, count));
        expect(count).toBeGreaterThanOrEqual(end === "killed" ? told : lasting);
        expect(state?.isFromCopy).toBeUndefined();
        if (isComplete) expect(count).toBe(5);
        const next = open();
        await next.readState();
        await next.writeState(stateUpTo(2));
        expect((await open().readState())?.handled).toEqual(["a", "b"]);
        const names = await readdir(folder);
        expect(names.filter((name) => name.endsWith("tmp") || name.endsWith("jsonl"))).toEqual([]);
      },
    );
    expect(steps).toBeGreaterThanOrEqual(30);
  });

  it("a damaged control is still there in one form or another, and in the end under its name", async () => {
    const steps = await afterEachStep(
      async () => {
        await open().writeControl(oldControl);
        await writeFile(join(folder, "control.json5"), '{"group_tags": [');
      },
      async (fs) => void (await open(fs).readControl()),
      async () => {
        expect(await open().readControl()).toEqual(oldControl);
        expect((await readdir(folder)).sort()).toEqual([
          "control.json5",
          "control.json5.bak",
          "control.json5.broken",
        ]);
        expect(await readFile(join(folder, "control.json5.broken"), "utf8")).toBe(
          '{"group_tags": [',
        );
      },
    );
    expect(steps).toBeGreaterThanOrEqual(10);
  });

  const ducks = acct("ducks@example.social");
  const appdata = {
    base: "https://example.social",
    clientId: "id",
    clientSecret: "secret",
    redirect: "urn:ietf:wg:oauth:2.0:oob",
  };

  it("a group is signed in or is not, and can be signed in again", async () => {
    const groups = () => join(folder, "groups");
    const signIn = (token: string, fs?: WriteFs) =>
      writeNewGroup(groups(), { acct: ducks, appdata: { ...appdata, token } }, fs);
    await afterEachStep(
      async () => undefined,
      (fs) => signIn("first-token", fs),
      async () => {
        const names = await readdir(join(groups(), ducks)).catch((): string[] => []);
        if (!names.includes("config.json5")) {
          await checkNewGroup(groups(), ducks);
          await signIn("second-token");
        }
        const { groups: found } = await loadConfig(folder, folder);
        expect(found.map(({ acct: who }) => who)).toEqual([ducks]);
        expect(await readdir(join(groups(), ducks))).toEqual(["config.json5"]);
      },
    );
  });

  it("a renewed sign-in is the old or the new one, and private", async () => {
    let file = "";
    await afterEachStep(
      async () => {
        const old = { ...appdata, token: "old-token" };
        file = await writeNewGroup(join(folder, "groups"), { acct: ducks, appdata: old });
      },
      (fs) => updateAppdata(file, { ...appdata, token: "new-token" }, fs),
      async (isComplete) => {
        const { groups } = await loadConfig(folder, folder);
        const tokens = isComplete ? ["new-token"] : ["old-token", "new-token"];
        expect(tokens).toContain(groups[0]?.appdata.token);
        const names = await readdir(join(folder, "groups", ducks));
        for (const name of names) {
          expect((await stat(join(folder, "groups", ducks, name))).mode & 0o077).toBe(0);
        }
      },
    );
  });

  it("would show a write that is not synced before it is renamed", async () => {
    await open().writeState(aState("old"));
    const fs = new FaultyFs();
    const careless: WriteFs = {
      ...fs,
      rename: fs.rename,
      unlink: fs.unlink,
      link: fs.link,
      open: async (...args) => ({ ...(await fs.open(...args)), sync: async () => undefined }),
    };
    await open(careless).writeState(aState("new"));
    await fs.cutPower("names");
    await rm(join(folder, "state.json5.bak"));
    await expect(open().readState()).rejects.toThrow("The file is empty");
  });

  it("would show a line of the journal that is not synced", async () => {
    const fs = new FaultyFs();
    const careless: WriteFs = {
      ...fs,
      rename: fs.rename,
      unlink: fs.unlink,
      link: fs.link,
      open: async (...args) => ({ ...(await fs.open(...args)), datasync: async () => undefined }),
    };
    const store = open(careless);
    for (const key of ["a", "b", "c"]) {
      const notes = [{ kind: "handled", key }] as const;
      const noted = await store.noteChanges(notes, { isLasting: true });
      expect(noted).toBe(key === "a" ? "refused" : "noted");
      if (noted === "refused") await store.writeState({ ...aState("old"), handled: [key] });
    }
    expect((await open().readState())?.handled).toEqual(["a", "b", "c"]);
    await fs.cutPower("names");
    expect((await open().readState())?.handled).toEqual(["a", "b"]);
  });
});
