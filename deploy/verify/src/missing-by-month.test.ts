import { expect, it } from 'vitest';
import { MissingByMonth } from './missing-by-month.ts';
import { DIFFERENCES_MAX, Tally } from './tally.ts';

it('what is missing of a month that was dropped meanwhile is of a dropped month, the rest is missing', () => {
  const missing = new MissingByMonth();
  for (let n = 0; n < 3; n++) missing.add('2026.01', { verdict: 'missing', place: `t/0@${n}` });
  missing.add('2026.02', { verdict: 'missing', place: 't/1@0' });
  const tally = new Tally();
  missing.tell(new Map([['2026.01', 0]]), tally);
  expect(tally.verdicts).toMatchObject({ 'dropped-month': 3, missing: 1 });
  expect(tally.differences).toEqual([{ verdict: 'missing', place: 't/1@0' }]);
});

it('all are counted, and as many are named as a report lists', () => {
  const missing = new MissingByMonth();
  for (let n = 0; n < DIFFERENCES_MAX + 2; n++) missing.add('2026.01', { verdict: 'missing', id: `${n}` });
  const tally = new Tally();
  missing.tell(new Map(), tally);
  expect(tally.verdicts.missing).toBe(DIFFERENCES_MAX + 2);
  expect(tally.differences).toHaveLength(DIFFERENCES_MAX);
});
