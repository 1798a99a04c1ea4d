/** A group on real files whose process dies at every step of writing while it carries out a command. */
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createFileStore, peekState } from "../store/file-store.js";
import { aControl, acct, aMention, anAccount, groupAddress, host } from "../testing/builders.js";
import { FakeGateway } from "../testing/fake-gateway.js";
import { FaultyFs } from "../testing/faulty-fs.js";
import { GroupBench, ranBefore } from "../testing/group-bench.js";
import { until } from "../testing/until.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-dies-"));
afterAll(() => rm(root, { recursive: true }));

const localHost = host("host.example");
const open = (folder: string, fs = new FaultyFs()) => createFileStore(folder, { localHost, fs });
const control = aControl({ admins: ["ann@far.example"], members: ["bob@far.example"] });

/** What the outside sees of the group: its posts, whom it follows, and what its files say in the end. */
interface Outcome {
  readonly posts: readonly unknown[];
  readonly follows: readonly string[];
  readonly control: unknown;
  readonly pending: number;
}

/** One command, from an empty world to its end, through a death after so many steps. */
class Case implements AsyncDisposable {
  readonly #gateway = new FakeGateway(anAccount(groupAddress));
  readonly #folder: string;
  readonly #mention;

  private constructor(folder: string, text: string) {
    this.#folder = folder;
    this.#mention = aMention({ id: "1", text: `@${groupAddress} ${text}` });
    for (const name of ["bob@far.example", "eve@far.example"]) {
      this.#gateway.accounts.set(acct(name), anAccount(name));
    }
    this.#gateway.following.add(anAccount("bob@far.example").id);
  }

  static async begin(text: string): Promise<Case> {
    const folder = await mkdtemp(join(root, "x"));
    const store = open(folder);
    await store.writeControl(control);
    await store.writeState(ranBefore);
    return new Case(folder, text);
  }

