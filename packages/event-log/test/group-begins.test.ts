/** A group begins where it is told to, whoever else tells it the same, and one that has begun is left where it is. */
import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { beginGroupAt, groupPositions, logEnds } from '../src/index.ts';
import { clientOf } from '../src/kafka-connection.ts';
import { withAdmin } from '../src/topic-view.ts';
import { connection, newTopic, quiet, readerOf, records, writerOf } from './broker.ts';
import { until } from './until.ts';

async function filled(): Promise<string> {
  const topic = await newTopic({ partitions: 3 });
  const writer = await writerOf(topic);
  for (let i = 0; i < 6; i++) await writer.append(records(5));
  return topic;
}

const perPartition = (offset: bigint) => new Map([0, 1, 2].map((partition) => [partition, offset]));

it('a new group reads from the offsets that it was given, two of whom give them at once', async () => {
  const topic = await filled();
  const groupId = `group.${randomUUID()}`;
  const offsets = perPartition(4n);
  // The broker may have no coordinator for the first of all groups yet.
  await until('it begins at the start', async () => {
    const positions = await groupPositions(connection, { topic, groupId }).catch(() => undefined);
    return positions?.get(0) === 0n;
  });
  await Promise.all([1, 2].map(() => beginGroupAt(connection, { topic, groupId, offsets })));
  expect(await groupPositions(connection, { topic, groupId })).toEqual(offsets);

  const ends = await logEnds(connection, topic);
  const expected = [...ends.values()].reduce((sum, end) => sum + Number(end - 4n), 0);
  const firsts = new Map<number, bigint>();
  let received = 0;
  await readerOf({
    topic,
    groupId,
    async process({ partition, records: delivered, confirm }) {
      received += delivered.length;
      for (const { offset } of delivered) {
        if (!firsts.has(partition)) firsts.set(partition, offset);
        confirm(offset);
      }
    },
  });
  await until('all after the offsets is read', () => received >= expected);
  expect([...firsts].toSorted(([a], [b]) => a - b)).toEqual([...offsets]);
  expect(received).toBe(expected);
});

it('a group that has begun is not moved, also while its members run', async () => {
  const topic = await filled();
  const groupId = `group.${randomUUID()}`;
  await beginGroupAt(connection, { topic, groupId, offsets: perPartition(2n) });
  await beginGroupAt(connection, { topic, groupId, offsets: perPartition(9n) });
  expect(await groupPositions(connection, { topic, groupId })).toEqual(perPartition(2n));

  const reader = await readerOf({
    topic,
    groupId,
    async process(batch) {
      for (const { offset } of batch.records) batch.confirm(offset);
    },
  });
  const ends = await logEnds(connection, topic);
  await until('it is at the end', async () => (await reader.lag()).every(({ records: left }) => left === 0n));
  await beginGroupAt(connection, { topic, groupId, offsets: perPartition(0n) });
  expect(await groupPositions(connection, { topic, groupId })).toEqual(ends);
});

it('what another member commits while it joins is not moved', async () => {
  const topic = await filled();
  const groupId = `group.${randomUUID()}`;
  const client = clientOf(connection, quiet, { requestTimeoutMs: 15_000, retries: 3 });
  onTestFinished(() => client.end());
  const member = client.kafka.consumer({ groupId, allowAutoTopicCreation: false, rebalanceTimeout: 20_000 });
  onTestFinished(() => member.disconnect());
  const { promise: reading, resolve: isReading } = Promise.withResolvers<void>();
  const { promise: goingOn, resolve: goOn } = Promise.withResolvers<void>();
  await member.connect();
  await member.subscribe({ topics: [topic], fromBeginning: true });
  await member.run({
    autoCommit: false,
    // Until it goes on it does not join again, and all others wait for it.
    eachBatch: async () => {
      isReading();
      await goingOn;
    },
  });
  await reading;
  const beginning = beginGroupAt(connection, { topic, groupId, offsets: perPartition(9n) });
  await until('the other one has looked and joins', () =>
    withAdmin(connection, quiet, 'look', async (admin) => {
      const { groups } = await admin.describeGroups([groupId]);
      return groups[0]?.state === 'PreparingRebalance';
    }),
  );
  await member.commitOffsets([{ topic, partition: 1, offset: '2' }]);
  goOn();
  await beginning;
  expect(await groupPositions(connection, { topic, groupId })).toEqual(
    new Map([
      [0, 9n],
      [1, 2n],
      [2, 9n],
    ]),
  );
});
