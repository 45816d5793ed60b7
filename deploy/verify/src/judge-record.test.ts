import type { QuarantineReason } from '@auditbox/fhir-core';
import { expect, it } from 'vitest';
import type { Compared } from './compare-document.ts';
import { type Evidence, judgeRecord } from './judge-record.ts';

const document = {
  id: 'i',
  month: '2026.01',
  digest: 'd',
  received: '',
  takenMs: 0,
  source: Buffer.from('{}'),
  bytes: 2,
  keptBytes: 1,
};
const event: Evidence['made'] = { document };
const poison: Evidence['made'] = { unindexable: 'not-json' };
const EQUAL: Compared = { kind: 'equal' };
const COPY: Compared = { kind: 'different', sameContent: true, part: 'event' };
const OTHER: Compared = { kind: 'different', sameContent: false, part: 'event' };
const item = (reason: QuarantineReason, isReleased = false) => ({ reason, isReleased });

/** The verdict, with `!` where the item in quarantine does not belong there. */
function judged(
  made: Evidence['made'],
  compared?: Compared,
  there?: Evidence['item'],
  taken?: Evidence['taken'],
) {
  const { verdict, isWronglyQuarantined } = judgeRecord({ made, compared, item: there, taken });
  return `${verdict}${isWronglyQuarantined ? '!' : ''}`;
}

it('an event is stored where its document equals it, whatever else there is', () => {
  expect(judged(event, EQUAL)).toBe('stored');
  expect(judged(event, EQUAL, item('refused-by-index'))).toBe('stored!');
  expect(judged(event, EQUAL, item('refused-by-index', true))).toBe('stored');
});

it('an event without a document is absent, or in quarantine for what Elasticsearch said of it', () => {
  expect(judged(event)).toBe('absent');
  expect(judged(event, undefined, item('refused-by-index'))).toBe('quarantined');
  expect(judged(event, undefined, item('too-large-for-index'))).toBe('quarantined');
  expect(judged(event, undefined, item('not-json'))).toBe('absent!');
  expect(judged(event, undefined, item('other-event-with-this-id'))).toBe('absent!');
});

it('another event under a taken id belongs in quarantine, a copy does not', () => {
  expect(judged(event, OTHER, item('other-event-with-this-id'))).toBe('quarantined');
  expect(judged(event, OTHER)).toBe('conflict-or-changed');
  expect(judged(event, OTHER, item('not-json'))).toBe('conflict-or-changed!');
  expect(judged(event, COPY)).toBe('repeat-or-changed');
  expect(judged(event, COPY, item('other-event-with-this-id'))).toBe('repeat-or-changed!');
});

it('an item that was released with a correction is another event than its record', () => {
  expect(judged(event, OTHER, item('refused-by-index', true))).toBe('quarantined');
  expect(judged(event, OTHER, item('too-large-for-index', true))).toBe('quarantined');
  expect(judged(event, OTHER, item('not-json', true))).toBe('quarantined');
  // The correction is stored before its item is marked.
  expect(judged(event, OTHER, item('refused-by-index'))).toBe('quarantined');
});

it('what is no event is in quarantine or absent', () => {
  expect(judged(poison)).toBe('absent');
  expect(judged(poison, undefined, item('not-json'))).toBe('quarantined');
  // Another release had another word for it.
  expect(judged(poison, undefined, item('not-an-event'))).toBe('quarantined');
});

it('of what was taken before its month was dropped nothing is asked, but what is no event', () => {
  expect(judged(event, undefined, undefined, 'before')).toBe('dropped-month');
  expect(judged(event, EQUAL, undefined, 'before')).toBe('dropped-month');
  expect(judged(poison, undefined, undefined, 'before')).toBe('absent');
});

it('what was taken after its month was dropped is in quarantine, or absent: nobody else has it', () => {
  expect(judged(event, undefined, item('dropped-month'), 'after')).toBe('quarantined');
  expect(judged(event, undefined, item('dropped-month'), 'before')).toBe('quarantined');
  expect(judged(event, undefined, undefined, 'after')).toBe('absent');
  expect(judged(event, undefined, item('refused-by-index'), 'after')).toBe('quarantined');
  expect(judged(event, EQUAL, undefined, 'after')).toBe('dropped-month');
});

it('what was taken about when its month was dropped, and is nowhere, is not judged', () => {
  expect(judged(event, undefined, undefined, 'unclear')).toBe('unproven');
  expect(judged(event, undefined, item('dropped-month'), 'unclear')).toBe('quarantined');
});
