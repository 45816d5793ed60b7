import { canonicalForm, encodeHeaders, eventId, stampedBytes, toAuditEvent } from '@auditbox/fhir-core';
import { readBack, toDocument } from '@auditbox/indexer/to-document';
import { expect, it } from 'vitest';
import type { Source } from './compare-document.ts';
import { isConsistent } from './consistent-document.ts';
import { otherReceivedMs } from './other-record.ts';
import { sha256Of } from './read-quarantine.ts';

const EVENT = {
  resourceType: 'AuditEvent',
  id: 'own',
  meta: { lastUpdated: '2026-01-01T00:00:00Z', tag: [{ code: 't' }] },
  type: { code: '110100' },
  recorded: '2026-01-16T16:03:16Z',
  agent: [{ requestor: true, altId: 'a' }],
  source: { observer: { display: 'd' } },
  extension: [{ url: 'http://x', valueDecimal: JSON.rawJSON('1.10') }],
};
const id = eventId(Date.UTC(2026, 0, 16), Buffer.alloc(10));

const RECEIVED = '2026-01-16T16:03:17.000Z';

function storedDocument(sender = 'issuer|client', ownId = 'own', received = RECEIVED): Source {
  const value = stampedBytes(EVENT, { id, lastUpdated: received });
  const about = {
    ...{ sender, received, sha256: sha256Of(value) },
    contentDigest: sha256Of(Buffer.from(canonicalForm(EVENT))),
    senderValues: { id: ownId, lastUpdated: '2026-01-01T00:00:00Z' },
  };
  const made = toDocument({ key: id, value, headers: encodeHeaders(about) }, sha256Of);
  if (!('document' in made)) throw new Error(made.unindexable);
  const { kept, projected } = readBack(made.document);
  return { ...JSON.parse(kept), projected };
}

it('what the indexer wrote is consistent, without its record', () => {
  expect(isConsistent(id, storedDocument())).toBe(true);
});

it('whatever is changed in it shows', () => {
  const stored = storedDocument();
  for (const field of Object.keys(stored)) {
    const { [field]: value, ...less } = stored;
    // Nothing else says what the sender's own time was: a record alone tells.
    if (!field.startsWith('sender_last')) expect(isConsistent(id, less), `without ${field}`).toBe(false);
    const other = typeof value === 'string' ? `${value} ` : [value];
    if (field !== 'sender_last_updated')
      expect(isConsistent(id, { ...stored, [field]: other }), `other ${field}`).toBe(false);
  }
  const event = String(stored.event);
  expect(isConsistent(id, { ...stored, event: event.replace('1.10', '1.11') })).toBe(false);
  const stampedLater = event.replace('"lastUpdated":"2026-01-16', '"lastUpdated":"2026-01-17');
  expect(stampedLater).not.toBe(event);
  expect(isConsistent(id, { ...stored, event: stampedLater })).toBe(false);
  const receivedLater = { ...stored, received: '2026-01-17T16:03:17.000Z' };
  expect(isConsistent(id, receivedLater)).toBe(false);
  expect(isConsistent(eventId(0, Buffer.alloc(10)), stored)).toBe(false);
});

it('a copy of a record that is not at hand has its sender and its sender’s id, whenever it was received', () => {
  const headers = encodeHeaders({
    ...{ sender: 'issuer|client', received: '2026-01-20T00:00:00.000Z', sha256: 'b', contentDigest: 'd' },
    senderValues: { id: 'own' },
  });
  const received = (
    stored: Source,
    kind: 'repeat-or-changed' | 'conflict-or-changed' = 'repeat-or-changed',
  ) => otherReceivedMs({ key: id, headers }, kind, stored);
  expect(received(storedDocument())).toBe(Date.parse(RECEIVED));
  const later = '2026-01-18T00:00:00.000Z';
  expect(received(storedDocument('issuer|client', 'own', later))).toBe(Date.parse(later));
  expect(received(storedDocument('issuer|other'))).toBe(undefined);
  expect(received(storedDocument('issuer|client', 'other'))).toBe(undefined);
  expect(received({ ...storedDocument(), projected: 'x' })).toBe(undefined);
  expect(received(storedDocument('issuer|other'), 'conflict-or-changed')).toBe(Date.parse(RECEIVED));
});

it("an application's event is consistent with what was sent, whatever the server added", () => {
  const sent = {
    ...({ org_id: 'o', action: 'a', action_result: 'success', actor_id: 'u', actor_type: 'user' } as const),
    occurred_at: '2026-01-16T16:03:16Z',
  };
  const storedAs = (content: object, added = {}): Source => {
    const value = stampedBytes(toAuditEvent(sent, added), { id, lastUpdated: RECEIVED });
    const about = {
      ...{ sender: 'issuer|client', received: RECEIVED, sha256: sha256Of(value), senderValues: {} },
      contentDigest: sha256Of(Buffer.from(canonicalForm({ ...content }))),
    };
    const made = toDocument({ key: id, value, headers: encodeHeaders(about) }, sha256Of);
    if (!('document' in made)) throw new Error(made.unindexable);
    const { kept, projected } = readBack(made.document);
    return { ...JSON.parse(kept), projected };
  };
  expect(isConsistent(id, storedAs(sent, { client_city: 'Bonn', client_geo_lat: 50.73 }))).toBe(true);
  expect(isConsistent(id, storedAs({ ...sent, org_id: 'p' }))).toBe(false);
});
