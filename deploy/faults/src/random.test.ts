import { expect, it } from 'vitest';
import { randomOf } from './random.ts';

it('gives the same numbers for a seed on every machine', () => {
  const { next } = randomOf(42);
  expect([next(), next(), next()].map((value) => Math.floor(value * 1e9))).toEqual([
    601_103_751, 448_290_558, 852_465_793,
  ]);
});

it('gives both ends of a range, and nothing outside it', () => {
  const { between } = randomOf(7);
  const seen = new Set(Array.from({ length: 1_000 }, () => between(3, 6)));
  expect([...seen].toSorted()).toEqual([3, 4, 5, 6]);
});

it('shuffles without losing or doubling anything, into every order', () => {
  const { shuffled } = randomOf(1);
  const orders = new Set(Array.from({ length: 500 }, () => shuffled([1, 2, 3]).join('')));
  expect([...orders].toSorted()).toEqual(['123', '132', '213', '231', '312', '321']);
});
