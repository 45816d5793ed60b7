import { expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

it('doubles from half a second to half a minute', () => {
  const waits: number[] = [];
  for (let waited: number | undefined, run = 0; run < 9; run++) {
    waited = backOffMs(waited, 0);
    waits.push(waited);
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it('begins anew after half a minute up, not a moment earlier', () => {
  expect(backOffMs(16_000, 29_999)).toBe(30_000);
  expect(backOffMs(16_000, 30_000)).toBe(500);
});
