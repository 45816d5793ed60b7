/**
 * The records of a run: events of `search/event.ts` (2 KB each), or of 1 KB (`realistic-event.ts`), stamped and put into
 * records by the gateway's own code. All are of one month, as those are that a log holds when indexers are behind.
 */
import type { EventRecord } from '@auditbox/gateway/accept-events';
import { acceptedRecord } from '../accepted-record.ts';
import { realisticEventOf } from '../realistic-event.ts';
import { eventOf } from '../search/event.ts';
import { type DataSet, END_MS, FIRST_MS, factsOf } from '../search/facts.ts';
import { below, randomOf } from '../search/random.ts';

/** 28 days from here are within one month, and so within one index. */
const MONTH_MS = Date.UTC(2026, 0, 1);
const DAYS_MS = 28 * 24 * 60 * 60 * 1000;

/** Milliseconds from `recorded` to the gateway: a sender sends in batches. */
const SENT_AFTER_MS = 700;

const FOR_ID = 1;

export function recordOf(data: DataSet, n: number): EventRecord {
  const facts = factsOf(data, n);
  const recordedMs = withinMonth(facts.recordedMs);
  return accepted(data, n, recordedMs, eventOf(data.seed, { ...facts, recordedMs }));
}

export function realisticRecordOf(data: DataSet, n: number): EventRecord {
  const recordedMs = withinMonth(factsOf(data, n).recordedMs);
  return accepted(data, n, recordedMs, realisticEventOf(data.seed, n, recordedMs));
}

function withinMonth(recordedMs: number): number {
  return MONTH_MS + Math.floor(((recordedMs - FIRST_MS) / (END_MS - FIRST_MS)) * DAYS_MS);
}

function accepted({ seed }: DataSet, n: number, recordedMs: number, event: object): EventRecord {
  const random = randomOf(seed, n, FOR_ID);
  const randomBytes = (length: number) => Uint8Array.from({ length }, () => below(random, 256));
  return acceptedRecord(event, new Date(recordedMs + SENT_AFTER_MS), randomBytes);
}
