/**
 * The records of a run: events of `search/event.ts` (2 KB each), stamped and put into records by the gateway's own
 * code. All are of one month, as those are that a log holds when indexers are behind.
 */
import { createHash, createHmac } from 'node:crypto';
import type { AuditEvent } from '@auditbox/fhir-core';
import { acceptEvent, type EventRecord } from '@auditbox/gateway/accept-events';
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
  const recordedMs = MONTH_MS + Math.floor(((facts.recordedMs - FIRST_MS) / (END_MS - FIRST_MS)) * DAYS_MS);
  const event = eventOf(data.seed, { ...facts, recordedMs });
  const random = randomOf(data.seed, n, FOR_ID);
  const { record } = acceptEvent(
    { value: event as unknown as AuditEvent, exact: event, index: 0 },
    { sender: 'anonymous' },
    new Date(recordedMs + SENT_AFTER_MS),
    {
      sha256: (bytes) => createHash('sha256').update(bytes).digest(),
      randomBytes: (length) => Uint8Array.from({ length }, () => below(random, 256)),
      keyedDigest: (text) => createHmac('sha256', 'bench').update(text).digest(),
    },
  );
  return record;
}
