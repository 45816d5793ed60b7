import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import type { LogReader } from '../src/index.ts';
import { clientOf } from '../src/kafka-connection.ts';
import { PartitionAssigners } from '../src/kafkajs.ts';
import { connection, newTopic, quiet, readerOf } from './broker.ts';
import { until } from './until.ts';

const PARTITIONS = 6;
const LIMITS = { heartbeatIntervalMs: 100 };

async function group() {
  const topic = await newTopic({ partitions: PARTITIONS });
  const groupId = `group.${randomUUID()}`;
  const join = () => readerOf({ topic, groupId, limits: LIMITS, process: async () => {} });
  return { topic, groupId, join };
}

const had = (reader: LogReader) => reader.health().assignment;

const shared = (readers: readonly LogReader[], sizes: readonly number[]) =>
  until(`they share as ${sizes}`, () => {
    const all = readers.flatMap(had);
    return (
      new Set(all).size === all.length &&
      String(readers.map((reader) => had(reader).length).sort()) === String(sizes) &&
      readers.every((reader) => reader.health().state === 'joined')
    );
  });

it('leaves partitions where they are when members join and leave', async () => {
  const { join } = await group();
  const one = await join();
  await shared([one], [6]);
  const two = await join();
  await shared([one, two], [3, 3]);
  const before = [had(one), had(two)];
  const three = await join();
  await shared([one, two, three], [2, 2, 2]);
  expect(before[0]).toEqual(expect.arrayContaining([...had(one)]));
  expect(before[1]).toEqual(expect.arrayContaining([...had(two)]));
  const then = [had(one), had(two)];
  await three[Symbol.asyncDispose]();
  await shared([one, two], [3, 3]);
  expect(had(one)).toEqual(expect.arrayContaining([...then[0]!]));
  expect(had(two)).toEqual(expect.arrayContaining([...then[1]!]));
});

it('shares with a member that knows round robin alone, as in a rolling upgrade, and is sticky after it', async () => {
  const { topic, groupId, join } = await group();
  const { kafka } = clientOf(connection, quiet, { requestTimeoutMs: 5_000, retries: 2 });
  const older = kafka.consumer({
    groupId,
    partitionAssigners: [PartitionAssigners.roundRobin],
    heartbeatInterval: 100,
    maxWaitTimeInMs: 100,
  });
  let olderHas: readonly number[] = [];
  const protocols: string[] = [];
  older.on(older.events.GROUP_JOIN, ({ payload }) => {
    olderHas = payload.memberAssignment[topic] ?? [];
    protocols.push(payload.groupProtocol);
  });
  await older.subscribe({ topic });
  await older.run({ autoCommit: false, eachBatch: async () => {} });
  onTestFinished(() => older.disconnect());

  const newer = await join();
  await until('the two share', () => had(newer).length === 3 && olderHas.length === 3);
  expect([...had(newer), ...olderHas].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  const last = await join();
  await until('the three share', () => olderHas.length === 2 && had(newer).length + had(last).length === 4);
  expect(new Set([...had(newer), ...had(last), ...olderHas]).size).toBe(PARTITIONS);
  expect(new Set(protocols)).toEqual(new Set(['RoundRobinAssigner']));

  const then = [had(newer), had(last)];
  await older.disconnect();
  await shared([newer, last], [3, 3]);
  expect(had(newer)).toEqual(expect.arrayContaining([...then[0]!]));
  expect(had(last)).toEqual(expect.arrayContaining([...then[1]!]));
});
