import { hostOf } from "../core/acct.js";
import type { GroupControl } from "../core/group.js";
import type { Acct } from "../core/model.js";
import type { HostOptions, Sandbox, SandboxHost, SandboxUser } from "../sandbox/index.js";
import { peekControl } from "../store/file-store.js";
import type { Board } from "../watch/board.js";
import type { Model } from "./copy-group.js";
import { begin, end, groupFolderOf, type Life, readModelOf, type WorldParts } from "./life.js";

const maxPeople = 20;

/** Two servers in this process, people on them, and the copy of a group that runs as it would elsewhere. */
export class World implements AsyncDisposable {
  readonly #parts: WorldParts;
  #life: Life;
  #hosts: readonly HostOptions[];
  #changes = 0;
  #restarting: Promise<void> | undefined;

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

  /**
   * Forgets everything, reads the group's files again and begins anew at the same addresses; once, however
   * many ask for it meanwhile. @throws what reading the group throws, and then all goes on as it was
   */
  restart(): Promise<void> {
    this.#restarting ??= this.#beginAnew().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** Resolves once everybody can be asked: at once, or after the restart that is under way. */
  async ready(): Promise<void> {
    await this.#restarting?.catch(() => undefined);
  }

  async #beginAnew(): Promise<void> {
    const model = await readModelOf(this.#parts);
    await end(this.#life);
    const readModel = async () => model;
    this.#life = await begin({ ...this.#parts, readModel }, this.#hosts, () => this.touch());
    this.touch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ready();
    await end(this.#life);
  }
}
