import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { LogWriter, ReceivedBatch } from '../src/index.ts';
import { fetchCommitted } from '../src/reader/data-loss.ts';
import { connection, newTopic, quiet, readerOf, records, writerOf } from './broker.ts';
import { faultProxy, HEARTBEAT, JOIN_GROUP } from './fault-proxy.ts';
import { until } from './until.ts';

// Why these were possible: kafkajs fetches again only when all that it fetched is done with, and the work was awaited
// in its callback. One event that Elasticsearch refused stopped every partition of the replica.

const PARTITIONS = 12;
const STUCK = 5;
const LIMITS = { holdUpMs: 50, handOverMs: 300, heartbeatIntervalMs: 200, commitIntervalMs: 50 };

/** What each partition holds, appended in rounds of one batch for each. */
async function rounds(topic: string, partitions: number) {
  const writer: LogWriter = await writerOf(topic);
  const ends = new Map<number, bigint>();
  return {
    ends,
    async append(): Promise<void> {
      const seen = new Set<number>();
      while (seen.size < partitions) {
        const outcome = await writer.append(records(3));
        if (outcome.kind !== 'appended') throw new Error(outcome.kind);
        seen.add(outcome.partition);
        ends.set(outcome.partition, outcome.baseOffset + 3n);
      }
    },
  };
}

class Received {
  readonly #offsets = new Map<number, bigint[]>();

  of(partition: number): bigint[] {
    return this.#offsets.get(partition) ?? [];
  }

  take({ partition, records: received }: ReceivedBatch): void {
    this.#offsets.set(partition, [...this.of(partition), ...received.map(({ offset }) => offset)]);
  }

  /** Whether each of these partitions is read to its end. */
  isAll(ends: ReadonlyMap<number, bigint>, except?: number): boolean {
    return [...ends].every(([id, end]) => id === except || BigInt(this.of(id).length) >= end);
  }
}

const confirmAll = ({ records: received, confirm }: ReceivedBatch) => {
  for (const { offset } of received) confirm(offset);
};

const upTo = (end: bigint) => Array.from({ length: Number(end) }, (_, i) => BigInt(i));

it('reads and commits all other partitions while one is stuck for good, which the next member gets again', async () => {
  const topic = await newTopic({ partitions: PARTITIONS });
  const groupId = `group.${randomUUID()}`;
  const log = await rounds(topic, PARTITIONS);
  const received = new Received();
  const stuck: ReceivedBatch[] = [];
  const startedAtMs = performance.now();
  const reader = await readerOf({
    topic,
    groupId,
    limits: LIMITS,
    async process(batch) {
      if (batch.partition === STUCK) {
        stuck.push(batch);
        await new Promise(() => {});
      }
      received.take(batch);
      confirmAll(batch);
    },
  });
  for (let round = 0; round < 5; round++) {
    await log.append();
    await until(`round ${round} is read`, () => received.isAll(log.ends, STUCK), 5_000);
  }
  await until('all else is committed', async () => {
    const committed = await fetchCommitted(connection, quiet, topic, groupId);
    return [...log.ends].every(([id, end]) => committed.get(id) === (id === STUCK ? undefined : end));
  });
  expect(stuck).toHaveLength(1);
  const { state, assignment, waiting } = reader.health();
  expect({ state, assignment }).toEqual({ state: 'joined', assignment: [...Array(PARTITIONS).keys()] });
  expect(waiting).toEqual([{ partition: STUCK, sinceMs: expect.any(Number) }]);
  expect(waiting[0]!.sinceMs).toBeGreaterThan(startedAtMs);
  expect(waiting[0]!.sinceMs).toBeLessThan(performance.now());
  for (const [id, end] of log.ends) if (id !== STUCK) expect(received.of(id)).toEqual(upTo(end));

  await reader[Symbol.asyncDispose]();
  expect(stuck[0]!.signal.aborted).toBe(true);
  expect(reader.health()).toEqual({ state: 'stopped', assignment: [], dataLoss: [], waiting: [] });
  const again = new Received();
  await readerOf({
    topic,
    groupId,
    limits: LIMITS,
    async process(batch) {
      again.take(batch);
      confirmAll(batch);
    },
  });
  await until('the stuck one is read', () => again.of(STUCK).length >= Number(log.ends.get(STUCK)));
  expect(again.of(STUCK)).toEqual(upTo(log.ends.get(STUCK)!));
  expect([...log.ends.keys()].flatMap((id) => (id === STUCK ? [] : again.of(id)))).toEqual([]);
});

