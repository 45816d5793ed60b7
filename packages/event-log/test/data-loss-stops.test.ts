import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DataLoss, KafkaConnection, LogReaderOptions } from '../src/index.ts';
import { clientOf } from '../src/kafka-connection.ts';
import { fetchCommitted } from '../src/reader/data-loss.ts';
import { withAdmin } from '../src/topic-view.ts';
import { connection, newTopic, quiet, readerOf, records, writerOf } from './broker.ts';
import { faultProxy, LIST_OFFSETS } from './fault-proxy.ts';
import { until } from './until.ts';

/** Two partitions of 10 records; the group has read 3 of partition 0, of which the log then loses the first 6. */
async function lossOfThree(): Promise<{ topic: string; groupId: string }> {
  const topic = await newTopic({ partitions: 2 });
  const groupId = `group.${randomUUID()}`;
  const writer = await writerOf(topic);
  for (const _ of [0, 1]) await writer.append(records(10));
  await commit(topic, groupId, '3');
  await withAdmin(connection, quiet, 'lose records', async (admin) => {
    // kafkajs deletes only in topics that it has looked at before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] });
  });
  return { topic, groupId };
}

/** Commits an offset of partition 0 that no reader of ours would. */
async function commit(topic: string, groupId: string, offset: string): Promise<void> {
  const { kafka } = clientOf(connection, quiet, { requestTimeoutMs: 5_000, retries: 5 });
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
  const joined = Promise.withResolvers<unknown>();
  consumer.on(consumer.events.GROUP_JOIN, joined.resolve);
  await consumer.subscribe({ topic });
  await consumer.run({ autoCommit: false, eachBatch: async () => {} });
  await joined.promise;
  await consumer.commitOffsets([{ topic, partition: 0, offset }]);
  await consumer.disconnect();
}

function reading(
  topic: string,
  groupId: string,
  options: Partial<LogReaderOptions> = {},
  via: KafkaConnection = connection,
) {
  const received = new Map([
    [0, [] as bigint[]],
    [1, [] as bigint[]],
  ]);
  const shouts: string[] = [];
  const losses: DataLoss[] = [];
  const reader = readerOf(
    {
      topic,
      groupId,
      logger: { ...quiet, error: (_fields, message) => void shouts.push(message) },
      onDataLoss: (loss) => void losses.push(loss),
      async process(batch) {
        for (const { offset } of batch.records) {
          received.get(batch.partition)!.push(offset);
          batch.confirm(offset);
        }
      },
      ...options,
    },
    via,
  );
  return { reader, received, shouts, losses };
}

it('stops a partition whose committed offset the log has lost, shouts, and reads the others', async () => {
  const { topic, groupId } = await lossOfThree();
  const { reader, received, shouts, losses } = reading(topic, groupId);
  const loss = { topic, partition: 0, offset: 3n, logStartOffset: 6n, logEndOffset: 10n };
  await until('it shouts', () => losses.length > 0);
  await until('the other partition is read', () => received.get(1)!.length === 10);

  expect(losses).toEqual([loss]);
  expect(shouts).toEqual([expect.stringContaining('waits to be acknowledged')]);
  expect((await reader).health()).toMatchObject({ state: 'joined', dataLoss: [loss] });
  await (await reader)[Symbol.asyncDispose]();
  expect(received.get(0)).toEqual([]);
  // Neither skipped nor reset: the next start finds the same.
  expect((await fetchCommitted(connection, quiet, topic, groupId)).get(0)).toBe(3n);
  const next = reading(topic, groupId);
  await until('it shouts again', () => next.losses.length > 0);
  expect(next.losses).toEqual([loss]);
});

it('reads on at the log’s start once an operator has acknowledged exactly this loss', async () => {
  const { topic, groupId } = await lossOfThree();
  const { received, shouts, losses } = reading(topic, groupId, {
    acknowledgeDataLoss: ({ partition, offset }) => partition === 0 && offset === 3n,
  });
  await until('what is left is read', () => received.get(0)!.length === 4);
  expect(received.get(0)).toEqual([6n, 7n, 8n, 9n]);
  expect(losses).toEqual([]);
  expect(shouts).toEqual([expect.stringContaining('acknowledged')]);
  const committed = async () => (await fetchCommitted(connection, quiet, topic, groupId)).get(0);
  await until('it is committed', async () => (await committed()) === 10n);
});

it('reads all of a log that ends before the offset, at once: it was cut or made anew', async () => {
  const topic = await newTopic({ partitions: 1 });
  const groupId = `group.${randomUUID()}`;
  const writer = await writerOf(topic);
  await writer.append(records(5));
  await commit(topic, groupId, '8');
  const { received, losses } = reading(topic, groupId);
  await until('it shouts', () => losses.length > 0);
  expect(losses).toEqual([{ topic, partition: 0, offset: 8n, logStartOffset: 0n, logEndOffset: 5n }]);
  // Were it to wait, the log would grow past the old offset and what lies before would never be read.
  await writer.append(records(10));
  await until('all of it is read', () => received.get(0)?.length === 15);
});

// Kafka says that an offset is out of range, and where the log begins and ends in another answer, which can be late.
it('reads all of a log that was made anew, also where that has grown past the offset when it is looked at', async () => {
  const topic = await newTopic({ partitions: 1 });
  const groupId = `group.${randomUUID()}`;
  const writer = await writerOf(topic);
  await writer.append(records(5));
  await commit(topic, groupId, '8');
  let isGrown = false;
  const proxy = await faultProxy(connection, (apiKey) =>
    apiKey === LIST_OFFSETS && !isGrown ? 'lose-request' : 'none',
  );
  const { received, losses } = reading(topic, groupId, {}, proxy.connection);
  await until('it looks', () => proxy.done.has('lose-request'));
  await writer.append(records(10));
  isGrown = true;
  await until('it shouts', () => losses.length > 0);
  expect(losses).toEqual([{ topic, partition: 0, offset: 8n, logStartOffset: 0n, logEndOffset: 15n }]);
  await until('all of it is read', () => received.get(0)?.length === 15);
});
