/** What is done in a round, decided by its seed alone: which faults, when, for how long, to which process. */

import { CATALOGUE, FAULT_NAMES, type FaultName } from './catalogue.ts';
import type { Planned, Target } from './fault.ts';
import { randomOf } from './random.ts';

/** Milliseconds of load before a fault that is alone. */
const ALONE_AT_MS = 1_500;
/** Faults of a mix begin within this. */
const MIXED_AT_MS_MAX = 5_000;
const MIXED_FAULTS_MAX = 3;
const WHICH_MAX = 1_000_000;

export function planAlone(name: FaultName, seed: number): readonly Planned[] {
  const forMs = CATALOGUE[name].lasts?.aloneMs ?? 0;
  return [{ name, atMs: ALONE_AT_MS, forMs, which: randomOf(seed).between(0, WHICH_MAX) }];
}

/** One to three faults, of which no two do something to the same part. */
export function planMix(seed: number): readonly Planned[] {
  const random = randomOf(seed);
  const count = random.between(1, MIXED_FAULTS_MAX);
  const held = new Set<Target>();
  const plan: Planned[] = [];
  for (const name of random.shuffled(FAULT_NAMES)) {
    const { touches, lasts, isAlone } = CATALOGUE[name];
    if (plan.length === count) break;
    if (isAlone || touches.some((target) => held.has(target))) continue;
    for (const target of touches) held.add(target);
    const [min, max] = lasts?.mixedMs ?? [0, 0];
    plan.push({
      name,
      atMs: random.between(0, MIXED_AT_MS_MAX),
      forMs: random.between(min, max),
      which: random.between(0, WHICH_MAX),
    });
  }
  return plan.toSorted((a, b) => a.atMs - b.atMs);
}
