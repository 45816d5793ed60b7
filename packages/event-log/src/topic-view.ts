/** What Kafka says about a topic at this moment: its partitions with their leaders, and its settings. */
import type { Admin } from 'kafkajs';
import { type KafkaConnection, kafkaOf, type Logger, turned } from './kafka-connection.ts';
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
  let admin: Admin | undefined;
  try {
    admin = await connectToAny(connection, logger);
    return await use(admin);
  } catch (error) {
    throw translateKafkaError(error, doing);
  } finally {
    admin?.disconnect().catch(() => {});
  }
}

async function connectToAny(connection: KafkaConnection, logger: Logger): Promise<Admin> {
  let failure: unknown;
  for (let turn = 0; turn < connection.brokers.length; turn++) {
    const admin = kafkaOf(turned(connection, turn), logger, ADMIN_TUNING).admin();
    try {
      await withinMs(admin.connect(), CONNECT_MS_MAX);
      return admin;
    } catch (error) {
      admin.disconnect().catch(() => {});
      failure = error;
    }
  }
  throw failure;
}

export async function viewTopic(admin: Admin, topic: string): Promise<TopicView> {
  const [metadata, described] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [topic] }),
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
  const partitions = metadata.topics
    .flatMap((found) => found.partitions)
    .map(({ partitionId, leader, replicas }) => ({ id: partitionId, leader, replicas: replicas.length }))
    .sort((a, b) => a.id - b.id);
  return { partitions, settings, maxMessageBytes: Number(settings.get('max.message.bytes')) };
}
