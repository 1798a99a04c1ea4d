import { pino } from "pino";
import type { GroupControl } from "../core/group.js";
import type { GroupSettings } from "../core/group-settings.js";
import { createTranslate } from "../core/messages.js";
import type { GroupState } from "../core/state.js";
import type { GroupStore, MastodonGateway } from "../ports.js";
import { Board } from "../watch/board.js";
import type { GroupSnapshot } from "../watch/snapshot.js";
import type { Stopped, WorkerDeps } from "../worker/deps.js";
import { Door } from "../worker/door.js";
import { OrderDesk } from "../worker/order-desk.js";
import { runGroup } from "../worker/worker.js";
import { acct, anAccount, english, groupAddress } from "./builders.js";
import { FakeClock, settle } from "./fake-clock.js";
import { FakeGateway } from "./fake-gateway.js";
import { MemoryStore } from "./memory-store.js";

/** The settings that `groups.json5` has by default. */
export const defaultSettings: GroupSettings = {
  maxCatchupNotifs: 30,
  maxCatchupStatuses: 50,
  delayFetchPageMs: 250,
  delayAfterPostMs: 0,
  delayReopenClosedMs: 500,
  delayReopenErrorMs: 5000,
  socketAliveTimeoutMs: 30_000,
  socketRetireTimeMs: 120_000,
  pollIntervalMs: 15_000,
  manageNotificationPolicy: true,
};

/** State of a group that ran before and has handled everything so far. */
export const ranBefore: GroupState = {
  lastNotificationAt: 0,
  lastStatusAt: 0,
  seenNotifications: [],
  seenStatuses: [],
  handled: [],
  passed: [],
  shared: [],
  welcomed: {},
  answers: {},
  pending: [],
};

/** The server as a process reaches it that may die: afterwards no call is made, and none returns. */
function untilDeath(gateway: FakeGateway, death: Promise<void>): MastodonGateway {
  let isDead = false;
  void death.then(() => {
    isDead = true;
  });
  return new Proxy(gateway, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]) =>
        isDead ? new Promise(() => undefined) : Reflect.apply(member, target, args);
    },
  });
}

/** One group's worker on a fake server, a fake clock and files in memory. */
export class GroupBench implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly gateway: FakeGateway;
  readonly store: MemoryStore;
  /** What was logged, parsed. */
  readonly logged: Record<string, unknown>[] = [];
  /** Where a test gives the operator's orders. */
  readonly desk = new OrderDesk();
  /** Where the worker tells about itself. */
  readonly board: Board;
  readonly #settings: GroupSettings;
  readonly #characterLimit: number | undefined;
  readonly #door: Door;
  readonly #files: GroupStore | undefined;
  readonly #reached: MastodonGateway;
  #abort = new AbortController();
  #running: Promise<Stopped> | undefined;

  constructor(
    options: {
      readonly control?: GroupControl;
      readonly state?: GroupState | undefined;
      readonly settings?: Partial<GroupSettings>;
      readonly characterLimit?: number;
      /** For groups that share a program. */
      readonly clock?: FakeClock;
      readonly door?: Door;
      /** Real files instead of those in {@link GroupBench.store}. */
      readonly files?: GroupStore;
      /** A server that was there before. */
      readonly gateway?: FakeGateway;
      /** From then on the worker's calls do not reach the server: its process is gone. */
      readonly death?: Promise<void>;
    } = {},
  ) {
    this.clock = options.clock ?? new FakeClock();
    this.board = new Board(this.clock, "0.5.0");
    this.#door = options.door ?? new Door(this.clock);
    const state = "state" in options ? options.state : ranBefore;
    this.store = new MemoryStore(options.control, state);
    this.#files = options.files;
    this.gateway = options.gateway ?? new FakeGateway(anAccount(groupAddress));
    this.#reached =
      options.death === undefined ? this.gateway : untilDeath(this.gateway, options.death);
    this.#characterLimit = options.characterLimit;
    this.#settings = { ...defaultSettings, ...options.settings };
  }

  get deps(): WorkerDeps {
    return {
      acct: acct(groupAddress),
      gateway: this.#reached,
      store: this.#files ?? this.store,
      settings: this.#settings,
      characterLimit: this.#characterLimit,
      translate: (format) => createTranslate([english], format),
      clock: this.clock,
      random: () => 0.5,
      door: this.#door,
      log: pino(
        { level: "trace" },
        { write: (line: string) => void this.logged.push(JSON.parse(line)) },
      ),
      version: "0.5.0",
      desk: this.desk,
      witness: this.board.witnessOf(acct(groupAddress)),
    };
  }

  /** That tells the worker to stop. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Starts the worker and lets it come to rest. */
  async start(): Promise<void> {
    this.#abort = new AbortController();
    this.#running = runGroup(this.deps, this.#abort.signal);
    this.#running.catch(() => undefined);
    await settle();
  }

  /** Asks it to stop; resolves with its reason. */
  async stop(): Promise<Stopped | undefined> {
    this.#abort.abort(new Error("stop"));
    await this.clock.advance(10_000);
    return this.#running;
  }

  /** The reason, for a worker that ends by itself. */
  get ended(): Promise<Stopped> {
    return this.#running ?? Promise.reject(new Error("Not started."));
  }

  /** As a power cut: nothing more is written, nothing more is done. */
  async crash(): Promise<void> {
    const { control, state } = this.store;
    await this.stop();
    this.store.control = control;
    this.store.state = state;
  }

  /** What the worker has told so far. */
  told(): GroupSnapshot {
    const [group] = this.board.snapshot().groups;
    if (group === undefined) throw new Error("It has not been started.");
    return group;
  }

  messages(): readonly unknown[] {
    return this.logged.map(({ msg }) => msg);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => undefined);
  }
}
