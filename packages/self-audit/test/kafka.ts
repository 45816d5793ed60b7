/** The real broker as the trail sees it: a topic of its own, a way to Kafka that can be cut, and all that is in the log. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  EVENTS_TOPIC,
  ensureTopic,
  type KafkaConnection,
  openLogWriter,
  type ReceivedRecord,
  startLogReader,
  type TopicContract,
} from '@auditbox/event-log';
import { inject, onTestFinished } from 'vitest';

export const kafka: KafkaConnection = {
  brokers: inject('kafkaBrokers').split(',').filter(Boolean),
  clientId: 'self-audit-test',
};

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

export function newTopic(): TopicContract {
  return { ...EVENTS_TOPIC, name: `test.${randomUUID()}`, partitions: 3 };
}

/** All records of the topic, in the order of each partition: read up to sentinels that are written behind them. */
export async function recordsOf(topic: TopicContract): Promise<ReceivedRecord[]> {
  const { partitions } = await ensureTopic(kafka, topic, { allowWeak: true });
  await using writer = await openLogWriter(kafka, { topic: topic.name, logger: quiet });
  const awaited = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  const sentinel = `sentinel ${randomUUID()}`;
  const mark = async () => {
    const appended = await writer.append([{ key: sentinel, value: Buffer.from('x'), headers: {} }]);
    if (appended.kind === 'appended') marked.add(appended.partition);
  };
  const marked = new Set<number>();
  // The writer takes the partitions in turn.
  while (marked.size < partitions) await mark();

  const records: ReceivedRecord[] = [];
  const { promise: all, resolve, reject } = Promise.withResolvers<void>();
  await using _reader = await startLogReader(kafka, {
    topic: topic.name,
    groupId: `test.${randomUUID()}`,
    logger: quiet,
    onFatal: reject,
    async process({ partition, records: received, confirm }) {
      for (const record of received) {
        if (record.key === sentinel) awaited.delete(partition);
        else if (!record.key?.startsWith('sentinel')) records.push(record);
        confirm(record.offset);
      }
      if (awaited.size === 0) resolve();
    },
  });
  await all;
  return records;
}

export type Way = {
  readonly kafka: KafkaConnection;
  /** Resets every connection and takes no other, as if Kafka were away; or lets them through again. */
  setAway(isAway: boolean): void;
  /** Holds every answer back, as a broker that hangs. */
  hold(isHeld: boolean): void;
  /** Connections that are open. */
  open(): number;
};

export async function wayToKafka(): Promise<Way> {
  const [host, port] = kafka.brokers[0]!.split(':');
  const pairs = new Set<readonly [Socket, Socket]>();
  let isAway = false;
  let isHolding = false;
  const server = createServer((client) => {
    if (isAway) return void client.resetAndDestroy();
    const broker = connect(Number(port), host!);
    const pair = [client, broker] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      broker.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    client.pipe(broker);
    if (!isHolding) broker.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxyPort = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    for (const [client] of pairs) client.destroy();
    server.close();
  });
  return {
    kafka: { ...kafka, socketFactory: ({ onConnect }) => connect(proxyPort, '127.0.0.1', onConnect) },
    setAway(away) {
      isAway = away;
      if (away) for (const [client] of pairs) client.resetAndDestroy();
    },
    hold(isHeld) {
      isHolding = isHeld;
      for (const [client, broker] of pairs) {
        if (isHeld) broker.unpipe(client).pause();
        else broker.pipe(client);
      }
    },
    open: () => pairs.size,
  };
}
