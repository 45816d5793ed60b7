import { createHash } from 'node:crypto';
import {
  canonicalForm,
  decodeHeaders,
  eventIdMs,
  isEventId,
  senderValues,
  validateAuditEvent,
} from '@auditbox/fhir-core';
import { expect, it } from 'vitest';
import { ORIGIN, SEARCH } from './events/callers.case.ts';
import { logUsed } from './events/log-used.ts';
import { eventRecord } from './record.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const RECORDED = new Date('2026-02-01T10:20:30.456Z');
const RECEIVED = new Date('2026-02-01T10:20:31.000Z');
const event = logUsed(SEARCH, ORIGIN, RECORDED);
const dependencies = { now: () => RECEIVED, randomBytes: (bytes: number) => Buffer.alloc(bytes, 0xab) };

it('is what the indexer takes: stamped, keyed with its id, with the digests of what it holds', () => {
  const { key, value, headers } = eventRecord(event, 'query', dependencies);
  const stored = JSON.parse(value.toString());
  expect(isEventId(key)).toBe(true);
  expect(eventIdMs(key)).toBe(RECORDED.getTime());
  expect(validateAuditEvent(stored)).toEqual([]);
  expect(stored).toEqual({
    ...event,
    id: key,
    meta: { versionId: '1', lastUpdated: RECEIVED.toISOString() },
  });
  expect(decodeHeaders(headers)).toEqual({
    sender: 'urn:auditbox|query',
    received: RECEIVED.toISOString(),
    sha256: sha256(value),
    contentDigest: sha256(canonicalForm(stored)),
    senderValues: senderValues(event),
  });
});

it('is another one each time, also of the same event', () => {
  const real = {
    now: () => RECEIVED,
    randomBytes: (bytes: number) => crypto.getRandomValues(Buffer.alloc(bytes)),
  };
  expect(eventRecord(event, 'query', real).key).not.toBe(eventRecord(event, 'query', real).key);
});
