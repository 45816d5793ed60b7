import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CompressionTypes } from './kafkajs.ts';
import type { LogRecord } from './log-record.ts';
import { BATCH_HEADER_BYTES, batchBytes, recordBodyBytes, recordsBytes } from './record-batch-size.ts';

/** What kafkajs really puts on the wire; it has no types for its insides. */
const require = createRequire(import.meta.url);
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js');

async function encodedBytes(records: readonly LogRecord[]): Promise<number> {
  const batch = await RecordBatch({
    compression: CompressionTypes.None,
    records: records.map((record, i) => encodeRecord({ ...record, offsetDelta: i, timestampDelta: 0 })),
    lastOffsetDelta: records.length - 1,
  });
  return batch.size();
}

const record: fc.Arbitrary<LogRecord> = fc.record({
  key: fc.string({ unit: 'grapheme', maxLength: 80 }),
  value: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 70 }), fc.string({ unit: 'grapheme' }), {
    noNullPrototype: true,
  }),
});

it('counts a batch to the byte as kafkajs encodes it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 140 }), async (records) => {
      expect(batchBytes(records.map(recordBodyBytes))).toBe(await encodedBytes(records));
    }),
    { numRuns: 60 },
  );
});

it.each([63, 64, 65, 8_191, 8_192, 8_193])(
  'counts %i records, where the varint of the place grows',
  async (count) => {
    const records = Array.from({ length: count }, () => ({ key: 'k', value: Buffer.from('v'), headers: {} }));
    expect(batchBytes(records.map(recordBodyBytes))).toBe(await encodedBytes(records));
  },
);

it.each([51, 52, 53, 8_000, 8_180, 8_184, 8_192, 1_048_560, 1_048_576, 2_000_000])(
  'counts a value of %i bytes, where the varint of a length grows',
  async (length) => {
    const records = [{ key: 'id', value: Buffer.alloc(length), headers: { h: 'v' } }];
    expect(batchBytes(records.map(recordBodyBytes))).toBe(await encodedBytes(records));
  },
);

it('counts records behind others as part of one batch', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1 }), fc.array(fc.nat(5_000)), (first, second) => {
      const apart = recordsBytes(first, 0) + recordsBytes(second, first.length);
      expect(BATCH_HEADER_BYTES + apart).toBe(batchBytes([...first, ...second]));
    }),
  );
});
