/** What every test here needs of the real broker: its address, a topic and a group of its own, writers and readers. */
import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import {
  EVENTS_TOPIC,
  ensureTopic,
  type KafkaConnection,
  type Logger,
  type LogReader,
  type LogReaderOptions,
  type LogRecord,
  type LogWriter,
  type LogWriterOptions,
  openLogWriter,
  startLogReader,
  type TopicContract,
} from '../src/index.ts';
import { withAdmin } from '../src/topic-view.ts';

export const brokers = inject('kafkaBrokers').split(',').filter(Boolean);
export const connection: KafkaConnection = { brokers, clientId: 'event-log-test' };

export const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export async function newTopic(contract: Partial<TopicContract> = {}): Promise<string> {
  const name = `test.${randomUUID()}`;
  await ensureTopic(connection, { ...EVENTS_TOPIC, partitions: 3, name, ...contract }, { allowWeak: true });
  onTestFinished(() =>
    withAdmin(connection, quiet, 'clean up', (admin) => admin.deleteTopics({ topics: [name] })),
  );
  return name;
}

export async function writerOf(
  topic: string,
  options: Partial<LogWriterOptions> = {},
  via = connection,
): Promise<LogWriter> {
  const writer = await openLogWriter(via, { topic, logger: quiet, ...options });
  onTestFinished(() => writer[Symbol.asyncDispose]());
  return writer;
}

export async function readerOf(
  options: Pick<LogReaderOptions, 'topic' | 'groupId' | 'process'> & Partial<LogReaderOptions>,
  via = connection,
): Promise<LogReader> {
  const reader = await startLogReader(via, {
    logger: quiet,
    onFatal(error) {
      throw error;
    },
    ...options,
  });
  onTestFinished(() => reader[Symbol.asyncDispose]());
  return reader;
}

export function records(count: number, valueBytes = 100): LogRecord[] {
  return Array.from({ length: count }, () => ({
    key: randomUUID(),
    value: Buffer.alloc(valueBytes, 'x'),
    headers: { from: 'a test' },
  }));
}
