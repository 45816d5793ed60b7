import { expect, it } from 'vitest';
import { exitStatus, INCOMPLETE, type Incomplete } from './incomplete.ts';

const status = (isClean: boolean, incomplete: readonly Incomplete[]) => exitStatus({ isClean, incomplete });

it('0 is said of what was judged, all of it', () => {
  expect(status(true, [])).toBe(0);
});

it.each(Object.keys(INCOMPLETE) as Incomplete[])('%s is no proof, alone or with others', (reason) => {
  expect(status(true, [reason])).toBe(4);
  expect(status(true, ['unproven', reason])).toBe(4);
});

it('a difference is one, whatever else was not judged', () => {
  expect(status(false, [])).toBe(1);
  expect(status(false, ['waiting', 'unread'])).toBe(1);
});
