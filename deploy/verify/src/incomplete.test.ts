import { expect, it } from 'vitest';
import { exitStatus, type Incomplete } from './incomplete.ts';

const status = (isClean: boolean, incomplete: readonly Incomplete[], hasWaited = false) =>
  exitStatus({ isClean, incomplete }, { hasWaited });

it('0 is said of what was judged, all of it', () => {
  expect(status(true, [])).toBe(0);
  expect(status(true, [], true)).toBe(0);
  for (const reason of ['no-offsets', 'unread', 'unproven', 'other-generation'] as const) {
    expect(status(true, [reason])).toBe(4);
    expect(status(true, ['waiting', reason])).toBe(4);
  }
});

it('records that wait are no proof for who has waited for them', () => {
  expect(status(true, ['waiting'])).toBe(0);
  expect(status(true, ['waiting'], true)).toBe(4);
});

it('a difference is one, whatever else was not judged', () => {
  expect(status(false, [])).toBe(1);
  expect(status(false, ['waiting', 'unread'], true)).toBe(1);
});
