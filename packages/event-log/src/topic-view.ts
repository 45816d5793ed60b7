/** What Kafka says about a topic at this moment: its partitions with their leaders, and its settings. */
import type { Admin } from 'kafkajs';
import { EventLogError } from './event-log-error.ts';
import { type Client, clientOf, type KafkaConnection, type Logger, turned } from './kafka-connection.ts';
import { ConfigResourceTypes } from './kafkajs.ts';
import { translateKafkaError } from './translate-kafka-error.ts';
import { withinMs } from './within-ms.ts';

export type TopicView = {
  readonly partitions: readonly PartitionView[];
  readonly settings: ReadonlyMap<string, string>;
  readonly maxMessageBytes: number;
};

export type PartitionView = {
  readonly id: number;
  /** The broker that takes writes; -1 when no replica may lead. */
  readonly leader: number;
  readonly replicas: number;
};

/** These are small questions with small answers. */
const ADMIN_TUNING = { requestTimeoutMs: 10_000, retries: 2 };
const CONNECT_MS_MAX = 5_000;

/** @throws EventLogError `unreachable`, `topic-missing`, `refused` */
export async function withAdmin<T>(
  connection: KafkaConnection,
  logger: Logger,
  doing: string,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  try {
    const { admin, client } = await connectToAny(connection, logger);
    try {
      return await use(admin);
    } finally {
      client.end();
    }
  } catch (error) {
    throw translateKafkaError(error, doing);
  }
}

async function connectToAny(
  connection: KafkaConnection,
  logger: Logger,
): Promise<{ admin: Admin; client: Client }> {
  let failure: unknown;
  for (let turn = 0; turn < connection.brokers.length; turn++) {
    const client = clientOf(turned(connection, turn), logger, ADMIN_TUNING);
    const admin = client.kafka.admin();
    try {
      await withinMs(admin.connect(), CONNECT_MS_MAX);
      return { admin, client };
    } catch (error) {
      client.end();
      failure = error;
    }
  }
  throw failure;
}

export async function viewTopic(admin: Admin, topic: string): Promise<TopicView> {
  const [partitions, described] = await Promise.all([
    viewPartitions(admin, topic),
    admin.describeConfigs({
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
      includeSynonyms: false,
    }),
  ]);
  const settings = new Map(
    described.resources.flatMap(({ configEntries }) =>
      configEntries.map(({ configName, configValue }) => [configName, configValue] as const),
    ),
  );
  return { partitions, settings, maxMessageBytes: Number(settings.get('max.message.bytes')) };
}

export async function viewPartitions(admin: Admin, topic: string): Promise<PartitionView[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch((error: unknown) => {
    // kafkajs trips over itself when the one broker that it asks goes away in the middle.
    if (!(error instanceof TypeError)) throw error;
    throw new EventLogError('unreachable', `topic ${topic}: no answer`, { retryable: true, cause: error });
  });
  return topics
    .flatMap((found) => found.partitions)
    .map(({ partitionId, leader, replicas }) => ({ id: partitionId, leader, replicas: replicas.length }))
    .sort((a, b) => a.id - b.id);
}
