import { generatedEvent } from '@auditbox/e2e';
import { expect, it } from 'vitest';
import { Books } from './books.ts';

const event = (key: string) => generatedEvent({ sender: 'test', key, id: key });
const bundle = (...events: readonly unknown[]): string =>
  JSON.stringify({ resourceType: 'Bundle', entry: events.map((resource) => ({ resource })) });

it('find nothing wrong with what was taken, and with a service that is away or busy', () => {
  const books = new Books();
  for (const key of ['a', 'b', 'c']) books.sent.add(key);
  for (const status of [0, 429, 503]) books.answered(status);
  books.took(bundle(event('a'), event('b')), [event('a'), event('b')]);
  expect([...books.acknowledged.keys()]).toEqual(['a', 'b']);
  expect([books.unacknowledged, books.problems]).toEqual([1, []]);
  expect(Object.fromEntries(books.statuses)).toEqual({ 0: 1, 201: 1, 429: 1, 503: 1 });
});

it.each([200, 400, 409, 413, 422, 500, 502])('find a good event answered %i wrong', (status) => {
  const books = new Books();
  books.answered(status);
  books.answered(status);
  expect(books.problems).toEqual([`good events were answered ${status}, 2 times`]);
});

it('find it wrong that an entry is missing where 201 is answered', () => {
  const books = new Books();
  books.took(bundle(event('a')), [event('a'), event('b')]);
  expect(books.problems).toEqual(['a 201 names other events than were sent']);
});

it('find it wrong that what is sent again and again is never taken', () => {
  const books = new Books();
  books.gaveUp();
  expect(books.problems).toEqual(['a request was sent again and again and never taken']);
});
