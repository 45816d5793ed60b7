import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LogRecord } from '../log-record.ts';
import { recordBodyBytes } from '../record-batch-size.ts';
import { encodeRecords } from './encode-records.ts';

/** What kafkajs itself would write; it has no types for its insides. */
const encodeRecord = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js');

const record: fc.Arbitrary<LogRecord> = fc.record({
  key: fc.string({ unit: 'grapheme', maxLength: 80 }),
  value: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 70 }), fc.string({ unit: 'binary' }), {
    noNullPrototype: true,
  }),
});

const sized = (records: readonly LogRecord[]) => ({ records, bodies: records.map(recordBodyBytes) });

function byKafkajs(records: readonly LogRecord[]): Buffer {
  return Buffer.concat(
    records.map((each, i) => encodeRecord({ ...each, offsetDelta: i, timestampDelta: 0 }).buffer),
  );
}

it('writes the records of several requests to the byte as kafkajs does', () => {
  fc.assert(
    fc.property(fc.array(fc.array(record, { minLength: 1, maxLength: 40 }), { minLength: 1 }), (requests) => {
      expect(encodeRecords(requests.map(sized)).equals(byKafkajs(requests.flat()))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it.each([0, 31, 32, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576, 2_000_000])(
  'writes a value of %i bytes, where the varint of a length grows',
  (length) => {
    const records = [{ key: 'id', value: Buffer.alloc(length, 1), headers: { h: 'é' } }];
    expect(encodeRecords([sized(records)]).equals(byKafkajs(records))).toBe(true);
  },
);

it('writes 8,200 records, where the varint of the place grows', () => {
  const records = Array.from({ length: 8_200 }, () => ({ key: 'k', value: Buffer.from('v'), headers: {} }));
  expect(encodeRecords([sized(records)]).equals(byKafkajs(records))).toBe(true);
});

it('writes nothing where the sizes are not those of the records', () => {
  const records = [{ key: 'k', value: Buffer.from('v'), headers: { h: 'v' } }];
  for (const wrong of [-1, 1]) {
    const bodies = records.map((each) => recordBodyBytes(each) + wrong);
    expect(() => encodeRecords([{ records, bodies }])).toThrow();
  }
});
