import { expect, it } from 'vitest';
import { takenAround, UNCLEAR_MS } from './taken.ts';

const DROPPED = Date.UTC(2026, 1, 1);
const at = (ms: number) => new Date(DROPPED + ms).toISOString();
const taken = (receivedMs: number, timestampMs: number) =>
  takenAround(DROPPED, { received: at(receivedMs), timestampMs: DROPPED + timestampMs });

it('goes by the later of the two clocks', () => {
  expect(taken(0, 0)).toBe('before');
  expect(taken(-5, UNCLEAR_MS + 1)).toBe('after');
  expect(taken(UNCLEAR_MS + 1, -5)).toBe('after');
});

it('does not tell where the clocks may be further apart than it is later', () => {
  expect(taken(0, 1)).toBe('unclear');
  expect(taken(UNCLEAR_MS, 0)).toBe('unclear');
});

it('does not tell where a time is none', () => {
  expect(takenAround(DROPPED, { received: 'none', timestampMs: 0 })).toBe('unclear');
  expect(takenAround(Number.NaN, { received: at(0), timestampMs: 0 })).toBe('unclear');
});
