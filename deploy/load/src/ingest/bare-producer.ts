/**
 * What Kafka costs a producer at least: kafkajs with records that were made before, idempotent, acknowledged by all in-sync
 * replicas, one send after the other, in the codec of the gateway. Reads a ProducerTask, writes a BareResult.
 */
import { json } from 'node:stream/consumers';
// Brings the codec.
import '@auditbox/event-log';
// biome-ignore lint/style/noRestrictedImports: it is what event-log is compared with.
import kafkajs from 'kafkajs';
import { generatedRecord } from '../generated.ts';
import type { BareResult, ProducerTask } from './floor.ts';

/** Messages of one record batch: more make it larger than a reader's step. */
const BATCH_MESSAGES = 1000;
const PARTITIONS = 12;
const DISTINCT = 20_000;

const { brokers, topic, seed, messagesASend, seconds } = (await json(process.stdin)) as ProducerTask;
const nowMs = Date.now();
const records = Array.from({ length: DISTINCT }, (_, n) => generatedRecord(seed, n, nowMs));
const { Kafka, CompressionTypes, logLevel } = kafkajs;
const kafka = new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.NOTHING });
const producer = kafka.producer({
  idempotent: true,
  allowAutoTopicCreation: false,
  createPartitioner:
    () =>
    ({ message }) =>
      message.partition!,
});
await producer.connect();

let sent = 0;
let batch = 0;
const sendFor = async (ms: number): Promise<void> => {
  for (const end = performance.now() + ms; performance.now() < end; sent += messagesASend) {
    const messages = Array.from({ length: messagesASend }, (_, i) => ({
      ...records[(sent + i) % records.length]!,
      partition: (batch + Math.floor(i / BATCH_MESSAGES)) % PARTITIONS,
    }));
    batch += Math.ceil(messagesASend / BATCH_MESSAGES);
    await producer.send({ topic, acks: -1, compression: CompressionTypes.ZSTD, messages });
  }
};
await sendFor(2000);
sent = 0;
const before = process.cpuUsage();
const startedAt = performance.now();
await sendFor(seconds * 1000);
const { user, system } = process.cpuUsage(before);
const ms = performance.now() - startedAt;
await producer.disconnect();
process.stdout.write(
  `${JSON.stringify({ cpuMicros: (user + system) / sent, perSecond: (sent / ms) * 1000 } satisfies BareResult)}\n`,
);
