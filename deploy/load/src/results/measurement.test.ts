import { expect, it } from 'vitest';
import { median } from './measurement.ts';

it('is the one in the middle, or between the two that are', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
});
