import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { emptyControl } from "../core/group.js";
import type { GroupState } from "../core/state.js";
import { ConfigError } from "../errors.js";
import { aControl, host } from "../testing/builders.js";
import { FaultyFs } from "../testing/faulty-fs.js";
import type { WriteFs } from "./atomic-write.js";
import { checkGroupFiles, createFileStore, peekControl } from "./file-store.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-good-"));
afterAll(() => rm(root, { recursive: true }));
let folder: string;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
  told = [];
});

const localHost = host("example.social");
const report = (notice: string) => void told.push(notice);
const open = (fs?: WriteFs) =>
  createFileStore(folder, { localHost, report, tellMended: report, fs });
const path = (name: string) => join(folder, name);
const put = (name: string, content: string | Uint8Array) => writeFile(path(name), content);
const get = (name: string) => readFile(path(name), "utf8");
const control = aControl({ admins: ["ann@a.example"], banned: ["bad@a.example"], tags: ["ducks"] });
const aState = (lastStatusAt: number): GroupState => ({
  lastNotificationAt: 0,
  lastStatusAt,
  seenNotifications: [],
  seenStatuses: [],
  handled: [],
  passed: [],
  shared: [],
  welcomed: {},
  answers: {},
  pending: [],
});

/** What disks, power cuts and careless copying make of a file. */
const damages: readonly (readonly [string, (whole: Buffer) => Uint8Array])[] = [
  ["empty", () => Buffer.alloc(0)],
  ["blank", () => Buffer.from("\n\n")],
  ["filled with zeros", (whole) => Buffer.alloc(whole.length)],
  ["zeros behind its half", (whole) => Buffer.from(whole).fill(0, Math.trunc(whole.length / 2))],
  ["not text", (whole) => Buffer.from(whole).fill(0xfe, 5, 9)],
  ["half of it", (whole) => whole.subarray(0, whole.length / 2)],
  ["its first character", (whole) => whole.subarray(0, 1)],
];

describe("a damaged file", () => {
  it.each(damages)("gives way to its good copy when it is %s", async (_, damage) => {
    const store = open();
    await store.writeControl(control);
    await store.writeState(aState(1));
    await store.writeState(aState(2));
    for (const name of ["control.json5", "state.json5"]) {
      await put(name, damage(await readFile(path(name))));
      const broken = await readFile(path(name));
      told = [];
      expect(await checkGroupFiles(folder, { localHost, report })).toEqual([]);
      expect(told).toEqual([expect.stringContaining(`${path(name)} is damaged: `)]);
      expect(told[0]).toContain(`last good copy, ${path(name)}.bak`);
      if (name === "control.json5") {
        expect(await peekControl(folder, { localHost })).toEqual(control);
      }
      expect(await readFile(path(name))).toEqual(broken);

      told = [];
      const next = open();
      if (name === "control.json5") expect(await next.readControl()).toEqual(control);
      // One write older, and marked as such.
      else expect(await next.readState()).toEqual({ ...aState(1), isFromCopy: true });
      expect(told.at(-1)).toBe(
        `Put the good copy in the place of ${path(name)}; the damaged file is kept as ${path(name)}.broken.`,
      );
      expect(await readFile(path(`${name}.broken`))).toEqual(broken);
      told = [];
      if (name === "control.json5") expect(await open().readControl()).toEqual(control);
      else expect(await open().readState()).toEqual(aState(1));
      expect(told).toEqual([]);
    }
  });

  it("gives way wherever it is cut off", async () => {
    await open().writeControl(control);
    const whole = await get("control.json5");
    for (let length = 0; length < whole.trimEnd().length; length += 7) {
      await put("control.json5", whole.slice(0, length));
      expect(await open().readControl()).toEqual(control);
    }
    expect((await readdir(folder)).filter((name) => name.includes(".broken")).length).toBe(
      Math.ceil(whole.trimEnd().length / 7),
    );
  });

  it.each(damages)("keeps its group down when it is %s and there is no copy", async (_, damage) => {
    await open().writeControl(control);
    await rm(path("control.json5.bak"));
    const broken = damage(await readFile(path("control.json5")));
    await put("control.json5", broken);
    await expect(open().readControl()).rejects.toThrow(ConfigError);
    await expect(open().writeControl(emptyControl)).rejects.toThrow(ConfigError);
    expect(await readFile(path("control.json5"))).toEqual(Buffer.from(broken));
  });

  it("keeps its group down when the copy is damaged as well, and both are named", async () => {
    await put("control.json5", "");
    await put("control.json5.bak", "{");
    const problems = await checkGroupFiles(folder, { localHost });
    expect(problems.map(({ file }) => file)).toEqual([
      path("control.json5"),
      path("control.json5.bak"),
    ]);
  });

  it("is put into order later when the disk has no room at the start", async () => {
    await open().writeControl(control);
    await put("control.json5", "{");
    let isFull = true;
    const store = open(
      new FaultyFs((_, step) => (isFull && step === "open" ? { code: "ENOSPC" } : "done")),
    );
    expect(await store.readControl()).toEqual(control);
    isFull = false;
    await store.writeControl({ ...control, memberOnly: true });
    expect(await open().readControl()).toEqual({ ...control, memberOnly: true });
    expect(await get("control.json5.broken")).toBe("{");
  });
});

