import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { EventLogError, ReceivedBatch } from '../src/index.ts';
import { fetchCommitted } from '../src/reader/data-loss.ts';
import { connection, newTopic, quiet, readerOf, records, writerOf } from './broker.ts';
import { faultProxy, HEARTBEAT, OFFSET_COMMIT } from './fault-proxy.ts';
import { until } from './until.ts';

const committedOf = async (topic: string, groupId: string) =>
  (await fetchCommitted(connection, quiet, topic, groupId)).get(0);

async function topicWith(count: number): Promise<{ topic: string; groupId: string; keys: string[] }> {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  const wanted = records(count);
  await writer.append(wanted);
  return { topic, groupId: `group.${randomUUID()}`, keys: wanted.map(({ key }) => key) };
}

it('commits only the head up to which everything is confirmed, whatever the order', async () => {
  const { topic, groupId } = await topicWith(10);
  const order = [9n, 3n, 0n, 2n, 1n, 7n, 5n];
  const reader = await readerOf({
    topic,
    groupId,
    limits: { handOverMs: 100 },
    async process({ confirm }) {
      for (const offset of order) confirm(offset);
    },
  });
  await until('the head is committed', async () => (await committedOf(topic, groupId)) !== undefined);
  expect(await committedOf(topic, groupId)).toBe(4n);
  expect(await reader.lag()).toEqual([{ partition: 0, records: 6n }]);
});

it('delivers again from the committed head after a stop in the middle, and nothing before it', async () => {
  const { topic, groupId, keys } = await topicWith(100);
  const half = Promise.withResolvers<void>();
  const first = await readerOf({
    topic,
    groupId,
    limits: { handOverMs: 100 },
    async process({ records: received, confirm, signal }) {
      // Every record of the first half, and of the second one every other.
      for (const { offset } of received) if (offset < 50n || offset % 2n === 1n) confirm(offset);
      half.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  });
  await half.promise;
  await first[Symbol.asyncDispose]();
  expect(first.health()).toEqual({ state: 'stopped', assignment: [], dataLoss: [], waiting: [] });
  expect(await committedOf(topic, groupId)).toBe(50n);

  const again: string[] = [];
  await readerOf({
    topic,
    groupId,
    limits: { handOverMs: 100 },
    async process({ records: received }) {
      again.push(...received.map(({ key }) => key!));
    },
  });
  await until('the second half is back', () => again.length >= 50);
  expect(again).toEqual(keys.slice(50));
});

it('lets a batch finish when it stops, and commits it', async () => {
  const { topic, groupId } = await topicWith(20);
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const reader = await readerOf({
    topic,
    groupId,
    async process({ records: received, confirm }) {
      started.resolve();
      await finish.promise;
      for (const { offset } of received) confirm(offset);
    },
  });
  await started.promise;
  const stopped = reader[Symbol.asyncDispose]();
  finish.resolve();
  await stopped;
  expect(await committedOf(topic, groupId)).toBe(20n);
});

it('commits what is confirmed after process has resolved', async () => {
  const { topic, groupId } = await topicWith(10);
  const taken: ReceivedBatch[] = [];
  await readerOf({
    topic,
    groupId,
    limits: { commitIntervalMs: 20 },
    async process(batch) {
      taken.push(batch);
    },
  });
  await until('the batch is taken', () => taken.length > 0);
  expect(await committedOf(topic, groupId)).toBeUndefined();
  for (const { offset } of taken[0]!.records) taken[0]!.confirm(offset);
  await until('the head is committed', async () => (await committedOf(topic, groupId)) === 10n);
});

it('commits again what was not taken, without anything new', async () => {
  const { topic, groupId } = await topicWith(10);
  let commits = 0;
  const proxy = await faultProxy(connection, (apiKey) =>
    apiKey === OFFSET_COMMIT && commits++ === 0 ? 'deny-answer' : 'none',
  );
  await readerOf(
    {
      topic,
      groupId,
      async process({ records: received, confirm }) {
        for (const { offset } of received) confirm(offset);
      },
    },
    proxy.connection,
  );
  await until('it commits', () => commits > 0);
  await until('it commits again', () => commits > 1);
  expect(proxy.done.get('deny-answer')).toBe(1);
});

it('commits during a long process, and sends heartbeats all the while', async () => {
  const { topic, groupId } = await topicWith(10);
  const proxy = await faultProxy(connection);
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  await readerOf(
    {
      topic,
      groupId,
      limits: { commitIntervalMs: 20, heartbeatIntervalMs: 50 },
      async process({ records: received, confirm }) {
        confirm(received[0]!.offset);
        started.resolve();
        await finish.promise;
        for (const { offset } of received) confirm(offset);
      },
    },
    proxy.connection,
  );
  await started.promise;
  await until('the first record is committed', async () => (await committedOf(topic, groupId)) === 1n);
  const before = proxy.asked.get(HEARTBEAT) ?? 0;
  await until('heartbeats go on', () => (proxy.asked.get(HEARTBEAT) ?? 0) > before + 5);
  finish.resolve();
  await until('all is committed', async () => (await committedOf(topic, groupId)) === 10n);
});

it('stops and says so when process throws, and commits nothing of what it threw at', async () => {
  const { topic, groupId } = await topicWith(10);
  const fatal = Promise.withResolvers<EventLogError>();
  const bug = new Error('a bug');
  const reader = await readerOf({
    topic,
    groupId,
    onFatal: fatal.resolve,
    async process({ confirm }) {
      confirm(0n);
      throw bug;
    },
  });
  expect(await fatal.promise).toMatchObject({ code: 'process-failed', retryable: false, cause: bug });
  expect(reader.health().state).toBe('stopped');
  expect(await committedOf(topic, groupId)).toBe(1n);
});

// kafkajs looks for a lost coordinator without end, and asks a frozen one for as long as any request may take.
it('stops soon, also where Kafka is away and what was confirmed cannot be committed', async () => {
  const { topic, groupId } = await topicWith(10);
  const proxy = await faultProxy(connection);
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const reader = await readerOf(
    {
      topic,
      groupId,
      async process({ records: received, confirm }) {
        started.resolve();
        await finish.promise;
        for (const { offset } of received) confirm(offset);
      },
    },
    proxy.connection,
  );
  await started.promise;
  proxy.setAway(true);
  finish.resolve();
  await until('it has noticed', () => proxy.refused() > 0);
  const stoppedAtMs = performance.now();
  await reader[Symbol.asyncDispose]();
  expect(performance.now() - stoppedAtMs).toBeLessThan(9_000);
  expect(reader.health()).toEqual({ state: 'stopped', assignment: [], dataLoss: [], waiting: [] });
});

it('ends its batches before the group gives their partitions away, also where no commit is answered', async () => {
  const { topic, groupId } = await topicWith(10);
  const proxy = await faultProxy(connection, (apiKey) =>
    apiKey === OFFSET_COMMIT ? 'swallow-answer' : 'none',
  );
  const limits = { handOverMs: 300 };
  const { promise: taken, resolve: take } = Promise.withResolvers<ReceivedBatch>();
  await readerOf(
    {
      topic,
      groupId,
      limits,
      async process(batch) {
        batch.confirm(0n);
        take(batch);
        await new Promise(() => {});
      },
    },
    proxy.connection,
  );
  const { signal } = await taken;
  await until('a commit is on its way', () => proxy.done.has('swallow-answer'));
  await readerOf({ topic, groupId, limits, process: async () => {} });
  await until('its batch has ended', () => signal.aborted, 8_000);
});
