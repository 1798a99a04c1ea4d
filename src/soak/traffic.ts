import type { Clock } from "../ports.js";
import { type Deed, deeds } from "./deeds.js";
import type { Scene } from "./scene.js";

/** How events come. */
export interface TrafficOptions {
  readonly scenes: readonly Scene[];
  readonly ratePerSecond: number;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Of how many boosts and posts Mastodon lets an account make in three hours, most. */
const loudLimit = 280;
const loudWindowMs = 3 * 60 * 60_000;
/** Servers slower than the traffic are waited for. */
const maxUnderWay = 200;
/**
 * Of notifications that came between two looks a group handles 30 at most and says so
 * (`max_catchup_notifs`). Where there is no stream, a busy machine could bring that about.
 */
const maxUnread = 20;

const all: readonly Deed[] = Object.values(deeds);
const quiet: readonly Deed[] = all.filter(({ isLoud }) => !isLoud);

/** Steady events, each group's one after the other. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #lanes = new Map<Scene, Promise<void>>();
  readonly #mishaps: unknown[] = [];
  #underWay = 0;
  #count = 0;
  #heldBack = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** How many events there were. */
  get count(): number {
    return this.#count;
  }

  /** How many there were not, because a group without a stream had enough to read already. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** What went wrong among people, which is our own fault and not the groups'. */
  get mishaps(): readonly unknown[] {
    return this.#mishaps;
  }

  /**
   * Everybody does the same so many times, as fast as it goes; resolves when the last one is out.
   * Rejects when the signal is aborted.
   */
  async burst(deed: Deed, times: number, signal: AbortSignal): Promise<void> {
    const { scenes, clock } = this.#options;
    for (let number = 0; number < times * scenes.length; number++) {
      while (this.#underWay >= maxUnderWay) await clock.sleep(1, signal);
      const scene = scenes[number % scenes.length];
      if (scene !== undefined) this.#send(scene, deed);
    }
    await Promise.all(this.#lanes.values());
  }

  /** Resolves after so much time, when the last event is out. Rejects when the signal is aborted. */
  async flow(durationMs: number, signal: AbortSignal): Promise<void> {
    const { scenes, ratePerSecond, clock } = this.#options;
    const beganAt = clock.now();
    const total = Math.round((durationMs / 1000) * ratePerSecond);
    for (let number = 0; number < total; number++) {
      const dueAt = beganAt + (number / ratePerSecond) * 1000;
      while (clock.now() < dueAt || this.#underWay >= maxUnderWay) {
        await clock.sleep(Math.max(dueAt - clock.now(), 1), signal);
      }
      const scene = scenes[number % scenes.length];
      if (scene !== undefined) this.#send(scene);
    }
    await Promise.all(this.#lanes.values());
  }

  #send(scene: Scene, deed?: Deed): void {
    const before = this.#lanes.get(scene) ?? Promise.resolve();
    this.#underWay++;
    this.#lanes.set(
      scene,
      before
        .then(() => this.#act(scene, deed))
        .catch((error: unknown) => void this.#mishaps.push(error))
        .finally(() => this.#underWay--),
    );
  }

  async #act(scene: Scene, wanted?: Deed): Promise<void> {
    const { clock, random } = this.#options;
    const now = clock.now();
    if (isBehind(scene)) {
      this.#heldBack++;
      return;
    }
    const { loudAt, eventsAt } = scene;
    eventsAt.push(now);
    if (eventsAt.length > maxUnread) eventsAt.shift();
    while ((loudAt[0] ?? now) < now - loudWindowMs) loudAt.shift();
    const mayBeLoud = !isMetered(scene) || loudAt.length < loudLimit;
    let deed = wanted ?? pick(mayBeLoud ? all : quiet, random);
    if (!(await deed.act(scene))) {
      // What does not fit now, a post always does.
      deed = mayBeLoud ? deeds.mention : deeds.home;
      await deed.act(scene);
    }
    if (deed.isLoud) loudAt.push(now);
    this.#count++;
  }
}

/** Has a group without a stream as much to read as may wait for it? */
function isBehind({ circle, eventsAt }: Scene): boolean {
  const { flavour, group, host } = circle;
  const [first] = eventsAt;
  if (flavour !== "hollo" || first === undefined || eventsAt.length < maxUnread) return false;
  const look = host.requests.findLast(
    ({ path, username }) => username === group.username && path === "/api/v1/notifications",
  );
  return look === undefined || look.atMs <= first;
}

function isMetered({ circle }: Scene): boolean {
  return circle.flavour.startsWith("mastodon");
}

function pick(among: readonly Deed[], random: () => number): Deed {
  let rest = random() * among.reduce((total, { weight }) => total + weight, 0);
  for (const deed of among) {
    rest -= deed.weight;
    if (rest < 0) return deed;
  }
  return deeds.home;
}
