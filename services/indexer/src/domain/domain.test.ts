/** The pure decisions of the indexer: documents, dispositions, chunks, delays. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf } from './chunk.ts';
import { dispositionOf } from './disposition.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type EventRecord, readBack, toDocument } from './to-document.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const EVENT = {
  resourceType: 'AuditEvent',
  id: '019bc78e-2f20-8000-8000-000000000001',
  meta: { versionId: '1', lastUpdated: '2026-02-01T00:00:00.000Z' },
  type: { code: '110100' },
  recorded: '2026-01-16T16:03:16Z',
  agent: [{ requestor: true }],
  source: { observer: { display: 'My System' } },
};

function record(
  value: Buffer | null = Buffer.from(JSON.stringify(EVENT)),
  part: Partial<EventRecord> = {},
): EventRecord {
  return {
    key: EVENT.id,
    value,
    headers: {
      sender: 'a',
      received: '2026-02-01T00:00:00.000Z',
      sha256: value === null ? '' : sha256(value),
      'content-digest': 'd',
      'sender-id': 's',
    },
    ...part,
  };
}

describe('toDocument', () => {
  it('holds the event verbatim, what is about it, and its projection', () => {
    const made = toDocument(record(), sha256);
    if ('unindexable' in made) throw new Error(made.unindexable);
    expect(made.document).toMatchObject({ id: EVENT.id, month: '2026.01', digest: 'd' });
    expect(JSON.parse(made.document.source.toString())).toMatchObject({
      event: JSON.stringify(EVENT),
      id: EVENT.id,
      digest: 'd',
      sent_id: 's',
      type: ['110100'],
      terms: expect.arrayContaining(['sender.token=|a', 'sent_id=s', 'type.code=110100', 'missing=user']),
    });
  });

  it('is read back as what is kept, and beside it a digest of what is only indexed', () => {
    const made = toDocument(record(), sha256);
    if ('unindexable' in made) throw new Error(made.unindexable);
    const { kept, projected } = readBack(made.document);
    const { event, bytes, digest, received, received_from, sender_id_sent, ...rest } = JSON.parse(
      made.document.source.toString(),
    );
    expect(JSON.parse(kept)).toEqual({ event, bytes, digest, received, received_from, sender_id_sent });
    const { projected: said, ...projection } = rest;
    expect(projected).toBe(said);
    const members = JSON.stringify(projection).slice(1);
    expect(said).toBe(sha256(Buffer.from(members)).slice(0, 12));
  });

  it('holds what is not UTF-8 as it is read: with the character that stands for it', () => {
    const [before, after] = JSON.stringify({ ...EVENT, outcomeDesc: 'ä"|\\' }).split('|');
    const value = Buffer.concat([
      Buffer.from(before ?? ''),
      Buffer.from([0xff, 0xe2, 0x82]),
      Buffer.from(after ?? ''),
    ]);
    const made = toDocument(record(value), sha256);
    if ('unindexable' in made) throw new Error(made.unindexable);
    const { event, bytes } = JSON.parse(made.document.source.toString());
    expect({ event, bytes }).toEqual({ event: value.toString(), bytes: value.length });
    expect(event).toContain('\ufffd');
    expect(made.document.bytes).toBe(made.document.source.length);
  });

  it.each<[received: string, takenMs: number]>([
    ['2026-02-01T00:00:00.000Z', 1_769_904_000_000],
    // Whatever ended before, it came after.
    ['no time', Number.POSITIVE_INFINITY],
  ])('was taken when the gateway received it: %s', (received, takenMs) => {
    const headers = { ...record().headers, received };
    expect(toDocument(record(undefined, { headers }), sha256)).toMatchObject({ document: { takenMs } });
  });

  it.each<[string, EventRecord]>([
    ['no-value', record(null)],
    ['no-headers', record(undefined, { headers: {} })],
    ['wrong-digest', record(undefined, { headers: { ...record().headers, sha256: 'x' } })],
    ['not-json', record(Buffer.from('{'))],
    ['not-an-event', record(Buffer.from('{"resourceType":"Patient"}'))],
    ['wrong-identity', record(undefined, { key: 'another' })],
    ['wrong-identity', record(Buffer.from(JSON.stringify({ ...EVENT, id: 'a' })), { key: 'a' })],
  ])('says %s', (reason, poison) => expect(toDocument(poison, sha256)).toEqual({ unindexable: reason }));
});

describe('dispositionOf', () => {
  it.each([
    [{ status: 201 }, { kind: 'created' }],
    [{ status: 409, errorType: 'version_conflict_engine_exception' }, { kind: 'exists' }],
    [{ status: 429, errorType: 'es_rejected_execution_exception' }, { kind: 'retry' }],
    [{ status: 503, errorType: 'unavailable_shards_exception' }, { kind: 'retry' }],
    [{ status: 403, errorType: 'cluster_block_exception' }, { kind: 'retry' }],
    [{ status: 404, errorType: 'index_not_found_exception' }, { kind: 'retry' }],
    [{ status: 0 }, { kind: 'retry' }],
    [{ status: 400, errorType: 'strict_dynamic_mapping_exception' }, { kind: 'mapping-behind' }],
    [{ status: 400, errorType: 'illegal_argument_exception' }, { kind: 'mapping-behind' }],
    [
      { status: 400, errorType: 'document_parsing_exception' },
      { kind: 'quarantine', reason: 'refused-by-index' },
    ],
    [{ status: 400, errorType: 'something_new' }, { kind: 'retry' }],
  ])('%j is %j', (result, disposition) => expect(dispositionOf(result)).toEqual(disposition));

  it('is exactly one for whatever comes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.option(fc.string(), { nil: undefined }), (status, errorType) => {
        expect(dispositionOf({ status, ...(errorType !== undefined && { errorType }) }).kind).toMatch(
          /^(created|exists|retry|mapping-behind|quarantine)$/,
        );
      }),
    );
  });
});

describe('chunksOf', () => {
  it('keeps every item, in order, within the limits but for one that is larger alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20)),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 30 }),
        (items, countMax, bytesMax) => {
          const chunks = [...chunksOf(items, (item) => item, { countMax, bytesMax })];
          expect(chunks.flat()).toEqual(items);
          for (const chunk of chunks) {
            expect(chunk.length).toBeGreaterThan(0);
            expect(chunk.length).toBeLessThanOrEqual(countMax);
            if (chunk.length > 1)
              expect(chunk.reduce((sum, item) => sum + item, 0)).toBeLessThanOrEqual(bytesMax);
          }
        },
      ),
    );
  });
});

describe('retryDelayMs', () => {
  it('grows from a tenth of a second to ten seconds and stays there', () => {
    const longest = (attempt: number) => retryDelayMs(attempt, () => 0.999999);
    expect([1, 2, 3, 7, 8, 1000].map(longest)).toEqual([100, 200, 400, 6400, 10_000, 10_000]);
    expect(retryDelayMs(1, () => 0)).toBe(50);
  });
});
