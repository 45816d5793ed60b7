/**
 * Randomness that a seed decides: every event has a stream of its own, so that any process can make any of them, in
 * any order, and they come out the same.
 */

/** The next number in [0, 1). */
export type Random = () => number;

/** The stream of item `n` under `seed`; `purpose` keeps streams of one item apart. */
export function randomOf(seed: number, n: number, purpose = 0): Random {
  let state = mix(mix(mix(seed) ^ n) ^ purpose);
  // mulberry32: 32 bits of state are enough for the some thirty numbers of an event.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

export function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  return items[below(random, items.length)]!;
}

/** Zipf-like: the first has log(2)/log(count + 1) of all, item k about 1/k of what the first has. */
export function zipf(random: Random, count: number): number {
  return Math.min(count, Math.floor((count + 1) ** random())) - 1;
}

/** murmur3's finaliser: neighbouring numbers come out unrelated. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
