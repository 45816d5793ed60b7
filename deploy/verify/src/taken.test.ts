import { encodeHeaders, eventId } from '@auditbox/fhir-core';
import { toDocument } from '@auditbox/indexer/to-document';
import { expect, it } from 'vitest';
import { sha256Of } from './read-quarantine.ts';
import { takenAround, UNCLEAR_MS } from './taken.ts';

const DROPPED = Date.UTC(2026, 1, 1);

const EVENT = {
  resourceType: 'AuditEvent',
  type: { code: '110100' },
  recorded: '2026-01-16T16:03:16Z',
  agent: [{ requestor: true, altId: 'a' }],
  source: { observer: { display: 'd' } },
};

/** Of a record with these times, relative to the drop. */
function taken(receivedMs: number, timestampMs: number) {
  const key = eventId(0, Buffer.alloc(32));
  const value = Buffer.from(JSON.stringify({ ...EVENT, id: key }));
  const received = new Date(DROPPED + receivedMs).toISOString();
  const about = { sender: 's', received, sha256: sha256Of(value), contentDigest: 'd', senderValues: {} };
  const record = { key, value, headers: encodeHeaders(about), timestampMs: DROPPED + timestampMs };
  const made = toDocument(record, sha256Of);
  if ('unindexable' in made) throw new Error(made.unindexable);
  return takenAround(DROPPED, made.document.takenMs);
}

it('goes by the later of the two clocks', () => {
  expect(taken(0, 0)).toBe('before');
  expect(taken(-5, UNCLEAR_MS + 1)).toBe('after');
  expect(taken(UNCLEAR_MS + 1, -5)).toBe('after');
});

it('does not tell where the clocks may be further apart than it is later', () => {
  expect(taken(0, 1)).toBe('unclear');
  expect(taken(UNCLEAR_MS, 0)).toBe('unclear');
});

it('does not tell where nobody says when the month was dropped', () => {
  expect(takenAround(Number.NaN, 0)).toBe('unclear');
});
