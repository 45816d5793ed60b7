import { expect, it } from 'vitest';
import { CATALOGUE, FAULT_NAMES, type FaultName } from './catalogue.ts';
import { planAlone, planMix } from './plan.ts';

const SEEDS = Array.from({ length: 2_000 }, (_, seed) => seed);
const PLANS = SEEDS.map(planMix);
const faultOf = ({ name }: { readonly name: string }) => CATALOGUE[name as FaultName];

it('is decided by the seed alone', () => {
  expect(SEEDS.map(planMix)).toEqual(PLANS);
  expect(planAlone('kafka-sigkill', 5)).toEqual(planAlone('kafka-sigkill', 5));
  expect(planMix(1)).not.toEqual(planMix(2));
});

it('has one to three faults, and every fault that may be mixed sooner or later', () => {
  expect(new Set(PLANS.map(({ length }) => length))).toEqual(new Set([1, 2, 3]));
  const mixed = new Set(PLANS.flatMap((plan) => plan.map(({ name }) => name)));
  expect(mixed).toEqual(new Set(FAULT_NAMES.filter((name) => !CATALOGUE[name].isAlone)));
});

it('never has two faults that do something to the same part', () => {
  for (const plan of PLANS) {
    const touched = plan.flatMap((planned) => faultOf(planned).touches);
    expect(new Set(touched).size).toBe(touched.length);
  }
});

it('has each fault last as long as it may in a mix', () => {
  for (const planned of PLANS.flat()) {
    const [min, max] = faultOf(planned).lasts?.mixedMs ?? [0, 0];
    expect(planned.forMs).toBeGreaterThanOrEqual(min);
    expect(planned.forMs).toBeLessThanOrEqual(max);
  }
});

it.each(['gateway', 'indexer', 'query', 'kafka', 'elasticsearch'])(
  'freezes %s for 20 s where that is all',
  (part) => {
    expect(planAlone(`${part}-sigstop` as FaultName, 1)).toMatchObject([{ forMs: 20_000 }]);
  },
);
