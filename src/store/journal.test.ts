import {
  appendFile,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { StateNote } from "../core/remembered.js";
import type { GroupStore } from "../ports.js";
import { host } from "../testing/builders.js";
import { FaultyFs } from "../testing/faulty-fs.js";
import { ranBefore } from "../testing/group-bench.js";
import type { WriteFs } from "./atomic-write.js";
import { checkGroupFiles, createFileStore, peekState } from "./file-store.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-journal-"));
afterAll(() => rm(root, { recursive: true }));
let folder: string;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
  told = [];
});

const localHost = host("example.social");
const report = (notice: string) => void told.push(notice);
const open = (fs?: WriteFs, landmark?: string) =>
  createFileStore(folder, { localHost, report, tellMended: report, fs, landmark });
const path = (name: string) => join(folder, name);
const journal = () => path("journal.jsonl");
const did = (key: string): StateNote => ({ kind: "handled", key });
const lasting = { isLasting: true };

/** What the saver does with one change. */
async function note(store: GroupStore, key: string, all: readonly string[]): Promise<string> {
  const noted = await store.noteChanges([did(key)], lasting);
  if (noted === "refused") await store.writeState({ ...ranBefore, handled: [...all, key] });
  return noted;
}

/** A group whose state says `a`, and whose journal says `b` and `c` in one line each. */
async function prepare(): Promise<GroupStore> {
  const store = open();
  expect(await note(store, "a", [])).toBe("refused");
  expect(await note(store, "b", ["a"])).toBe("noted");
  expect(await note(store, "c", ["a", "b"])).toBe("noted");
  return store;
}

const handledIn = async (store = open()) => (await store.readState())?.handled;
const linesOf = async (file: string) => (await readFile(file, "utf8")).trimEnd().split("\n");

