import { systemClock } from "../clock.js";
import type { Keeper } from "./keeper.js";
import type { Random } from "./random.js";
import type { Town } from "./town.js";
import type { Damage } from "./weather.js";

/** What disasters need. */
export interface DisasterParts {
  readonly town: Town;
  readonly keeper: Keeper;
  readonly random: Random;
  readonly damage: Damage;
  readonly signal: AbortSignal;
}

/** What goes wrong by itself, without any request to go wrong with. */
export interface Disasters {
  /** To be called again and again: begins something bad now and then, and ends it a while later. */
  tick(): Promise<void>;
  /** Ends all that is bad about the server. */
  heal(): void;
}

/** So often something begins. */
const probability = 0.07;

/** Kills, restarts of the server, and all that its stream can do wrong. */
export function createDisasters(parts: DisasterParts): Disasters {
  const { town, keeper, random, damage, signal } = parts;
  const { streams } = town.home.faults;
  let ending: { ticksLeft: number; readonly end: () => void } | undefined;
  const lasting = (kind: string, begin: () => void, end: () => void) => {
    if (ending !== undefined || streams.count() === 0) return;
    damage.note(kind);
    begin();
    ending = { ticksLeft: 3 + random.below(20), end };
  };

  const disasters: readonly (readonly [number, () => void | Promise<void>])[] = [
    [
      6,
      async () => {
        if (!keeper.isRunning) return;
        await keeper.kill();
        damage.note("kill -9");
      },
    ],
    [
      3,
      async () => {
        damage.note("server restart");
        await town.home.stop();
        await systemClock.sleep(random.below(300), signal);
        await town.home.start();
      },
    ],
    [2, () => damage.note("socket cut", town.proxy.cutSockets())],
    [2, () => damage.note("socket half-open", town.proxy.freezeSockets())],
    [
      2,
      () => {
        damage.note("socket closed by the server", streams.count());
        streams.drop(undefined, random.pick([undefined, 1000, 1001, 1011]));
      },
    ],
    [
      4,
      () =>
        lasting(
          "stream silent",
          () => streams.silence(true),
          () => streams.silence(false),
        ),
    ],
    [
      2,
      () =>
        lasting(
          "stream frozen",
          () => streams.freeze(true),
          () => streams.freeze(false),
        ),
    ],
    [
      4,
      () =>
        lasting(
          "events twice",
          () => streams.repeat(2),
          () => streams.repeat(1),
        ),
    ],
    [
      4,
      () =>
        lasting(
          "events backwards",
          () => streams.reorder(3),
          () => streams.reorder(0),
        ),
    ],
    [
      2,
      () =>
        lasting(
          "upgrades 503",
          () => streams.refuse(503),
          () => streams.refuse(undefined),
        ),
    ],
    [
      1,
      () => {
        if (keeper.isRunning) keeper.revoke(random.pick(town.groups));
      },
    ],
  ];

  return {
    tick: async () => {
      if (ending !== undefined && --ending.ticksLeft <= 0) {
        ending.end();
        ending = undefined;
      }
      if (random.chance(probability)) await random.weighted(disasters)();
    },
    heal: () => {
      ending?.end();
      ending = undefined;
      town.home.faults.clear();
    },
  };
}
