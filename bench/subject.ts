import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SandboxUser } from "../src/sandbox/surface.js";
import { ChildDaemon } from "../src/stage/child.js";
import type { Rig } from "./rig.js";

/** Who does the job. */
export type Kind = "program" | "floor";

/** How a subject is started. */
export interface SubjectOptions {
  /** Of `groups.json5`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly control?: Readonly<Record<string, unknown>>;
  /** Without it the group has never run. */
  readonly state?: Readonly<Record<string, unknown>>;
  readonly nodeArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly floor?: "share" | "catch-up";
  /** Which build of the program. Default: the shipped one. */
  readonly program?: keyof typeof entries;
}

const project = fileURLToPath(new URL("../../../", import.meta.url));
/** The program as it is shipped, and as single modules, which hooks and profiles can tell apart. */
const entries = {
  shipped: join(project, "dist", "main.js"),
  modules: join(project, "build", "main.js"),
};

/** The program or the floor in a process of its own, with some groups of the rig. */
export class Subject implements AsyncDisposable {
  readonly kind: Kind;
  readonly groups: readonly SandboxUser[];
  readonly folder: string;
  readonly #options: SubjectOptions;
  #child: ChildDaemon | undefined;
  startedAtMs = 0;

  private constructor(
    kind: Kind,
    groups: readonly SandboxUser[],
    folder: string,
    options: SubjectOptions,
  ) {
    this.kind = kind;
    this.groups = groups;
    this.folder = folder;
    this.#options = options;
  }

  /** Makes accounts and files; nothing runs yet. */
  static async prepare(
    kind: Kind,
    rig: Rig,
    { count = 1, ...options }: SubjectOptions & { readonly count?: number } = {},
  ): Promise<Subject> {
    const folder = await mkdtemp(join(tmpdir(), `fedigroups-bench-${kind}-`));
    const prefix = `${kind}${Math.random().toString(36).slice(2, 6)}x`;
    const groups = Array.from({ length: count }, (_, index) =>
      rig.host.addUser({ username: `${prefix}${index}`, isBot: true }),
    );
    const subject = new Subject(kind, groups, folder, options);
    await subject.#writeFiles(rig.host.baseUrl);
    return subject;
  }

  /** Starts the process; its groups may not be listening yet. */
  start(): void {
    const { floor = "share", program = "shipped", nodeArgv = [], env = {} } = this.#options;
    const entry =
      this.kind === "program"
        ? entries[program]
        : fileURLToPath(new URL(`floor/${floor}.js`, import.meta.url));
    const argv =
      this.kind === "program" ? ["-c", this.folder] : [join(this.folder, "accounts.json")];
    this.startedAtMs = performance.now();
    this.#child = new ChildDaemon(
      { node: process.execPath, entry },
      { argv, folder: this.folder, nodeArgv, env: { ...process.env, ...env } },
    );
  }

  /** Resolves when every group has its stream. @returns when the last one got it, `performance.now()` */
  async live(rig: Rig): Promise<number> {
    const giveUpAt = performance.now() + 60_000 + this.groups.length * 200;
    for (;;) {
      const times = this.groups.map(({ username }) => rig.socketAt(username) ?? 0);
      if (times.every((at) => at >= this.startedAtMs)) return Math.max(...times);
      if (this.#child?.exit !== undefined || performance.now() > giveUpAt) {
        throw new Error(`The ${this.kind} does not listen:\n${this.lastLines()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Resolves when every group has its stream and has looked for what it missed before that. */
  async settled(rig: Rig): Promise<void> {
    await this.live(rig);
    if (this.kind === "floor") return;
    for (const { username } of this.groups) {
      const since = performance.timeOrigin + (rig.socketAt(username) ?? 0) - 1;
      const hasLooked = () =>
        // The home timeline is what is read last.
        rig.host.requests.some(
          (one) =>
            one.username === username &&
            one.path === "/api/v1/timelines/home" &&
            one.status !== undefined &&
            one.atMs >= since,
        );
      while (!hasLooked()) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // The last answer is on its way.
    await new Promise((resolve) => setTimeout(resolve, 200));
  }

  lastLines(): string {
    return this.#child?.lastLines().slice(-20).join("\n") ?? "";
  }

  get child(): ChildDaemon {
    if (this.#child === undefined) throw new Error(`The ${this.kind} does not run.`);
    return this.#child;
  }

  /** Resident memory in bytes. */
  rss(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/VmRSS:\s*(\d+) kB/u.exec(status)?.[1]) * 1024;
  }

  /** How long it has kept a core busy, in ms; in steps of 10. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
    this.#child = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A file of one of the program's groups. */
  async file(group: SandboxUser, name: string): Promise<string> {
    return await readFile(join(this.folder, "groups", group.acct, `${name}.json5`), "utf8");
  }

  async #writeFiles(base: string): Promise<void> {
    const { settings = {}, control = {}, state } = this.#options;
    const write = (place: string, value: unknown) =>
      writeFile(join(this.folder, place), JSON.stringify(value), { mode: 0o600 });
    if (this.kind === "floor") {
      await write(
        "accounts.json",
        this.groups.map(({ token }) => ({ base, token })),
      );
      return;
    }
    await write("groups.json5", settings);
    for (const { acct, token } of this.groups) {
      const folder = join("groups", acct);
      await mkdir(join(this.folder, folder), { recursive: true });
      await write(join(folder, "config.json5"), { acct, appdata: { base, token } });
      await write(join(folder, "control.json5"), { admin_users: ["admin@bench.test"], ...control });
      if (state !== undefined) await write(join(folder, "state.json5"), state);
    }
  }
}

/** Both, with the same groups and settings. */
export async function prepareBoth(
  rig: Rig,
  options: Parameters<typeof Subject.prepare>[2] = {},
): Promise<readonly [Subject, Subject]> {
  const program = await Subject.prepare("program", rig, options);
  return [program, await Subject.prepare("floor", rig, options)];
}