describe("the journal", () => {
  it("takes what changed, so that the state file need not be written", async () => {
    const store = await prepare();
    const before = await stat(path("state.json5"));
    await store.noteChanges([did("d"), { kind: "dropped", key: "x" }], { isLasting: false });
    expect((await stat(path("state.json5"))).ino).toBe(before.ino);
    expect(await linesOf(journal())).toEqual([
      '{"seq":2,"notes":[{"kind":"handled","key":"b"}]}',
      '{"seq":3,"notes":[{"kind":"handled","key":"c"}]}',
      '{"seq":4,"notes":[{"kind":"handled","key":"d"},{"kind":"dropped","key":"x"}]}',
    ]);
    expect(await handledIn()).toEqual(["a", "b", "c", "d"]);
    expect(told).toEqual([]);
  });

  it("is read by whoever looks on, who changes nothing", async () => {
    await prepare();
    await appendFile(journal(), '{"seq":4,"no');
    await writeFile(path(".journal.jsonl.0123456789ab.tmp"), "{");
    const before = await Promise.all((await readdir(folder)).map((name) => stat(path(name))));
    expect((await peekState(folder, { localHost }))?.handled).toEqual(["a", "b", "c"]);
    expect(await checkGroupFiles(folder, { localHost, report })).toEqual([]);
    const after = await Promise.all((await readdir(folder)).map((name) => stat(path(name))));
    expect(after.map(({ ino, mtimeMs }) => [ino, mtimeMs])).toEqual(
      before.map(({ ino, mtimeMs }) => [ino, mtimeMs]),
    );
    expect(told).toEqual([]);
  });

  it("is as private as the state, and clears up after a killed write", async () => {
    await writeFile(path(".journal.jsonl.0123456789ab.tmp"), "{");
    await prepare();
    expect((await stat(journal())).mode & 0o077).toBe(0);
    await open().readState();
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("is put away when the whole state is written, and kept for the state's copy", async () => {
    const store = await prepare();
    await store.writeState({ ...ranBefore, handled: ["a", "b", "c", "d"] });
    expect((await readdir(folder)).sort()).toEqual([
      ...["journal.jsonl.bak", "state.json5", "state.json5.bak"],
    ]);
    expect(await handledIn()).toEqual(["a", "b", "c", "d"]);
    expect(await note(store, "e", [])).toBe("noted");
    // The copy is older than that state by a whole journal, and nothing of it is lost.
    await writeFile(path("state.json5"), "");
    const read = await open().readState();
    expect(read).toMatchObject({ handled: ["a", "b", "c", "e"], isFromCopy: true });
    expect(await handledIn()).toEqual(["a", "b", "c", "e"]);
  });

  it("says when it has grown so long that the state is due", async () => {
    const store = await prepare();
    const key = "x".repeat(40_000);
    expect(await note(store, key, [])).toBe("noted");
    expect(await note(store, key, [])).toBe("long");
    // A state that is large itself is written more seldom.
    await store.writeState({ ...ranBefore, handled: [key, `${key}2`, `${key}3`, `${key}4`] });
    const { size } = await stat(path("state.json5"));
    for (let count = 1; count * (key.length + 60) < size; count++) {
      expect(await note(store, key, [])).toBe("noted");
    }
    expect(await note(store, key, [])).toBe("long");
  });

  it.each([
    ["it is still there", async () => undefined],
    ["it is there twice", () => copyFile(journal(), `${journal()}.bak`)],
    ["an older one is there", () => writeFile(`${journal()}.bak`, '{"seq":1,"notes":[]}\n')],
  ])("is not replayed onto a state that was written after it: %s", async (_, prepareMore) => {
    const store = await prepare();
    const kept = await readFile(journal());
    await store.writeState({ ...ranBefore, handled: ["d"] });
    await rm(`${journal()}.bak`);
    await writeFile(journal(), kept);
    await prepareMore();
    const next = open();
    expect(await handledIn(next)).toEqual(["d"]);
    expect(await note(next, "e", ["d"])).toBe("noted");
    expect(await handledIn()).toEqual(["d", "e"]);
    expect(told).toEqual([]);
  });
});

describe("a journal that is not as it was left", () => {
  it("ends before a line that was cut off, wherever that is", async () => {
    await prepare();
    const { size } = await stat(journal());
    const [first = ""] = await linesOf(journal());
    for (let length = size - 1; length > first.length + 1; length--) {
      await truncate(journal(), length);
      expect(await handledIn()).toEqual(["a", "b"]);
    }
    expect(told).toEqual([]);
    // Nothing is written behind half a line.
    const store = open();
    await store.readState();
    expect(await note(store, "d", ["a", "b"])).toBe("refused");
    expect(await note(store, "e", [])).toBe("noted");
    expect(await handledIn()).toEqual(["a", "b", "d", "e"]);
    expect(told).toEqual([]);
  });

  it.each([
    ["its text", (whole: Buffer) => whole.fill("?", 4, 9)],
    ["zeros", (whole: Buffer) => whole.fill(0, 4, 9)],
    ["no text", (whole: Buffer) => whole.fill(0xfe, 4, 9)],
    [
      "notes that no version knows",
      (whole: Buffer) => Buffer.from(whole.toString().replace("handled", "beheaded")),
    ],
  ])(
    "is kept as far as it can be read, and set aside, when damaged in the middle: %s",
    async (_, damage) => {
      await prepare();
      const broken = damage(await readFile(journal()));
      await writeFile(journal(), broken);
      expect(await checkGroupFiles(folder, { localHost, report })).toEqual([]);
      expect(told[0]).toContain(`line 1 of ${journal()} cannot be read`);
      expect(await readFile(journal())).toEqual(broken);
      told = [];
      expect(await open().readState()).toMatchObject({ handled: ["a", "c"], isFromCopy: true });
      expect(told.at(-1)).toContain(`that file is kept as ${journal()}.broken`);
      expect(await readFile(`${journal()}.broken`)).toEqual(broken);
      told = [];
      expect((await open().readState())?.isFromCopy).toBeUndefined();
      expect(await handledIn()).toEqual(["a", "c"]);
      expect(told).toEqual([]);
    },
  );

  it.each([
    ["empty", ""],
    ["zeros", "\0".repeat(200)],
    ["half a line", '{"seq":2,"no'],
  ])("counts as damaged when no line is left: %s", async (_, rest) => {
    await prepare();
    await writeFile(journal(), rest);
    expect(await open().readState()).toMatchObject({ handled: ["a"], isFromCopy: true });
    expect(told[0]).toContain(`line 1 of ${journal()} cannot be read`);
    expect(await readFile(`${journal()}.broken`, "utf8")).toBe(rest);
    expect((await open().readState())?.isFromCopy).toBeUndefined();
  });

  it("is put into order later when the disk has no room at the start", async () => {
    await prepare();
    const broken = (await readFile(journal(), "utf8")).replace("seq", "sea");
    await writeFile(journal(), broken);
    let isFull = true;
    const store = open(new FaultyFs(() => (isFull ? { code: "ENOSPC" } : "done")));
    expect(await handledIn(store)).toEqual(["a", "c"]);
    expect(await readFile(journal(), "utf8")).toBe(broken);
    isFull = false;
    expect(await note(store, "d", ["a", "c"])).toBe("refused");
    expect(await note(store, "e", [])).toBe("noted");
    expect(await handledIn()).toEqual(["a", "c", "d", "e"]);
    expect(await readFile(`${journal()}.broken`, "utf8")).toBe(broken);
  });

  it("counts as incomplete when it does not go on where the state ends", async () => {
    await prepare();
    const [, second = ""] = await linesOf(journal());
    await writeFile(journal(), `${second}\n`);
    expect(await open().readState()).toMatchObject({ handled: ["a", "c"], isFromCopy: true });
    expect(told).toEqual([expect.stringContaining("does not go on where the state ends")]);
  });

  it("is not used with a state that knows of none: of the Rust program, or of a group that starts anew", async () => {
    await prepare();
    const before = await readFile(journal());
    await writeFile(path("state.json5"), '{"last_status_ts": 5, "last_notif_ts": 4}');
    expect(await open().readState()).toMatchObject({ handled: [], lastStatusAt: 5 });
    await rm(path("state.json5"));
    await rm(path("state.json5.bak"), { force: true });
    const store = open();
    expect(await store.readState()).toBeUndefined();
    expect(await note(store, "z", [])).toBe("refused");
    expect(await note(store, "y", [])).toBe("noted");
    expect(await handledIn()).toEqual(["z", "y"]);
    await writeFile(`${journal()}.bak`, before);
    expect(await handledIn()).toEqual(["z", "y"]);
    expect(told).toEqual([]);
  });

  it("is not written over by a store that never read it", async () => {
    await prepare();
    await open().writeState({ ...ranBefore, handled: ["new"] });
    expect(await handledIn()).toEqual(["new"]);
  });

  it.each(["journal.jsonl", "state.json5"])(
    "gives way when somebody replaces %s meanwhile",
    async (name) => {
      const store = await prepare();
      await copyFile(path(name), path("other"));
      await rename(path("other"), path(name));
      expect(await note(store, "d", ["a", "b", "c"])).toBe("refused");
      expect(await note(store, "e", [])).toBe("noted");
      expect(await handledIn()).toEqual(["a", "b", "c", "d", "e"]);
    },
  );

  it("keeps its group down when it cannot be read", async () => {
    await prepare();
    await rm(journal());
    await mkdir(journal());
    await expect(open().readState()).rejects.toThrow("This is not a file");
    await rm(journal(), { recursive: true });
    await symlink(path("away/journal.jsonl"), journal());
    await expect(open().readState()).rejects.toThrow("mount the disk it is on");
    expect(await checkGroupFiles(folder, { localHost })).toHaveLength(1);
  });

  it("may be a link; what it points to is written, and only the link is put away", async () => {
    await prepare();
    await mkdir(path("disk"));
    await rename(journal(), path("disk/journal.jsonl"));
    await symlink(path("disk/journal.jsonl"), journal());
    const store = open();
    expect(await handledIn(store)).toEqual(["a", "b", "c"]);
    expect(await note(store, "d", [])).toBe("noted");
    expect(await linesOf(path("disk/journal.jsonl"))).toHaveLength(3);
    await store.writeState({ ...ranBefore, handled: ["e"] });
    expect((await lstat(`${journal()}.bak`)).isSymbolicLink()).toBe(true);
    expect(await handledIn()).toEqual(["e"]);
  });
});

describe("a disk that does not take a line", () => {
  it.each(["open", "write", "sync", "close"] as const)(
    "gets the whole state, where it takes that: %s fails once",
    async (failing) => {
      await prepare();
      let fails = 0;
      const store = open(
        new FaultyFs((_, step) =>
          step === failing && fails++ === 0 ? { code: "ENOSPC" } : "done",
        ),
      );
      await store.readState();
      expect(await note(store, "d", ["a", "b", "c"])).toBe("refused");
      expect(await note(store, "e", [])).toBe("noted");
      expect(await handledIn()).toEqual(["a", "b", "c", "d", "e"]);
      expect(told).toEqual([]);
    },
  );

  it("keeps its journal while it does not take the whole state, and adds no line to it", async () => {
    await prepare();
    let isBroken = true;
    const store = open(
      new FaultyFs((_, step) => (isBroken && step === "sync" ? { code: "EIO" } : "done")),
    );
    await store.readState();
    const value = { ...ranBefore, handled: ["a", "b", "c", "d"] };
    for (let tries = 0; tries < 3; tries++) {
      await expect(store.writeState(value)).rejects.toThrow("the disk reports an error");
      expect(await store.noteChanges([did("e")], { isLasting: false })).toBe("refused");
      expect((await peekState(folder, { localHost }))?.handled).toEqual(["a", "b", "c"]);
      expect(await linesOf(journal())).toHaveLength(2);
    }
    isBroken = false;
    await store.writeState(value);
    expect(await handledIn()).toEqual(["a", "b", "c", "d"]);
  });

  it("writes nothing into a folder that is no longer the group's", async () => {
    await writeFile(path("config.json5"), "{}");
    await prepare();
    const store = open(undefined, "config");
    await store.readState();
    const away = `${folder}-away`;
    await rename(folder, away);
    await mkdir(folder);
    expect(await store.noteChanges([did("d")], lasting)).toBe("refused");
    await expect(store.writeState(ranBefore)).rejects.toThrow("has lost its config.json5");
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    await rename(away, folder);
    await rm(path("config.json5"));
    const before = await readFile(journal());
    expect(await store.noteChanges([did("d")], lasting)).toBe("refused");
    expect(await readFile(journal())).toEqual(before);
  });
});