it('reads a partition on when its batch is done, and nothing of it twice', async () => {
  const topic = await newTopic({ partitions: 3 });
  const log = await rounds(topic, 3);
  const received = new Received();
  let release = Promise.withResolvers<void>();
  const reader = await readerOf({
    topic,
    groupId: `group.${randomUUID()}`,
    limits: LIMITS,
    async process(batch) {
      received.take(batch);
      if (batch.partition === 1) await release.promise;
      confirmAll(batch);
    },
  });
  for (let round = 0; round < 3; round++) {
    await log.append();
    await until('it is waited for', () => reader.health().waiting.length === 1);
    await log.append();
    await until('the others are read', () => received.isAll(log.ends, 1));
    release.resolve();
    release = Promise.withResolvers<void>();
    await until('it is waited for again, for the rest', () => received.isAll(log.ends));
    release.resolve();
    release = Promise.withResolvers<void>();
    await until('all is committed', async () => (await reader.lag()).every((lag) => lag.records === 0n));
    await until('nothing is waited for', () => reader.health().waiting.length === 0);
  }
  for (const [id, end] of log.ends) expect(received.of(id)).toEqual(upTo(end));
});

it('stays in the group when every partition is waited for', async () => {
  const topic = await newTopic({ partitions: 3 });
  const groupId = `group.${randomUUID()}`;
  const log = await rounds(topic, 3);
  await log.append();
  const proxy = await faultProxy(connection);
  const reader = await readerOf(
    { topic, groupId, limits: LIMITS, process: () => new Promise(() => {}) },
    proxy.connection,
  );
  await until('all are waited for', () => reader.health().waiting.length === 3);
  const before = proxy.asked.get(HEARTBEAT) ?? 0;
  await until('heartbeats go on', () => (proxy.asked.get(HEARTBEAT) ?? 0) > before + 10);
  expect(reader.health().state).toBe('joined');
});

it('lets work that is waited for finish before a rebalance takes its partition', async () => {
  const topic = await newTopic({ partitions: 2 });
  const groupId = `group.${randomUUID()}`;
  const log = await rounds(topic, 2);
  await log.append();
  const limits = { ...LIMITS, handOverMs: 10_000 };
  const finish = Promise.withResolvers<void>();
  const abortedEarly: boolean[] = [];
  const proxies = { first: await faultProxy(connection), other: await faultProxy(connection) };
  const first = await readerOf(
    {
      topic,
      groupId,
      limits,
      async process(batch) {
        await finish.promise;
        abortedEarly.push(batch.signal.aborted);
        confirmAll(batch);
      },
    },
    proxies.first.connection,
  );
  await until('both are waited for', () => first.health().waiting.length === 2);
  const received: ReceivedBatch[] = [];
  const other = await readerOf(
    {
      topic,
      groupId,
      limits,
      async process(batch) {
        received.push(batch);
        confirmAll(batch);
      },
    },
    proxies.other.connection,
  );
  await until('the other one wants to join', () => proxies.other.asked.has(JOIN_GROUP));
  await until('the first one says so', () => first.health().state === 'rebalancing');
  const heard = proxies.first.asked.get(HEARTBEAT) ?? 0;
  await until('the first one knows', () => (proxies.first.asked.get(HEARTBEAT) ?? 0) > heard + 5);
  expect(first.health().assignment).toEqual([0, 1]);
  finish.resolve();
  await until('the partitions are shared', () => other.health().assignment.length === 1);
  expect(abortedEarly).toEqual([false, false]);
  await log.append();
  await until('the other reads', () => received.length > 0);
  expect(received[0]!.records[0]!.offset).toBe(3n);
});

it('gives a partition that came back to process only when the work of its earlier run has ended', async () => {
  const topic = await newTopic({ partitions: 2 });
  const groupId = `group.${randomUUID()}`;
  const log = await rounds(topic, 2);
  await log.append();
  const hang = Promise.withResolvers<void>();
  const received = new Received();
  let inWork = 0;
  let inWorkMax = 0;
  const reader = await readerOf({
    topic,
    groupId,
    limits: LIMITS,
    async process(batch) {
      received.take(batch);
      if (batch.partition !== 0) return confirmAll(batch);
      inWork += 1;
      inWorkMax = Math.max(inWorkMax, inWork);
      await hang.promise;
      inWork -= 1;
      confirmAll(batch);
    },
  });
  await until('it hangs', () => reader.health().waiting.length === 1);
  const guest = await readerOf({
    topic,
    groupId,
    limits: LIMITS,
    process: async (batch) => confirmAll(batch),
  });
  await until('a guest has joined', () => guest.health().assignment.length === 1);
  await guest[Symbol.asyncDispose]();
  await until('both are back', () => reader.health().assignment.length === 2);
  await log.append();
  await until('the other one is read', () => received.of(1).includes(5n));
  await until('it is waited for again', () =>
    reader.health().waiting.some(({ partition }) => partition === 0),
  );
  expect(received.of(0)).toEqual([0n, 1n, 2n]);
  hang.resolve();
  await until('the rest is read', () => received.of(0).includes(5n));
  expect(inWorkMax).toBe(1);
  await until('all is committed', async () => (await reader.lag()).every((lag) => lag.records === 0n));
});
