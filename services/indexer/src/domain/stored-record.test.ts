/** A stored document is the record that it was made of, of every version of the projection that can be rebuilt; or it is none. */
import { createHash } from 'node:crypto';
import { encodeHeaders } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOfStored, STORED_FIELDS } from './stored-record.ts';
import { type EventRecord, toDocument } from './to-document.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const ID = '019bc78e-2f20-8000-8000-000000000001';

function recordOf(sender: string, sent: object, display: string): EventRecord {
  const value = Buffer.from(
    JSON.stringify({
      resourceType: 'AuditEvent',
      id: ID,
      type: { code: '110100' },
      recorded: '2026-01-16T16:03:16Z',
      agent: [{ requestor: true }],
      source: { observer: { display } },
    }),
  );
  const headers = encodeHeaders({
    sender,
    received: '2026-02-01T00:00:00.000Z',
    sha256: sha256(value),
    contentDigest: 'd',
    senderValues: sent,
  });
  return { key: ID, value, headers };
}

/** What is stored of it by this release. */
function sourceOf(record: EventRecord): Record<string, unknown> {
  const made = toDocument(record, sha256);
  if (!('document' in made)) throw new Error(made.unindexable);
  return JSON.parse(made.document.source.toString()) as Record<string, unknown>;
}

/** As projection 4 kept them: what is before the last bar, and what is behind it. */
function senderTerms(sender: string): { code: string[]; system: string[] } {
  const bar = sender.lastIndexOf('|');
  return bar < 0
    ? { code: [sender], system: [] }
    : { code: [sender.slice(bar + 1)], system: [sender.slice(0, bar)] };
}

/** By the version of the projection: what its documents had of these. */
const VERSIONS: readonly [version: number, older: (record: EventRecord) => Record<string, unknown>][] = [
  [5, sourceOf],
  [
    4,
    (record) => {
      const { received_from: from, sender_id_sent: _id, ...source } = sourceOf(record);
      return { ...source, sender: senderTerms(String(from)) };
    },
  ],
  [
    3,
    (record) => {
      const { received_from: sender, sender_id_sent: _id, ...source } = sourceOf(record);
      return { ...source, sender };
    },
  ],
  [
    2,
    (record) => {
      const { received_from: sender, sender_id_sent: _id, bytes: _bytes, ...source } = sourceOf(record);
      return { ...source, sender };
    },
  ],
];

const senders = fc.oneof(
  fc.constantFrom(
    'anonymous',
    'https://idp.example.org/realms/a|ehr',
    'urn:auditbox|query',
    '|x',
    'a|b|c',
    'a\\|b',
  ),
  fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })).map((parts) => parts.join('|')),
);
const sentValues = fc.record(
  {
    id: fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/),
    lastUpdated: fc.constant('2026-01-01T00:00:00Z'),
    versionId: fc.constant('7'),
  },
  { requiredKeys: [] },
);

describe.each(VERSIONS)('of projection %i', (_version, older) => {
  it('the record is made again, to the byte', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).map((display) => `a${display.trim()}`);
    fc.assert(
      fc.property(senders, sentValues, text, (sender, sent, display) => {
        fc.pre(!sender.includes('\u0000'));
        const record = recordOf(sender, sent, display);
        const source = Object.fromEntries(
          Object.entries(older(record)).filter(([field]) => STORED_FIELDS.includes(field)),
        );
        expect(recordOfStored({ id: ID, source }, sha256)).toEqual({ record });
      }),
    );
  });
});

describe('what is not certain is no record', () => {
  const whole = sourceOf(recordOf('i|c', { id: 's' }, 'x'));
  const { received_from: _from, ...of4 } = whole;
  it.each<[string, Record<string, unknown>, string]>([
    ['nothing of an event', {}, 'no-event'],
    ['an event that is no text', { ...whole, event: {} }, 'no-event'],
    ['a text that was cut', { ...whole, event: String(whole.event).slice(1) }, 'wrong-size'],
    ['no digest', { ...whole, digest: undefined }, 'no-envelope'],
    ['no instant of its receipt', { ...whole, received: undefined }, 'no-envelope'],
    ['no sender', { ...of4, sender: undefined }, 'no-envelope'],
    ['two senders', { ...of4, sender: { code: ['a', 'b'], system: [] } }, 'no-envelope'],
    ['the digest of a sender', { ...of4, sender: { code: ['a\u0000d'], system: [] } }, 'no-envelope'],
  ])('%s', (_name, source, damaged) => {
    expect(recordOfStored({ id: ID, source }, sha256)).toEqual({ damaged });
  });
});
