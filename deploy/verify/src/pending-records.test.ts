import { eventId } from '@auditbox/fhir-core';
import { expect, it } from 'vitest';
import { IdTable, LATER, MATCHED, RECORDED } from './id-table.ts';
import { type Pending, PendingRecords } from './pending-records.ts';
import { Tally } from './tally.ts';

const id = eventId(0, Buffer.alloc(10));
const HORIZON_MS = 1_000;
const repeat: Pending = {
  ...{ kind: 'repeat-or-changed', place: 't/0@1', id, index: 'i', part: 'envelope' },
  ...{ isWaiting: false, otherReceivedMs: undefined },
};
const conflict: Pending = { ...repeat, kind: 'conflict-or-changed' };

/** The verdicts on these, when `bits` are known of their id at the end. */
function verdicts(
  pendings: readonly Pending[],
  { bits = 0, goneMs = HORIZON_MS, doubtfulMs = Number.NEGATIVE_INFINITY, max = 10 } = {},
) {
  const [ids, tally] = [new IdTable(), new Tally()];
  const waiting = new PendingRecords(ids, tally, max);
  for (const pending of pendings) waiting.wait(pending);
  if (bits > 0) ids.mark(id, bits);
  waiting.conclude({ goneMs, doubtfulMs });
  return Object.fromEntries(Object.entries(tally.verdicts).filter(([, times]) => times > 0));
}

it('is a copy, or a conflict, where another record is what is stored', () => {
  expect(verdicts([repeat], { bits: RECORDED | MATCHED })).toEqual({ repeat: 1 });
  expect(verdicts([conflict], { bits: RECORDED | MATCHED })).toEqual({ missing: 1 });
  expect(verdicts([{ ...conflict, isWaiting: true }], { bits: MATCHED })).toEqual({ waiting: 1 });
  expect(verdicts([repeat, conflict])).toEqual({ changed: 2 });
});

it('is a copy of a record that is gone only where that is old enough to be gone', () => {
  const received = (otherReceivedMs: number): Pending => ({ ...repeat, otherReceivedMs });
  expect(verdicts([received(HORIZON_MS - 1)])).toEqual({ repeat: 1 });
  expect(verdicts([received(HORIZON_MS)])).toEqual({ changed: 1 });
  expect(verdicts([received(Number.NaN)])).toEqual({ changed: 1 });
  // A log that has deleted nothing.
  expect(verdicts([received(0)], { goneMs: Number.NEGATIVE_INFINITY })).toEqual({ changed: 1 });
  // Nobody can tell whether it is gone.
  expect(verdicts([received(HORIZON_MS)], { doubtfulMs: Number.POSITIVE_INFINITY })).toEqual({ unproven: 1 });
  expect(verdicts([repeat], { doubtfulMs: Number.POSITIVE_INFINITY })).toEqual({ changed: 1 });
  // It came after what is verified.
  expect(verdicts([received(HORIZON_MS)], { bits: RECORDED | LATER })).toEqual({ repeat: 1 });
  expect(verdicts([repeat], { bits: RECORDED | LATER })).toEqual({ changed: 1 });
});

it('says of more than it keeps in mind that nothing is proven, not that they were changed', () => {
  expect(verdicts([repeat, repeat, repeat], { max: 2, bits: MATCHED })).toEqual({ repeat: 2, unproven: 1 });
  expect(verdicts([repeat, repeat], { max: 2 })).toEqual({ changed: 2 });
});
