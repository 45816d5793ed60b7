import { randomInt, randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { clientOf } from '../src/kafka-connection.ts';
import { CompressionTypes } from '../src/kafkajs.ts';
import { withAdmin } from '../src/topic-view.ts';
import { connection, newTopic, quiet, readerOf, records, writerOf } from './broker.ts';
import { type Fault, FETCH, FIND_COORDINATOR, faultProxy, JOIN_GROUP, seededRandom } from './fault-proxy.ts';
import { until } from './until.ts';

const SEED = Number(process.env.AUDITBOX_TEST_SEED ?? randomInt(2 ** 31));
const FAULTS: readonly Fault[] = ['lose-request', 'cut-request', 'lose-answer', 'cut-answer'];

it(`reads every record through lost and cut fetches (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const topic = await newTopic();
  const writer = await writerOf(topic);
  const written: string[] = [];
  for (let i = 0; i < 300; i++) {
    const request = records(10, 1_000);
    await writer.append(request);
    written.push(...request.map(({ key }) => key));
  }
  let isOpen = false;
  const proxy = await faultProxy(connection, (apiKey) => {
    if (!isOpen || random() > (apiKey === FETCH ? 0.2 : 0.02)) return 'none';
    return FAULTS[Math.floor(random() * FAULTS.length)]!;
  });
  const received: string[] = [];
  await readerOf(
    {
      topic,
      groupId: `group.${randomUUID()}`,
      limits: { partitionFetchBytesMax: 4_000, fetchBytesMax: 8_000 },
      async process(batch) {
        received.push(...batch.records.map(({ key }) => key!));
        for (const { offset } of batch.records) batch.confirm(offset);
      },
    },
    proxy.connection,
  );
  isOpen = true;
  await until('all is read', () => new Set(received).size === written.length, 40_000);
  expect(new Set(received)).toEqual(new Set(written));
});

it('goes on by itself soon after Kafka is back', async () => {
  const topic = await newTopic();
  const writer = await writerOf(topic);
  const proxy = await faultProxy(connection);
  let received = 0;
  await readerOf(
    {
      topic,
      groupId: `group.${randomUUID()}`,
      async process(batch) {
        received += batch.records.length;
        for (const { offset } of batch.records) batch.confirm(offset);
      },
    },
    proxy.connection,
  );
  await writer.append(records(5));
  await until('the first is read', () => received === 5);

  proxy.setAway(true);
  await writer.append(records(5));
  await until('the reader has noticed', () => proxy.refused() > 5);
  proxy.setAway(false);
  const backAt = performance.now();
  await until('the rest is read', () => received === 10);
  expect(performance.now() - backAt).toBeLessThan(5_000);
});

it('joins again when a join was cut short, instead of reading on with what it had before', async () => {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  let losses = 0;
  const proxy = await faultProxy(connection, (apiKey) => {
    // The second join: the one that the new partition calls for.
    const isSecondJoin = apiKey === JOIN_GROUP && (proxy.asked.get(JOIN_GROUP) ?? 0) > joins && losses < 1;
    if (!isSecondJoin) return 'none';
    losses += 1;
    return 'lose-request';
  });
  let joins = Number.POSITIVE_INFINITY;
  let received = 0;
  const reader = await readerOf(
    {
      topic,
      groupId: `group.${randomUUID()}`,
      limits: { metadataMaxAgeMs: 500, heartbeatIntervalMs: 100 },
      async process(batch) {
        received += batch.records.length;
        for (const { offset } of batch.records) batch.confirm(offset);
      },
    },
    proxy.connection,
  );
  await writer.append(records(5));
  await until('the first is read', () => received === 5);

  joins = proxy.asked.get(JOIN_GROUP) ?? 0;
  await withAdmin(connection, quiet, 'add a partition', (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] }),
  );
  await until('a join is cut short', () => losses === 1);
  await until('it has both partitions', () => reader.health().assignment.length === 2);
  await writer.append(records(5));
  await until('the rest is read', () => received === 10);
});

it('starts again where no broker said which of them coordinates the group', async () => {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  await writer.append(records(5));
  const proxy = await faultProxy(connection, (apiKey) =>
    apiKey === FIND_COORDINATOR && (proxy.asked.get(FIND_COORDINATOR) ?? 0) <= 2 ? 'lose-request' : 'none',
  );
  let received = 0;
  const failures: unknown[] = [];
  await readerOf(
    {
      topic,
      groupId: `group.${randomUUID()}`,
      onFatal: (error) => void failures.push(error),
      async process(batch) {
        received += batch.records.length;
        for (const { offset } of batch.records) batch.confirm(offset);
      },
    },
    proxy.connection,
  );
  await until('it ends or all is read', () => failures.length > 0 || received === 5);
  expect(failures).toEqual([]);
  expect(proxy.done.get('lose-request')).toBe(2);
});

it('ends where the brokers do not take its session timeout, which no waiting cures', async () => {
  const { promise: ended, resolve: onFatal } = Promise.withResolvers<unknown>();
  await readerOf({
    topic: await newTopic({ partitions: 1 }),
    groupId: `group.${randomUUID()}`,
    // Kafka's group.min.session.timeout.ms is 6 s.
    limits: { sessionTimeoutMs: 1_000, heartbeatIntervalMs: 100 },
    onFatal,
    process: async () => {},
  });
  expect(await ended).toMatchObject({
    code: 'refused',
    retryable: false,
    message: expect.stringMatching(/: INVALID_SESSION_TIMEOUT$/),
  });
});

it.each([
  ['none', CompressionTypes.None],
  ['gzip', CompressionTypes.GZIP],
  ['zstd', CompressionTypes.ZSTD],
])('reads what another producer wrote with %s', async (_name, compression) => {
  const topic = await newTopic({ partitions: 1 });
  const producer = await foreignProducer();
  await producer.send({
    topic,
    compression,
    messages: [
      { key: null, value: null },
      { key: 'k', value: 'v'.repeat(500), headers: { twice: ['1', '2'] } },
    ],
  });
  const received: unknown[] = [];
  await readerOf({
    topic,
    groupId: `group.${randomUUID()}`,
    async process(batch) {
      received.push(...batch.records);
      for (const { offset } of batch.records) batch.confirm(offset);
    },
  });
  await until('it is read', () => received.length === 2);
  const place = { topic, partition: 0, timestampMs: expect.any(Number) };
  expect(received).toEqual([
    { ...place, offset: 0n, key: null, value: null, headers: {} },
    { ...place, offset: 1n, key: 'k', value: Buffer.from('v'.repeat(500)), headers: { twice: '2' } },
  ]);
});

async function foreignProducer(): Promise<Producer> {
  const { kafka } = clientOf(connection, quiet, { requestTimeoutMs: 5_000, retries: 2 });
  const producer = kafka.producer({ createPartitioner: () => () => 0 });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}
