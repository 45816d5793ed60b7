import { createRequire } from 'node:module';
import { zstdDecompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import '../codecs.ts';
import { CompressionTypes } from '../kafkajs.ts';
import { BATCH_HEADER_BYTES, recordBodyBytes } from '../record-batch-size.ts';
import { writtenBatch } from './written-batch.ts';

/** How kafkajs itself writes a request and reads a batch; it has no types for its insides. */
const require = createRequire(import.meta.url);
const createSendMessages = require('kafkajs/src/producer/sendMessages.js');
const createTopicData = require('kafkajs/src/producer/createTopicData.js');
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

it('counts as its records where kafkajs numbers them', () => {
  expect(topicDataOf([written(recordsWith(100))])[0].partitions[0].recordCount).toBe(100);
  expect(topicDataOf(recordsWith(3))[0].partitions[0].recordCount).toBe(3);
});

it('goes to its partition alone: beside another message nothing is sent', () => {
  const [one, other] = [written(recordsWith(2)), written(recordsWith(1))];
  const plain = recordsWith(1);
  for (const messages of [
    [one, other],
    [one, ...plain],
    [...plain, one],
  ]) {
    expect(() => topicDataOf(messages)).toThrow('a batch of their own');
  }
});

it('is no value for a kafkajs without the patch', () => {
  expect(() => encodeRecord({ ...written(recordsWith(1)), offsetDelta: 0 })).toThrow(TypeError);
});

it('is numbered as its records, and the same at a second try', async () => {
  const sent: { readonly firstSequence: number; readonly recordCount: number }[] = [];
  let next = 0;
  let isLost = true;
  const broker = {
    nodeId: '1',
    produce: async ({ topicData }: { topicData: [{ partitions: [(typeof sent)[number]] }] }) => {
      sent.push({ ...topicData[0].partitions[0] });
      if (!isLost) return { topics: [] };
      isLost = false;
      throw Object.assign(new Error('the answer is lost'), { retriable: true });
    },
  };
  const cluster = {
    refreshMetadataIfNecessary: async () => {},
    addMultipleTargetTopics: async () => {},
    findTopicPartitionMetadata: () => [{ partitionId: 3 }],
    findLeaderForPartitions: () => ({ 1: [3] }),
    findBroker: async () => broker,
    isConnected: () => true,
  };
  const send = createSendMessages({
    logger: { debug: () => {}, error: () => {} },
    cluster,
    partitioner: () => 3,
    eosManager: {
      acquireBrokerLock: async () => {},
      releaseBrokerLock: async () => {},
      isTransactional: () => false,
      getProducerId: () => 1,
      getProducerEpoch: () => 0,
      getSequence: () => next,
      updateSequence: (_topic: string, _partition: number, by: number) => {
        next += by;
      },
    },
    retrier: (attempt: () => Promise<unknown>) => attempt().catch(() => attempt()),
  });
  const messages = (count: number) => ({
    ...{ acks: -1, timeout: 1, compression: CompressionTypes.ZSTD },
    topicMessages: [{ topic: TOPIC, messages: [written(recordsWith(count))] }],
  });
  await send(messages(100));
  await send(messages(7));
  expect(sent.map(({ firstSequence, recordCount }) => [firstSequence, recordCount])).toEqual([
    [0, 100],
    [0, 100],
    [100, 7],
  ]);
});
