import { generatedEvent } from '@auditbox/e2e';
import { expect, it } from 'vitest';
import { echoOf } from './echo.ts';

const sent = ['a', 'b', 'c'].map((key) => generatedEvent({ sender: 'test', key, id: key }));
const stamped = sent.map((event) => ({
  ...event,
  id: `given-${event.agent[0].altId}`,
  meta: { ...(event.meta as object), lastUpdated: '2026-01-01T00:00:00.000Z', versionId: '1' },
}));
const bundle = (events: readonly unknown[]): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    entry: [{ resource: { resourceType: 'Parameters' } }, ...events.map((resource) => ({ resource }))],
  });

it('is right where it is what was sent, but for what a repository gives it', () => {
  expect(echoOf(bundle(stamped), sent)).toEqual({ stored: stamped });
  expect(echoOf(JSON.stringify(stamped[0]), sent.slice(0, 1))).toEqual({ stored: stamped.slice(0, 1) });
});

const CHANGED = { ...stamped[1], outcome: '8' };
const UNTAGGED = { ...stamped[1], meta: { lastUpdated: '2026-01-01T00:00:00.000Z' } };

it.each([
  ['an event less', bundle(stamped.slice(1)), 'a 201 names other events than were sent'],
  ['another order', bundle(stamped.toReversed()), 'a 201 names other events than were sent'],
  ['an event twice', bundle([...stamped, stamped[2]]), 'a 201 names other events than were sent'],
  ['another element', bundle([stamped[0], CHANGED, stamped[2]]), 'a 201 holds an event that was not sent so'],
  ['another meta', bundle([stamped[0], UNTAGGED, stamped[2]]), 'a 201 holds an event that was not sent so'],
  ['half of it', bundle(stamped).slice(0, 100), 'a 201 can not be read'],
])('is wrong with %s', (_what, answer, problem) => {
  expect(echoOf(answer, sent).problem).toBe(problem);
});
