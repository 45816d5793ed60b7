import { createRequire } from 'node:module';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import './codecs.ts';
import { CompressionTypes } from './kafkajs.ts';
import { BATCH_HEADER_BYTES, recordBodyBytes } from './record-batch-size.ts';
import { encodeRecords } from './writer/encode-records.ts';
import { messagesFor, recordsOf } from './written-records.ts';

/** How kafkajs itself writes a request and reads a batch; it has no types for its insides. */
const require = createRequire(import.meta.url);
const produceRequest = require('kafkajs/src/protocol/requests/produce/v7/request.js');
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js');
const Decoder = require('kafkajs/src/protocol/decoder.js');

/** Before the batch in a request of this topic with one partition. */
const TOPIC = 'a';
const BEFORE_BATCH_BYTES = 2 + 2 + 4 + 4 + (2 + TOPIC.length) + 4 + 4 + 4;

const recordsWith = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    key: `key ${i}`,
    value: Buffer.from(`value ${i}`),
    headers: { sender: 'é', sha256: `${i}` },
  }));

const written = (count: number) => {
  const records = recordsWith(count);
  const encoded = encodeRecords([{ records, bodies: records.map(recordBodyBytes) }]);
  return { records, encoded, given: messagesFor({ records: encoded, count }, 3) };
};

const asKafkajs = (messages: readonly object[]): Buffer =>
  Buffer.concat(
    messages.map((each, i) => encodeRecord({ ...each, offsetDelta: i, timestampDelta: 0 }).buffer),
  );

const requestOf = (messages: readonly object[]) =>
  produceRequest({
    acks: -1,
    timeout: 1,
    compression: CompressionTypes.ZSTD,
    topicData: [{ topic: TOPIC, partitions: [{ partition: 3, firstSequence: 7, messages }] }],
  });

it.each([1, 2, 63, 64, 65, 8_200])('goes out through kafkajs as a batch of its %i records', async (count) => {
  const { records, given } = written(count);
  using _given = given;
  const { buffer } = await requestOf(given.messages).encode();
  const batch = await decodeBatch(new Decoder(buffer.subarray(BEFORE_BATCH_BYTES)));
  expect(batch).toMatchObject({ lastOffsetDelta: count - 1, firstSequence: 7 });
  expect(
    batch.records.map(({ key, value, headers, offset }: Record<string, object>) => ({
      ...{ key: String(key), value, offset },
      headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
    })),
  ).toEqual(records.map((record, i) => ({ ...record, offset: String(i) })));
});

it('is the same bytes, packed, as kafkajs would have had packed', async () => {
  const { records, encoded, given } = written(5);
  using _given = given;
  expect(encoded.equals(asKafkajs(records))).toBe(true);
  const request: Buffer = (await requestOf(given.messages).encode()).buffer;
  const packed = request.subarray(BEFORE_BATCH_BYTES + BATCH_HEADER_BYTES);
  expect(zstdDecompressSync(packed).equals(encoded)).toBe(true);
});

it('is the same at a second try of the same send', async () => {
  const { encoded, given } = written(3);
  using _given = given;
  for (const _ of [1, 2]) expect(recordsOf(asKafkajs(given.messages))).toBe(encoded);
});

it('goes out whole or not at all', () => {
  const { given } = written(3);
  const { messages } = given;
  const wrong = [messages.slice(0, 1), messages.slice(0, 2), [...messages, messages[1]!]];
  for (const each of wrong) expect(() => recordsOf(asKafkajs(each))).toThrow();
  given[Symbol.dispose]();
  expect(() => recordsOf(asKafkajs(messages))).toThrow();
});

it('leaves alone what somebody else gave to kafkajs', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.option(fc.string()), (value, key) => {
      const encoded = asKafkajs([{ key, value: Buffer.from(value) }]);
      expect(recordsOf(encoded)).toBe(encoded);
    }),
  );
  const likeOurs = asKafkajs([{ key: null, value: Buffer.alloc(20, 1) }]);
  expect(recordsOf(likeOurs)).toBe(likeOurs);
});