  /** Lives until the command is carried out, or until the file system says that all is over. */
  async live(fs = new FaultyFs(), end: "stopped" | "killed" = "stopped"): Promise<boolean> {
    let isDead = false;
    let kill: () => void = () => undefined;
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const death = Promise.race([fs.died, killed]);
    void death.then(() => {
      isDead = true;
    });
    const bench = new GroupBench({ files: open(this.#folder, fs), gateway: this.#gateway, death });
    await bench.start();
    await until(() => isDead || bench.gateway.openSockets > 0);
    if (this.#gateway.notificationList.length === 0) this.#gateway.happen(this.#mention);
    await until(async () => isDead || (await this.#isDone(bench)));
    // At the stop the whole state is written, and it may die of that.
    if (!isDead && end === "stopped") await Promise.race([bench.stop(), death]);
    const wasAlive = !isDead;
    kill();
    for (const socket of this.#gateway.sockets) socket.isOpen = false;
    return wasAlive;
  }

  async #isDone(bench: GroupBench): Promise<boolean> {
    await bench.clock.advance(300);
    // Not through a store of our own: that would clear up behind the one that is at work.
    const { handled = [], pending = [] } = (await peekState(this.#folder, { localHost })) ?? {};
    return handled.includes(this.#mention.status.uri) && pending.length === 0;
  }

  async outcome(): Promise<Outcome> {
    return {
      posts: this.#gateway.posts.map(({ text, visibility, inReplyTo }) => ({
        text,
        visibility,
        inReplyTo,
      })),
      follows: [...this.#gateway.following].sort(),
      control: await open(this.#folder).readControl(),
      pending: (await open(this.#folder).readState())?.pending.length ?? -1,
    };
  }

  /** The disk loses the state, and what is left of it is the version before. */
  async damageState(): Promise<void> {
    await writeFile(join(this.#folder, "state.json5"), "");
  }

  /** Lets the state know of a journal, as that of a group which has run for a while. */
  async beginJournal(): Promise<void> {
    const store = open(this.#folder);
    await store.readState();
    await store.noteChanges([], { isLasting: true });
    await store.writeState(ranBefore);
  }

  /** Something becomes of what the dead process noted last. */
  async damageJournal(damage: (whole: string) => string): Promise<void> {
    const file = join(this.#folder, "journal.jsonl");
    await writeFile(file, damage(await readFile(file, "utf8")));
  }

  /** The state is gone, and its copy is from before the command. */
  async forgetAnswer(): Promise<void> {
    await rm(join(this.#folder, "state.json5"));
    await rm(join(this.#folder, "state.json5.bak"));
    await open(this.#folder).writeState(ranBefore);
    await rename(join(this.#folder, "state.json5"), join(this.#folder, "state.json5.bak"));
  }

  /** What is to be gone after a stop: beginnings of files, and what is not in the state. */
  leavings(): Promise<readonly string[]> {
    return readdir(this.#folder).then((names) =>
      names.filter((name) => name.startsWith(".") || name === "journal.jsonl"),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

async function undisturbed(text: string): Promise<{ outcome: Outcome; stepCount: number }> {
  await using one = await Case.begin(text);
  const fs = new FaultyFs();
  expect(await one.live(fs)).toBe(true);
  return { outcome: await one.outcome(), stepCount: fs.steps.length };
}

describe("a command whose process dies at any step of writing", () => {
  it.each([
    ["/ban bob@far.example", 26],
    ["/add eve@far.example", 26],
    ["/announce Ducks at noon", 16],
  ])("%s is carried out once, and answered once", async (text, leastSteps) => {
    const { outcome, stepCount } = await undisturbed(text);
    expect(outcome.posts).toHaveLength(1);
    expect(stepCount).toBeGreaterThanOrEqual(leastSteps);
    for (let lived = 0; lived < stepCount; lived++) {
      // One kind of end after the other: killed, or the power fails and the disk forgets.
      const end = (["killed", "names", "nothing"] as const)[lived % 3];
      await using one = await Case.begin(text);
      const fs = FaultyFs.killedAfter(lived);
      expect(await one.live(fs)).toBe(false);
      if (end === "names" || end === "nothing") await fs.cutPower(end);
      expect(await one.live()).toBe(true);
      expect(await one.outcome(), `${lived} steps, ${end}`).toEqual(outcome);
      expect(await one.leavings()).toEqual([]);
    }
  });
});

describe("a command whose process is killed when it is done", () => {
  const lines = (whole: string) => whole.split("\n").length - 1;

  it("makes its group look before it answers again when no line of the journal can be read", async () => {
    await using one = await Case.begin("/ping");
    await one.beginJournal();
    await one.live(new FaultyFs(), "killed");
    const { posts } = await one.outcome();
    await one.damageJournal((whole) => whole.replaceAll('"seq"', "?"));
    await one.live();
    expect((await one.outcome()).posts).toEqual(posts);
  });

  it.each([
    ["as it was", (whole: string) => whole],
    ["cut off in its last line", (whole: string) => whole.slice(0, -20)],
    ["without its last line", (whole: string) => whole.replace(/.*\n$/u, "")],
    ["damaged in its last line", (whole: string) => whole.replace(/"(?=[^"]*\n$)/u, "?")],
    ["damaged in its first line", (whole: string) => whole.replace('"seq"', "?")],
  ])("is not carried out or answered again by a journal %s", async (_, damage) => {
    for (const text of ["/ban bob@far.example", "/announce Ducks at noon", "/ping"]) {
      const { outcome } = await undisturbed(text);
      await using one = await Case.begin(text);
      await one.beginJournal();
      await one.live(new FaultyFs(), "killed");
      await one.damageJournal((whole) => {
        expect(lines(whole)).toBeGreaterThanOrEqual(2);
        return damage(whole);
      });
      await one.live();
      expect(await one.outcome()).toEqual(outcome);
    }
  });
});

describe("a state that is read from its good copy", () => {
  it.each(["/ban bob@far.example", "/announce Ducks at noon", "/ping"])(
    "does not have %s carried out or answered again",
    async (text) => {
      const { outcome } = await undisturbed(text);
      await using one = await Case.begin(text);
      await one.live();
      await one.damageState();
      await one.live();
      expect(await one.outcome()).toEqual(outcome);
    },
  );

  it("makes a group look before it repeats what only a newer state knew of", async () => {
    await using one = await Case.begin("/ping");
    await one.live();
    const { posts } = await one.outcome();
    // Two damages in a row: now even the journal is older than the answer.
    await one.forgetAnswer();
    await one.live();
    expect((await one.outcome()).posts).toEqual(posts);
  });
});
