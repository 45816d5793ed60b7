import { createRequire } from 'node:module';
import { zstdDecompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import '../codecs.ts';
import { CompressionTypes } from '../kafkajs.ts';
import { BATCH_HEADER_BYTES, recordBodyBytes } from '../record-batch-size.ts';
import { writtenBatch } from './written-batch.ts';

/** How kafkajs itself writes a request and reads a batch; it has no types for its insides. */
const require = createRequire(import.meta.url);
const createTopicData = require('kafkajs/src/producer/createTopicData.js');
const produceRequest = require('kafkajs/src/protocol/requests/produce/v7/request.js');
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

const written = (records: ReturnType<typeof recordsWith>) => {
  const requests = [{ records, bodies: records.map(recordBodyBytes) }];
  return writtenBatch({ partition: 3, requests, bytes: 0, records: records.length });
};

const topicDataOf = (messages: readonly object[]) =>
  createTopicData([{ topic: TOPIC, partitions: [3], messagesPerPartition: { 3: messages } }]);

/** From the batch on. */
const requestOf = async (compression: number, messages: readonly object[]): Promise<Buffer> => {
  const topicData = topicDataOf(messages);
  topicData[0].partitions[0].firstSequence = 7;
  const request = produceRequest({ acks: -1, timeout: 1, compression, topicData });
  return (await request.encode()).buffer.subarray(BEFORE_BATCH_BYTES);
};

const CASES = [CompressionTypes.None, CompressionTypes.ZSTD].flatMap((compression) =>
  [1, 2, 63, 64, 65, 8_200].map((count) => [compression, count] as const),
);

it.each(CASES)(
  'goes out through kafkajs, in compression %i, as a batch of its %i records',
  async (compression, count) => {
    const records = recordsWith(count);
    const batch = await decodeBatch(new Decoder(await requestOf(compression, [written(records)])));
    expect(batch).toMatchObject({ lastOffsetDelta: count - 1, firstSequence: 7 });
    expect(
      batch.records.map(({ key, value, headers, offset }: Record<string, object>) => ({
        ...{ key: String(key), value, offset },
        headers: Object.fromEntries(
          Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]),
        ),
      })),
    ).toEqual(records.map((record, i) => ({ ...record, offset: String(i) })));
  },
);

it('is the same records, to the byte, as kafkajs would have written', async () => {
  const records = recordsWith(100);
  const plain = await requestOf(CompressionTypes.None, records);
  const ours = await requestOf(CompressionTypes.None, [written(records)]);
  const packed = await requestOf(CompressionTypes.ZSTD, [written(records)]);
  const recordsIn = (request: Buffer) => request.subarray(BATCH_HEADER_BYTES);
  expect(recordsIn(ours).equals(recordsIn(plain))).toBe(true);
  expect(zstdDecompressSync(recordsIn(packed)).equals(recordsIn(plain))).toBe(true);
});

it('counts as its records where kafkajs numbers them, beside what is not written yet', () => {
  expect(topicDataOf([written(recordsWith(100))])[0].partitions[0].recordCount).toBe(100);
  expect(topicDataOf(recordsWith(3))[0].partitions[0].recordCount).toBe(3);
});
