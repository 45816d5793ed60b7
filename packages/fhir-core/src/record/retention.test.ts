/** To the millisecond: what is deleted a moment too early can't be had again. */
import { describe, expect, it } from 'vitest';
import { isPastRetention, retentionEndMs } from './retention.ts';

describe('the retention of a month', () => {
  it.each([
    ['of 31 days', '2025.01', 30, '2025-03-03T00:00:00.000Z'],
    ['of February', '2025.02', 1, '2025-03-02T00:00:00.000Z'],
    ['of February in a leap year', '2024.02', 1, '2024-03-02T00:00:00.000Z'],
    ['across a leap day', '2024.01', 29, '2024-03-01T00:00:00.000Z'],
    ['of December', '2025.12', 1, '2026-01-02T00:00:00.000Z'],
    ['across a year', '2025.12', 365, '2027-01-01T00:00:00.000Z'],
    ['across a leap year', '2023.12', 366, '2025-01-01T00:00:00.000Z'],
    ['of the last month', '2039.12', 36_525, '2140-01-02T00:00:00.000Z'],
  ])('%s is over one millisecond after its days', (_which, month, days, end) => {
    const endMs = Date.parse(end);
    expect(new Date(retentionEndMs(month, days) ?? 0).toISOString()).toBe(end);
    expect(isPastRetention(month, days, endMs)).toBe(false);
    expect(isPastRetention(month, days, endMs + 1)).toBe(true);
  });

  it('is never over for what is of no month', () => {
    expect(retentionEndMs('other', 1)).toBeUndefined();
    expect(isPastRetention('other', 1, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
