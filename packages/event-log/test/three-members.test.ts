import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { LogReader } from '../src/index.ts';
import { fetchCommitted } from '../src/reader/data-loss.ts';
import { connection, newTopic, quiet, readerOf, records, writerOf } from './broker.ts';
import { until } from './until.ts';

const PARTITIONS = 6;

it('shares the partitions among three members that join and leave, and loses and repeats nothing', async () => {
  const topic = await newTopic({ partitions: PARTITIONS });
  const groupId = `group.${randomUUID()}`;
  const writer = await writerOf(topic);
  const written: string[] = [];
  const received: string[] = [];

  let isWriting = true;
  const writing = (async () => {
    while (isWriting) {
      const request = records(5);
      await writer.append(request);
      written.push(...request.map(({ key }) => key));
    }
  })();
  const join = () =>
    readerOf({
      topic,
      groupId,
      limits: { heartbeatIntervalMs: 300 },
      async process(batch) {
        received.push(...batch.records.map(({ key }) => key!));
        for (const { offset } of batch.records) batch.confirm(offset);
      },
    });
  const shared = (readers: LogReader[]) =>
    until(`${readers.length} share`, () => {
      const all = readers.flatMap((reader) => reader.health().assignment);
      const each = readers.map((reader) => reader.health().assignment.length);
      return new Set(all).size === PARTITIONS && all.length === PARTITIONS && Math.min(...each) > 0;
    });
  const progress = async () => {
    const goal = received.length + 500;
    await until('reading goes on', () => received.length > goal);
  };

  const one = await join();
  await shared([one]);
  await progress();
  const two = await join();
  await shared([one, two]);
  const three = await join();
  await shared([one, two, three]);
  await progress();
  await one[Symbol.asyncDispose]();
  await shared([two, three]);
  await progress();
  await two[Symbol.asyncDispose]();
  await shared([three]);
  isWriting = false;
  await writing;

  await until('all is read', () => new Set(received).size >= written.length);
  expect(new Set(received)).toEqual(new Set(written));
  expect(received).toHaveLength(written.length);
  await until('all is committed', async () => (await three.lag()).every((lag) => lag.records === 0n));
});

it('takes over what a member that hangs has not confirmed, and ignores what it confirms too late', async () => {
  const topic = await newTopic({ partitions: 2 });
  const groupId = `group.${randomUUID()}`;
  const writer = await writerOf(topic);
  for (const _ of [0, 1]) await writer.append(records(10));

  const limits = { heartbeatIntervalMs: 200, handOverMs: 300 };
  const hang = Promise.withResolvers<void>();
  const started = new Set<number>();
  const tooLate = new Set<number>();
  const slow = await readerOf({
    topic,
    groupId,
    limits,
    async process({ partition, records: received, confirm, signal }) {
      if (started.has(partition)) return;
      started.add(partition);
      confirm(received[0]!.offset);
      await hang.promise;
      expect(signal.aborted).toBe(true);
      for (const { offset } of received) confirm(offset);
      tooLate.add(partition);
    },
  });
  await until('the slow one hangs in both partitions', () => started.size === 2);

  const received: bigint[] = [];
  const other = await readerOf({
    topic,
    groupId,
    limits,
    async process(batch) {
      received.push(...batch.records.map(({ offset }) => offset));
      batch.confirm(batch.records[0]!.offset);
    },
  });
  await until('one partition moves on', () => other.health().assignment.length === 1);
  const [moved] = other.health().assignment;
  await until('the rest is delivered', () => received.length > 0);
  expect(received).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);

  const committed = async () => (await fetchCommitted(connection, quiet, topic, groupId)).get(moved!);
  await until('the new owner commits', async () => (await committed()) === 2n);
  hang.resolve();
  await until('the slow one has confirmed, too late', () => tooLate.size === 2);
  await slow[Symbol.asyncDispose]();
  // The new owner confirms one record a delivery; the 10 that came too late count for nothing.
  expect(await committed()).toBeLessThan(5n);
});
