import { expect, it } from 'vitest';
import { takenAround, UNCLEAR_MS } from './taken.ts';

const DROPPED = Date.UTC(2026, 1, 1);

it('goes by when the gateway received it', () => {
  expect(takenAround(DROPPED, DROPPED)).toBe('before');
  expect(takenAround(DROPPED, DROPPED + UNCLEAR_MS + 1)).toBe('after');
});

it('does not tell where the clocks may be further apart than it is later', () => {
  expect(takenAround(DROPPED, DROPPED + 1)).toBe('unclear');
  expect(takenAround(DROPPED, DROPPED + UNCLEAR_MS)).toBe('unclear');
});

it('does not tell where nobody says when the month was dropped', () => {
  expect(takenAround(Number.NaN, 0)).toBe('unclear');
});
