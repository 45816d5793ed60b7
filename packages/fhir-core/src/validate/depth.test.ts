import { expect, test } from 'vitest';
import { isDeeperThan } from './depth.ts';

test('counts the levels of objects and arrays, the value itself included', () => {
  expect(isDeeperThan(0, 'text')).toBe(false);
  expect(isDeeperThan(0, null)).toBe(false);
  expect(isDeeperThan(0, {})).toBe(true);
  expect(isDeeperThan(2, [{ a: 1 }])).toBe(false);
  expect(isDeeperThan(2, [{ a: [] }])).toBe(true);
});