describe("a file that somebody wrote wrong", () => {
  it.each([
    ["a comma is missing", '{\n  "admin_users": ["zoe@a.example"]\n  "member_only": true\n}'],
    ["a value is of the wrong type", '{"member_only": "no"}'],
    ["an address is none", '{"admin_users": ["@@"]}'],
  ])("keeps its group down, and names the good copy, when %s", async (_, text) => {
    await open().writeControl(control);
    await put("control.json5", text);
    await expect(open().readControl()).rejects.toThrow(
      `The last version that was in order is ${path("control.json5")}.bak.`,
    );
    expect(await get("control.json5")).toBe(text);
  });

  it("is not taken for no file when it is a link to a disk that is away", async () => {
    await open().writeControl(control);
    await mkdir(path("disk"));
    await rename(path("control.json5"), path("disk/control.json5"));
    await symlink(path("disk/control.json5"), path("control.json5"));
    expect(await open().readControl()).toEqual(control);
    await rename(path("disk"), path("away"));
    await expect(open().readControl()).rejects.toThrow("mount the disk it is on");
  });
});

describe("a file that is gone", () => {
  it("is read from its copy, with what was in it besides, and made anew", async () => {
    await put("control.json", '{"admin_users": ["ann@a.example"], "flock": 7}');
    await open().readControl();
    await rm(path("control.json"));
    const store = open();
    expect(await store.readControl()).toEqual(aControl({ admins: ["ann@a.example"] }));
    expect(told.at(-2)).toContain(`${path("control.json")} is gone, although`);
    expect(await get("control.json")).toContain('"flock": 7');
    expect(JSON.parse(await get("control.json"))).toMatchObject({ flock: 7 });
  });

  it("starts anew when its copy is deleted, too", async () => {
    await open().writeControl(control);
    await rm(path("control.json5"));
    await rm(path("control.json5.bak"));
    expect(await open().readControl()).toEqual(emptyControl);
    expect(told).toEqual([]);
  });
});

describe("the good copy", () => {
  it("of the control is always what the file says, hand-written or not, and as private", async () => {
    await put("control.json5", "// Ask Ann.\n{admin_users: ['ann@a.example']}");
    const store = open();
    const read = await store.readControl();
    expect(await get("control.json5.bak")).toBe(await get("control.json5"));
    await store.writeControl({ ...read, memberOnly: true });
    expect(await get("control.json5.bak")).toBe(await get("control.json5"));
    expect((await stat(path("control.json5.bak"))).mode & 0o077).toBe(0);
  });

  it("of the state is the one before, and costs no writing", async () => {
    const store = open();
    await store.writeState(aState(1));
    const { ino } = await stat(path("state.json5"));
    await store.writeState(aState(2));
    expect((await stat(path("state.json5.bak"))).ino).toBe(ino);
    expect(JSON.parse(await get("state.json5.bak"))).toMatchObject({ last_status_ts: 1 });
  });

  it("is done without on a disk that knows no second names", async () => {
    const fs = new FaultyFs((_, step) => (step === "link" ? { code: "EPERM" } : "done"));
    const store = open(fs);
    await store.writeState(aState(1));
    await store.writeState(aState(2));
    expect(await readdir(folder)).toEqual(["state.json5"]);
  });
});

describe("a folder that is no longer the group's", () => {
  const guarded = () => createFileStore(folder, { localHost, landmark: "config" });

  it("is neither made anew nor written into, and written again when it is back", async () => {
    await put("config.json", "{}");
    const store = guarded();
    await store.writeControl(control);
    const away = `${folder}-away`;
    await rename(folder, away);
    await expect(store.writeState(aState(1))).rejects.toThrow(`The folder ${folder} is gone`);
    expect(await readdir(root)).not.toContain(folder.slice(root.length + 1));
    // The place where the disk was mounted.
    await mkdir(folder);
    await expect(store.writeState(aState(1))).rejects.toThrow("has lost its config.json5");
    await expect(store.writeControl(emptyControl)).rejects.toThrow("nothing is written there");
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    await rename(away, folder);
    await store.writeState(aState(1));
    expect(await guarded().readState()).toEqual(aState(1));
    expect(await guarded().readControl()).toEqual(control);
  });
});
