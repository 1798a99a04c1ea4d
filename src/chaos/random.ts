/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number;
  chance(probability: number): boolean;
  /** @throws Error when there is nothing to choose from */
  pick<T>(items: readonly T[]): T;
  /** Picks with the weights that stand beside the items. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
}

/** A generator of its own for each `name`, so that one's use does not shift the others. */
export function createRandom(seed: number, name: string): Random {
  let state = [...name].reduce((hash, sign) => mix(hash ^ sign.charCodeAt(0)), mix(seed));
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    return (mix(state) >>> 0) / 2 ** 32;
  };
  const pick = <T>(items: readonly T[]): T => {
    const [item] = items.slice(Math.floor(next() * items.length)).map(boxed);
    if (item === undefined) throw new Error("There is nothing to choose from.");
    return item.value;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick,
    weighted: (items) => {
      let left = next() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return pick(items)[1];
    },
  };
}

/** So that `undefined` can be chosen, too. */
function boxed<T>(value: T): { readonly value: T } {
  return { value };
}

/** Stirs 32 bits (the finaliser of MurmurHash3). */
function mix(bits: number): number {
  let mixed = bits | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
