import { expect, it } from 'vitest';
import { baselineOf, comparison } from './comparison.ts';

const baseline = {
  'rate to the echo': { value: 0.6, better: 'higher' },
  'CPU to the floor': { value: 1.2, better: 'lower' },
} as const;

const scores = (rate: number, cpu: number) => [
  { name: 'rate to the echo', value: rate, better: 'higher' as const },
  { name: 'CPU to the floor', value: cpu, better: 'lower' as const },
];

it('takes what is better, the same, or worse by as much as rounds differ', () => {
  expect(comparison(baseline, scores(0.7, 1)).isWorse).toBe(false);
  expect(comparison(baseline, scores(0.51, 1.41)).isWorse).toBe(false);
});

it('is worse where a rate, or a cost, is under 0.85 of what it was', () => {
  expect(comparison(baseline, scores(0.5, 1.2))).toMatchObject({ isWorse: true });
  expect(comparison(baseline, scores(0.6, 1.42))).toMatchObject({ isWorse: true });
});

it('is worse where what was measured is no number', () => {
  const none = [{ name: 'CPU to the floor', value: null as unknown as number, better: 'lower' as const }];
  expect(comparison(baseline, none).isWorse).toBe(true);
});

it('names what was not measured, and what is new, and leaves out what is of the machine', () => {
  const { lines, isWorse } = comparison(baseline, [
    { name: 'memory', value: 1, better: 'lower' },
    { name: 'start, s', value: 1, better: 'lower', absolute: true },
  ]);
  expect(isWorse).toBe(false);
  expect(lines).toEqual([
    'rate to the echo: 0.6 before, not measured now',
    'CPU to the floor: 1.2 before, not measured now',
    'memory: 1, new',
  ]);
});

it('is with what the machine had, and with the easiest of all where it had nothing', () => {
  const slower = {
    'rate to the echo': { value: 0.7, better: 'higher' },
    'CPU to the floor': { value: 1.5, better: 'lower' },
    memory: { value: 1, better: 'lower' },
  } as const;
  const easiest = {
    'rate to the echo': baseline['rate to the echo'],
    'CPU to the floor': slower['CPU to the floor'],
    memory: slower.memory,
  };
  for (const baselines of [
    { fast: baseline, slow: slower },
    { slow: slower, fast: baseline },
  ]) {
    expect(baselineOf(baselines, 'fast')).toEqual({ ...baseline, memory: slower.memory });
    expect(baselineOf(baselines, 'slow')).toEqual(slower);
    expect(baselineOf(baselines, 'another')).toEqual(easiest);
  }
});
