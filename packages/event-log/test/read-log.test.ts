import { expect, it } from 'vitest';
import {
  committedOffsets,
  logBounds,
  offsetsAt,
  type PartitionRange,
  readLog,
  retentionMs,
  writtenEnds,
} from '../src/index.ts';
import { clientOf } from '../src/kafka-connection.ts';
import { CompressionTypes } from '../src/kafkajs.ts';
import { withAdmin } from '../src/topic-view.ts';
import { connection, newTopic, quiet, records, writerOf } from './broker.ts';

const TUNING = { requestTimeoutMs: 10_000, retries: 3 };

type Given = {
  readonly offsets: Map<number, bigint[]>;
  readonly keys: string[];
  readonly deletedFrom: bigint[];
};

async function given(topic: string, ranges: readonly PartitionRange[]): Promise<Given> {
  const all: Given = { offsets: new Map(), keys: [], deletedFrom: [] };
  for await (const { partition, records: some, next, deletedFrom } of readLog(connection, {
    topic,
    ranges,
  })) {
    const offsets = all.offsets.get(partition) ?? [];
    offsets.push(...some.map(({ offset }) => offset));
    all.offsets.set(partition, offsets);
    all.keys.push(...some.map(({ key }) => key ?? ''));
    if (deletedFrom !== undefined) all.deletedFrom.push(deletedFrom);
    expect(next > (offsets.at(-1) ?? -1n)).toBe(true);
  }
  return all;
}

const upTo = (from: bigint, to: bigint) =>
  Array.from({ length: Number(to - from) }, (_, i) => from + BigInt(i));

it('gives every record of a range once and in order, and nothing else', async () => {
  const topic = await newTopic();
  const writer = await writerOf(topic);
  const sent = Array.from({ length: 40 }, () => records(50, 20_000));
  for (const batch of sent) expect((await writer.append(batch)).kind).toBe('appended');

  const bounds = await logBounds(connection, topic);
  const all = await given(topic, bounds);
  for (const { partition, start, end } of bounds) {
    if (start < end) expect(all.offsets.get(partition)).toEqual(upTo(start, end));
  }
  expect(all.keys.toSorted()).toEqual(
    sent
      .flat()
      .map(({ key }) => key)
      .toSorted(),
  );

  const { partition } = bounds.find(({ end }) => end > 100n)!;
  const part = await given(topic, [{ partition, start: 7n, end: 93n }]);
  expect(part.offsets).toEqual(new Map([[partition, upTo(7n, 93n)]]));
  expect((await given(topic, [{ partition, start: 7n, end: 7n }])).offsets.size).toBe(0);
});

it('unpacks a bounded part of a very compressible log at a time, and gives all of it', async () => {
  const topic = await newTopic({ partitions: 2 });
  const writer = await writerOf(topic);
  for (let n = 0; n < 60; n++) await writer.append(records(100, 16_384));
  const bounds = await logBounds(connection, topic);
  let count = 0;
  let largest = 0;
  for await (const { records: some } of readLog(connection, { topic, ranges: bounds })) {
    count += some.length;
    largest = Math.max(
      largest,
      some.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
    );
  }
  expect(count).toBe(6_000);
  // 98 MB in all; one record batch is 1.6 MB.
  expect(largest).toBeLessThan(36 * 1024 * 1024);
}, 60_000);

it('knows how long a topic keeps its records', async () => {
  expect(await retentionMs(connection, await newTopic({ retentionMs: 86_400_000 }))).toBe(86_400_000);
  expect(await retentionMs(connection, await newTopic({ retentionMs: -1 }))).toBe(undefined);
});

it('finds where a time begins', async () => {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  await writer.append(records(3));
  const reading = readLog(connection, { topic, ranges: await logBounds(connection, topic) });
  const { value } = await reading.next();
  const takenMs = value?.records[0]?.timestampMs ?? 0;
  expect(await offsetsAt(connection, topic, takenMs)).toEqual(new Map([[0, 0n]]));
  expect(await offsetsAt(connection, topic, takenMs + 60_000)).toEqual(new Map([[0, 3n]]));
});

it('passes over what was aborted and over the marks of transactions, reads gzip, and ends before an open one', async () => {
  const topic = await newTopic({ partitions: 1 });
  const { kafka, end } = clientOf(connection, quiet, TUNING);
  const producer = kafka.producer({
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: () => () => 0,
  });
  await producer.connect();
  for (const [key, ends] of [
    ['a', 'commit'],
    ['b', 'abort'],
    ['c', 'commit'],
  ] as const) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, compression: CompressionTypes.GZIP, messages: [{ key, value: 'x' }] });
    await transaction[ends]();
  }
  const open = await producer.transaction();
  await open.send({ topic, messages: [{ key: 'd', value: 'x' }] });
  expect(await writtenEnds(connection, topic)).toEqual(new Map([[0, 7n]]));
  expect(await logBounds(connection, topic)).toEqual([{ partition: 0, start: 0n, end: 6n }]);
  await open.abort();
  await producer.disconnect();
  end();
  const bounds = [{ partition: 0, start: 0n, end: 6n }];
  expect(await given(topic, bounds)).toMatchObject({ keys: ['a', 'c'], offsets: new Map([[0, [0n, 4n]]]) });
});

it('goes on where the log begins when it has deleted what was to be read, and says so', async () => {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  await writer.append(records(10));
  await withAdmin(connection, quiet, 'delete', async (admin) => {
    // kafkajs deletes only in topics that it has looked at before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
  });
  const read = await given(topic, [{ partition: 0, start: 0n, end: 10n }]);
  expect(read).toMatchObject({ deletedFrom: [0n], offsets: new Map([[0, upTo(4n, 10n)]]) });
});

it('joins no group and leaves none behind', async () => {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  await writer.append(records(10));
  const groups = () => withAdmin(connection, quiet, 'groups', (admin) => admin.listGroups());
  await given(topic, await logBounds(connection, topic));
  expect((await groups()).groups.map(({ groupId }) => groupId)).not.toContain('none');
  expect(await committedOffsets(connection, topic, 'none')).toEqual(new Map());
});

it('says in bounded time that Kafka is away, and that a topic is not there', async () => {
  const away = { ...connection, brokers: ['127.0.0.1:1'] };
  const reading = readLog(away, { topic: 't', ranges: [{ partition: 0, start: 0n, end: 1n }] });
  await expect(reading.next()).rejects.toMatchObject({ code: 'unreachable' });
  await expect(logBounds(away, 't')).rejects.toMatchObject({ code: 'unreachable' });
  await expect(logBounds(connection, 'no-such-topic')).rejects.toMatchObject({ code: 'topic-missing' });
});
