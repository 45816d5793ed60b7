import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { withAdmin } from '../src/topic-view.ts';
import { connection, newTopic, quiet, readerOf, records, writerOf } from './broker.ts';
import { until } from './until.ts';

it('reads a new group’s partitions from their beginning, within two seconds', async () => {
  const topic = await newTopic();
  const writer = await writerOf(topic);
  for (let i = 0; i < 6; i++) await writer.append(records(5));

  const startedAt = performance.now();
  let received = 0;
  await readerOf({
    topic,
    groupId: `group.${randomUUID()}`,
    async process(batch) {
      received += batch.records.length;
      for (const { offset } of batch.records) batch.confirm(offset);
    },
  });
  await until('all is read', () => received === 30);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

it('reads partitions that are added while it runs from their beginning', async () => {
  const topic = await newTopic({ partitions: 1 });
  const received = new Map<number, string[]>();
  const reader = await readerOf({
    topic,
    groupId: `group.${randomUUID()}`,
    limits: { metadataMaxAgeMs: 1_000 },
    async process(batch) {
      const keys = received.get(batch.partition) ?? [];
      received.set(batch.partition, [...keys, ...batch.records.map(({ key }) => key!)]);
      for (const { offset } of batch.records) batch.confirm(offset);
    },
  });
  await until('it has joined', () => reader.health().assignment.length === 1);

  await withAdmin(connection, quiet, 'add partitions', (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }),
  );
  // Written before the reader knows of the partitions: kafkajs alone would start behind these.
  const writer = await writerOf(topic);
  const written = new Map<number, string[]>();
  for (let i = 0; i < 9; i++) {
    const request = records(2);
    const outcome = await writer.append(request);
    if (outcome.kind !== 'appended') throw new Error(outcome.kind);
    const keys = written.get(outcome.partition) ?? [];
    written.set(outcome.partition, [...keys, ...request.map(({ key }) => key)]);
  }
  expect([...written.keys()].sort()).toEqual([0, 1, 2]);
  await until('all is read', () => [...received.values()].flat().length >= 18);
  expect(received).toEqual(written);
});
