import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { systemClock } from "../clock.js";
import { ChildDaemon, type Exit, type HookedBuild } from "../stage/child.js";
import type { Random } from "./random.js";
import { type Group, signIn, type Town } from "./town.js";
import type { Damage } from "./weather.js";

/** How much faster the daemon's time runs than ours. */
const speed = 10;

/** What the one who looks after the daemon needs. */
export interface KeeperParts {
  readonly town: Town;
  readonly folder: string;
  readonly build: HookedBuild;
  readonly random: Random;
  readonly damage: Damage;
  readonly sinceMs: number;
}

/** Looks after the daemon: starts it, signs groups in again, and is the one who pulls the plug. */
export class Keeper {
  readonly #parts: KeeperParts;
  #daemon: ChildDaemon | undefined;
  #restartAtMs = 0;
  /** Everything the daemon wrote, over all its lives. */
  readonly log: string[] = [];
  /** What must not happen to a process. */
  readonly complaints: string[] = [];
  /** Groups whose token is dead; true: the daemon has said so. */
  readonly #revoked = new Map<Group, boolean>();
  #isKilling = false;
  /** Has the process written anything yet? */
  #hasBegun = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#daemon !== undefined && this.#daemon.exit === undefined;
  }

  start(): void {
    this.#hasBegun = false;
    const { folder, build, sinceMs } = this.#parts;
    const hook = pathToFileURL(join(build.hooks, "chaos", "fast-time.js")).href;
    this.#daemon = new ChildDaemon(build, {
      argv: ["-v", "-c", folder],
      folder,
      nodeArgv: ["--import", `${hook}?speed=${speed}&since=${sinceMs}`],
      onLine: (line) => this.#read(line),
    });
  }

  /** Stops it as systemd does. It must end cleanly. */
  async stop(): Promise<void> {
    if (this.#daemon === undefined) return;
    this.#complain(await this.#daemon.stop(), "when it was told to stop");
    this.#daemon = undefined;
  }

  /** Kills it between two steps; it is started again a little later. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined || this.#isKilling) return;
    this.#isKilling = true;
    this.#restartAtMs = systemClock.now() + this.#parts.random.below(500);
    await daemon.kill();
    this.#daemon = undefined;
    this.#isKilling = false;
  }

  /** Takes a group's token away; the group has another one, which its operator must install. */
  revoke(group: Group): void {
    if (this.#revoked.has(group)) return;
    group.user.revokeTokens();
    group.user.issueToken("read write follow");
    this.#revoked.set(group, false);
    this.#parts.damage.note("token revoked");
  }

  /** Does what there is to do now. `isInTheEnd`: without waiting for anything. */
  async look(isInTheEnd = false): Promise<void> {
    const { town } = this.#parts;
    const isSaid = [...this.#revoked.values()].some(Boolean);
    if (isSaid || (isInTheEnd && this.#revoked.size > 0)) {
      for (const group of this.#revoked.keys()) await signIn(group, town.proxy.baseUrl);
      this.#revoked.clear();
      if (this.isRunning) await this.stop();
    }
    if (this.#isKilling) return;
    if (this.#daemon !== undefined && this.#daemon.exit !== undefined) {
      this.#complain(this.#daemon.exit, "by itself");
      this.#daemon = undefined;
    }
    const isTime = isInTheEnd || systemClock.now() >= this.#restartAtMs;
    if (this.#daemon === undefined && isTime) this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon?.[Symbol.asyncDispose]();
  }

  #read(line: string): void {
    this.log.push(line);
    this.#hasBegun = true;
    if (!line.includes("no longer accepts this group's token")) return;
    for (const group of this.#revoked.keys()) {
      if (line.includes(group.acct)) this.#revoked.set(group, true);
    }
  }

  /** It ends with 0 when told to, and else only when no group is left that could run. */
  #complain({ code, signal }: Exit, when: string): void {
    const isForTokens = this.log.slice(-40).some((line) => line.includes("No group is left"));
    // Told before Node had read the program, it has nothing to close.
    const isUnbegun = signal === "SIGTERM" && !this.#hasBegun;
    if (code === 0 || isForTokens || isUnbegun || signal === "SIGKILL") return;
    this.complaints.push(`The daemon ended ${when} with ${signal ?? `code ${code}`}.`);
  }
}
