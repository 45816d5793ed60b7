import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import {
  type KafkaConnection,
  type Logger,
  openLogWriter,
  type ReceivedBatch,
  startLogReader,
} from '../src/index.ts';
import { viewPartitions, withAdmin } from '../src/topic-view.ts';
import { connection, newTopic, quiet, records, writerOf } from './broker.ts';
import { faultProxy, HEARTBEAT } from './fault-proxy.ts';
import { until } from './until.ts';

/** The same way to Kafka, and what is open on it. */
function watched(via: KafkaConnection): { connection: KafkaConnection; open: Set<Socket> } {
  const open = new Set<Socket>();
  const socketFactory: KafkaConnection['socketFactory'] = (args) => {
    const socket = via.socketFactory!(args);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    return socket;
  };
  return { connection: { ...via, socketFactory }, open };
}

const readerOptions = (topic: string) => ({
  topic,
  groupId: `group.${randomUUID()}`,
  logger: quiet,
  async process({ records: received, confirm }: ReceivedBatch) {
    for (const { offset } of received) confirm(offset);
  },
  onFatal() {},
});

it('leaves no connection when a start fails', async () => {
  const { connection: via, open } = watched((await faultProxy(connection)).connection);
  const topic = `test.${randomUUID()}`;
  await expect(openLogWriter(via, { topic, logger: quiet })).rejects.toMatchObject({ code: 'topic-missing' });
  await expect(startLogReader(via, readerOptions(topic))).rejects.toMatchObject({ code: 'topic-missing' });
  await until('all is closed', () => open.size === 0);
});

// A producer that was connecting when the writer closed was kept after that, and held the process.
it('leaves no connection when the writer closes in the middle of connecting again', async () => {
  const topic = await newTopic({ partitions: 1 });
  const INIT_PRODUCER_ID = 22;
  let whenConnecting = () => {};
  const proxy = await faultProxy(connection, (apiKey) => {
    if (apiKey === INIT_PRODUCER_ID) whenConnecting();
    return 'none';
  });
  const { connection: via, open } = watched(proxy.connection);
  const rejected = Promise.withResolvers<void>();
  const writer = await writerOf(
    topic,
    { limits: { deadlineMs: 300 }, onSend: ({ isStored }) => isStored || rejected.resolve() },
    via,
  );
  await writer.append(records(1));
  proxy.setAway(true);
  await expect(writer.append(records(1))).rejects.toMatchObject({ code: 'not-known-stored' });
  // Were Kafka back before that, kafkajs's own second try could succeed, and the producer would stay.
  await rejected.promise;
  const closed = Promise.withResolvers<void>();
  whenConnecting = () => closed.resolve(writer[Symbol.asyncDispose]());
  proxy.setAway(false);
  await closed.promise;
  expect(open.size).toBeGreaterThan(0);
  await expect(writer.append(records(1))).rejects.toMatchObject({ code: 'closed' });
  await until('all is closed', () => open.size === 0);
});

it('warns of nothing while all is well', async () => {
  const topic = await newTopic({ partitions: 1 });
  const warnings: unknown[] = [];
  const warn = (fields: object, message: string) => void warnings.push({ fields, message });
  const logger: Logger = { ...quiet, warn, error: warn };
  for (const _ of [1, 2]) {
    await withAdmin(connection, logger, 'look', (admin) => viewPartitions(admin, topic));
  }
  const proxy = await faultProxy(connection);
  const writer = await writerOf(topic, { logger });
  await writer.append(records(1));
  const options = { ...readerOptions(topic), logger, limits: { heartbeatIntervalMs: 50 } };
  const reader = await startLogReader(proxy.connection, options);
  await until('it has joined', () => reader.health().state === 'joined');
  await reader.lag();
  await until('it is at home', () => (proxy.asked.get(HEARTBEAT) ?? 0) > 3);
  await reader[Symbol.asyncDispose]();
  await writer[Symbol.asyncDispose]();
  expect(warnings).toEqual([]);
});
