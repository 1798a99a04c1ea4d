import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostOf, toAcct } from "../core/acct.js";
import type { GroupControl } from "../core/group.js";
import type { Acct } from "../core/model.js";
import type { Clock } from "../ports.js";
import {
  type HostOptions,
  type Sandbox,
  type SandboxHost,
  type SandboxUser,
  startSandbox,
} from "../sandbox/index.js";
import { peekControl } from "../store/file-store.js";
import { Board } from "../watch/board.js";
import { castFor } from "./cast.js";
import { type Model, writeCopy } from "./copy-group.js";

const lookEveryMs = 20;
const maxPeople = 20;

/** What a world is made of. */
export interface WorldParts {
  /** The group's server, then another one. */
  readonly hosts: readonly [HostOptions, HostOptions];
  /** Reads the group that is to be copied; may use a folder of its own that is gone afterwards. */
  readonly readModel: (scratch: string) => Promise<Model>;
  /** Runs the groups of a folder until the signal, and tells the board what happens. */
  readonly run: (folder: string, board: Board, signal: AbortSignal) => Promise<number>;
  readonly clock: Clock;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** One world from its beginning to its end. */
interface Life {
  readonly sandbox: Sandbox;
  readonly board: Board;
  readonly folder: string;
  readonly model: Model;
  readonly group: SandboxUser;
  readonly groupAcct: Acct;
  /** An account that has nothing to do with the group yet. */
  readonly spare: SandboxUser;
  readonly people: SandboxUser[];
  readonly stop: AbortController;
  readonly running: Promise<number>;
}

/** Two servers in this process, people on them, and the copy of a group that runs as it would elsewhere. */
export class World implements AsyncDisposable {
  readonly #parts: WorldParts;
  #life: Life;
  #hosts: readonly HostOptions[];
  #changes = 0;

  private constructor(parts: WorldParts, life: Life) {
    this.#parts = parts;
    this.#life = life;
    // The next life is found where this one was.
    this.#hosts = parts.hosts.map((host, index) => ({
      ...host,
      port: Number(new URL(life.sandbox.hosts[index]?.baseUrl ?? "").port),
    }));
  }

  /**
   * Resolves once the group is live and its first followers have come.
   * @throws what reading the model throws; Error with `EADDRINUSE` or `EACCES` where a port is not to be had
   */
  static async open(parts: WorldParts): Promise<World> {
    let count = () => {};
    const life = await begin(parts, parts.hosts, () => count());
    const world = new World(parts, life);
    count = () => world.touch();
    return world;
  }

  get home(): SandboxHost {
    return this.#life.sandbox.host(this.#parts.hosts[0].domain);
  }

  get sandbox(): Sandbox {
    return this.#life.sandbox;
  }

  get board(): Board {
    return this.#life.board;
  }

  get model(): Model {
    return this.#life.model;
  }

  get group(): SandboxUser {
    return this.#life.group;
  }

  get groupAcct(): Acct {
    return this.#life.groupAcct;
  }

  get spare(): SandboxUser {
    return this.#life.spare;
  }

  /** Who can be played, in the order in which they came. */
  get people(): readonly SandboxUser[] {
    return this.#life.people;
  }

  /** Another text whenever there may be something new to see. */
  get revision(): string {
    return `${this.#changes} ${this.board.revision}`;
  }

  /** What the group has on its lists now. */
  control(): Promise<GroupControl> {
    const { folder, groupAcct } = this.#life;
    return peekControl(groupFolderOf(folder, groupAcct), { localHost: hostOf(groupAcct) });
  }

  /** Something was done that nobody else tells of. */
  touch(): void {
    this.#changes++;
  }

  /** @throws Error with a sentence when that cannot be */
  addPerson(username: string, domain: string): SandboxUser {
    const name = username.trim().toLowerCase();
    const acct = `${name}@${domain}`;
    if (!/^[a-z\d_]{1,30}$/u.test(name)) {
      throw new Error("A name has one to thirty letters from a to z, digits and _.");
    }
    if (this.people.length >= maxPeople) throw new Error("There are enough people here.");
    const taken = [...this.people, this.group, this.spare];
    if (taken.some((user) => user.acct === acct)) throw new Error(`${acct} is here already.`);
    const user = this.sandbox
      .host(domain)
      .addUser({ username: name, displayName: username.trim() });
    this.#life.people.push(user);
    this.touch();
    return user;
  }

  /** Forgets everything, reads the group's files again and begins anew at the same addresses. */
  async restart(): Promise<void> {
    const model = await readModelOf(this.#parts);
    await end(this.#life);
    this.#life = await begin({ ...this.#parts, readModel: async () => model }, this.#hosts, () =>
      this.touch(),
    );
    this.touch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#life);
  }
}

async function readModelOf({ readModel }: Pick<WorldParts, "readModel">): Promise<Model> {
  const scratch = await mkdtemp(join(tmpdir(), "fedigroups-play-"));
  try {
    return await readModel(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function begin(
  parts: WorldParts,
  hosts: readonly HostOptions[],
  onChange: () => void,
): Promise<Life> {
  const model = await readModelOf(parts);
  const sandbox = await startSandbox({ hosts, onStatus: onChange });
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-play-"));
  const stop = new AbortController();
  try {
    const board = new Board(parts.clock, parts.version);
    const { people, group, spare } = castFor(sandbox, parts.hosts, model.acct);
    const [admin, member] = people;
    const base = sandbox.host(parts.hosts[0].domain).baseUrl;
    const secrets = { clientId: "", clientSecret: "", redirect: "urn:ietf:wg:oauth:2.0:oob" };
    const groupAcct = known(group.acct);
    await writeCopy(folder, model, {
      acct: groupAcct,
      appdata: { base, token: group.token, ...secrets },
      admin: known(admin.acct),
      member: known(member.acct),
    });
    const signal = AbortSignal.any([parts.signal, stop.signal]);
    const running = parts.run(folder, board, signal);
    const life: Life = {
      ...{ sandbox, board, folder, model, group, groupAcct, spare, stop, running },
      people: [...people],
    };
    await live(life, parts);
    await member.follow(group.acct);
    await admin.follow(group.acct);
    return life;
  } catch (error) {
    stop.abort();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function live({ board, running }: Life, { clock, signal }: WorldParts): Promise<void> {
  let end: number | undefined;
  const ended = running.then((code) => {
    end = code;
  });
  for (;;) {
    if (board.conditions().some(({ phase }) => phase === "live")) return;
    if (end !== undefined) throw new Error(`The group ended with code ${end} before it was live.`);
    await Promise.race([ended, clock.sleep(lookEveryMs, signal)]);
  }
}

async function end({ sandbox, folder, stop, running }: Life): Promise<void> {
  stop.abort();
  await running;
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}

function groupFolderOf(folder: string, acct: Acct): string {
  return join(folder, "groups", acct);
}

function known(text: string): Acct {
  const acct = toAcct(text);
  if (acct === undefined) throw new Error(`${text} is no address.`);
  return acct;
}
