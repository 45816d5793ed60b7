import type { Logger } from '@auditbox/service-kit';
import { expect, it } from 'vitest';
import { Losses } from './losses.ts';

function counted() {
  const lines: object[] = [];
  const clock = { ms: 0 };
  const logger = { error: (fields: object) => void lines.push(fields) } as unknown as Logger;
  return { losses: new Losses(logger, () => clock.ms), lines, clock };
}

it('says the first at once, further ones after a while, and in the end what was not said', () => {
  const { losses, lines, clock } = counted();
  for (const _ of Array(1_000)) losses.lost('busy');
  expect(lines).toEqual([{ lost: 1, reason: 'busy' }]);
  clock.ms = 10_000;
  losses.lost('not-known-stored');
  expect(lines).toEqual([
    { lost: 1, reason: 'busy' },
    { lost: 1_000, reason: 'not-known-stored' },
  ]);
  losses.lost('closed');
  losses.end();
  losses.end();
  expect(lines.slice(2)).toEqual([{ lost: 1, reason: 'closed' }]);
});

it('has the error where it is not an expected one', () => {
  const { losses, lines } = counted();
  const error = new Error('x');
  losses.lost('failed', error);
  expect(lines).toEqual([{ lost: 1, reason: 'failed', err: error }]);
});
