import { createHash } from "node:crypto";
import type { Logger } from "pino";
import type { Config } from "../config/load.js";
import type { GroupConfig } from "../config/load-group.js";
import type { Settings } from "../config/settings.js";
import type { Acct } from "../core/model.js";
import type { AdminOrder, OrderAnswer } from "../core/operator.js";
import { ConfigError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { Stopped, WorkerDeps } from "../worker/deps.js";
import { Groups } from "../worker/groups.js";
import { CliError } from "./io.js";

/** A live group that is waiting for its server is stopped for an order after so long. */
const orderPatienceMs = 5000;

/** What a fleet is put together from. */
export interface FleetParts {
  /** Reads all files anew. @throws ConfigError, CliError when they are not fit to run */
  readonly load: () => Promise<Config>;
  readonly wire: (group: GroupConfig, settings: Settings) => WorkerDeps;
  /** Puts what is not a group's under a configuration that was read anew. */
  readonly adopt: (config: Config) => Promise<void>;
  /** The group is not the program's any more. */
  readonly forget: (acct: Acct) => void;
  /** Carries an order out on the files of a group that does not run. */
  readonly orderOnFiles: (acct: Acct, order: AdminOrder) => Promise<OrderAnswer>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** All groups of the running program; what changes which of them run happens one after the other. */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #groups: Groups;
  readonly #signal: AbortSignal;
  /** What each group that was started was made of. */
  readonly #made = new Map<Acct, { readonly group: GroupConfig; readonly print: string }>();
  #config: Config;
  #lane: Promise<unknown> = Promise.resolve();

  /** Starts every group of the configuration that is switched on. */
  constructor(config: Config, parts: FleetParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#config = config;
    this.#signal = signal;
    this.#groups = new Groups(signal);
    for (const group of config.groups) if (group.enabled) this.#start(group);
  }

  /** Resolves when no group runs any more. */
  ended(): Promise<ReadonlyMap<Acct, Stopped>> {
    return this.#groups.ended();
  }

  /**
   * Reads the files anew, starts groups that are new, stops those that are gone, starts those anew that
   * changed, and touches no other. Files that cannot be used change nothing. Never rejects.
   */
  reload(): Promise<void> {
    // Whoever waits for the end waits for this, too: it may be about to open something.
    return this.#groups
      .exchange(() => this.#alone(() => this.#reload()))
      .catch((err: unknown) => {
        this.#parts.log.error({ err }, "A bug kept the files from being read. Please report it.");
      });
  }

  /** Carries an order of the operator out, by the group's own loop where that turns. */
  order(acct: Acct, order: AdminOrder): Promise<OrderAnswer> {
    return this.#alone(async () => {
      const { clock, orderOnFiles } = this.#parts;
      const isOver = new AbortController();
      const patience = clock.sleep(orderPatienceMs, isOver.signal).catch(() => undefined);
      const answer = await Promise.race([this.#groups.place(acct, order), patience]);
      isOver.abort();
      if (answer !== undefined) return answer;
      const made = this.#groups.isRunning(acct) ? this.#made.get(acct) : undefined;
      return await this.#groups.exchange(async () => {
        await this.#groups.stop(acct);
        try {
          return await orderOnFiles(acct, order);
        } finally {
          if (made !== undefined && !this.#signal.aborted) this.#start(made.group);
        }
      });
    });
  }

  async #reload(): Promise<void> {
    const { log, adopt } = this.#parts;
    let config: Config;
    try {
      config = await this.#parts.load();
      this.#refuseOtherFolder(config);
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof CliError)) throw error;
      const problems = error instanceof ConfigError ? error.problems : error.message;
      log.error(
        { problems },
        "The files cannot be used as they are now; everything goes on with the old ones. Mend them and reload again.",
      );
      return;
    }
    for (const notice of config.notices) log.warn(notice);
    await adopt(config);
    await this.#exchange(config);
  }

  async #exchange(config: Config): Promise<void> {
    const { log, forget } = this.#parts;
    const wanted = new Map(
      config.groups.filter(({ enabled }) => enabled).map((group) => [group.acct, group]),
    );
    const kept = this.#keptThoughBroken(config);
    this.#config = config;
    const gone = [...this.#made.keys()].filter((acct) => !wanted.has(acct) && !kept.has(acct));
    const isRunning = ({ acct }: GroupConfig) => this.#groups.isRunning(acct);
    const fresh = [...wanted.values()].filter((group) => !isRunning(group));
    const changed = [...wanted.values()].filter(
      (group) => isRunning(group) && this.#made.get(group.acct)?.print !== this.#print(group),
    );
    const toStop = [...gone, ...changed.map(({ acct }) => acct)];
    await Promise.all(toStop.map((acct) => this.#groups.stop(acct)));
    for (const acct of gone) {
      this.#made.delete(acct);
      forget(acct);
    }
    if (this.#signal.aborted) return;
    const toStart = [...fresh, ...changed];
    for (const group of toStart) this.#start(group);
    const names = (groups: readonly GroupConfig[]) => groups.map(({ acct }) => acct);
    log.info(
      {
        started: names(fresh),
        restarted: names(changed),
        stopped: gone,
        untouched: this.#made.size - toStart.length,
      },
      "Read the files again.",
    );
  }

  /** A group that runs is not stopped because somebody has just saved half a file. */
  #keptThoughBroken(config: Config): ReadonlySet<Acct> {
    const kept = new Set<Acct>();
    for (const [acct, { group }] of this.#made) {
      const broken = config.broken.find((one) => one.folder === group.folder || one.acct === acct);
      if (broken === undefined) continue;
      kept.add(acct);
      if (!this.#groups.isRunning(acct)) continue;
      this.#parts.log.error(
        { group: acct, problems: broken.problems },
        "The files of this group cannot be used as they are now; it goes on with the old ones. Mend them and reload again.",
      );
    }
    for (const { folder, problems } of config.broken) {
      const isTold = [...this.#made.values()].some(
        ({ group }) => group.folder === folder && this.#groups.isRunning(group.acct),
      );
      if (isTold) continue;
      this.#parts.log.error({ folder, problems }, "A group cannot run: its files need you.");
    }
    return kept;
  }

  #refuseOtherFolder({ groupsFolder }: Config): void {
    if (groupsFolder === this.#config.groupsFolder) return;
    throw new CliError("groups_dir has changed; that takes a restart of the service.");
  }

  #start(group: GroupConfig): void {
    this.#made.set(group.acct, { group, print: this.#print(group) });
    this.#groups.start(this.#parts.wire(group, this.#config.settings));
  }

  /** Everything that the running group was made of. */
  #print(group: GroupConfig): string {
    const { groupsDir, localesDir, validateLocales, httpListen, ...life } = this.#config.settings;
    // All texts of its language are in it: too much to be kept for each group.
    return createHash("sha256")
      .update(JSON.stringify([group, life]))
      .digest("base64");
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lane.then(work);
    this.#lane = turn.catch(() => undefined);
    return await turn;
  }
}
