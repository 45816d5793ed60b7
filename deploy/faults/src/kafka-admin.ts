/**
 * What an operator does to Kafka: topics made, grown, cut and deleted, and records written past the gateway. By kafkajs,
 * which is an operator's tool here, not the product's client.
 */
// biome-ignore lint/style/noRestrictedImports: not the product's client, an operator's tool
import kafkajs, { type Admin, type Message } from 'kafkajs';
import { waitUntil } from './wait-until.ts';

const OFFSETS_MS_MAX = 30_000;

export type KafkaAdmin = {
  /** With `partitions` of one replica each, on the brokers that are named. */
  readonly createTopic: (topic: string, leaders: readonly number[], maxMessageBytes: number) => Promise<void>;
  readonly growTopic: (topic: string, partitions: number) => Promise<void>;
  /** Records below `offset` are gone. */
  readonly deleteRecords: (topic: string, partition: number, offset: bigint) => Promise<void>;
  readonly deleteTopics: (topics: readonly string[]) => Promise<void>;
  /** By partition; a partition without an offset is left out. */
  readonly committed: (groupId: string, topic: string) => Promise<ReadonlyMap<number, bigint>>;
  /** By partition: where the log begins and ends. */
  readonly bounds: (
    topic: string,
  ) => Promise<ReadonlyMap<number, { readonly start: bigint; readonly end: bigint }>>;
  /** Groups whose names begin so. */
  readonly groups: (prefix: string) => Promise<readonly string[]>;
  /** By partition; -1 where nobody leads. */
  readonly leaders: (topic: string) => Promise<ReadonlyMap<number, number>>;
  readonly write: (topic: string, partition: number, message: Message) => Promise<void>;
  readonly makeOffsetsTopic: () => Promise<void>;
};

export function kafkaAdmin(brokers: string): KafkaAdmin {
  const kafka = new kafkajs.Kafka({
    brokers: brokers.split(','),
    clientId: 'faults',
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const withAdmin = async <Result>(use: (admin: Admin) => Promise<Result>): Promise<Result> => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  };
  return {
    createTopic: (topic, leaders, maxMessageBytes) =>
      withAdmin(async (admin) => {
        const replicaAssignment = leaders.map((leader, partition) => ({ partition, replicas: [leader] }));
        const configEntries = [
          { name: 'message.timestamp.type', value: 'LogAppendTime' },
          { name: 'max.message.bytes', value: String(maxMessageBytes) },
        ];
        // kafkajs's own waiting gives up at the first broker that has not heard of the topic.
        await admin.createTopics({
          waitForLeaders: false,
          topics: [{ topic, replicaAssignment, configEntries }],
        });
      }),
    growTopic: (topic, count) =>
      withAdmin(async (admin) => {
        await admin.createPartitions({ topicPartitions: [{ topic, count }] });
      }),
    deleteRecords: (topic, partition, offset) =>
      withAdmin(async (admin) => {
        // kafkajs deletes only in topics that it has looked at before.
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
      }),
    deleteTopics: (topics) => withAdmin((admin) => admin.deleteTopics({ topics: [...topics] })),
    committed: (groupId, topic) =>
      withAdmin(async (admin) => {
        const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
        const offsets = (found?.partitions ?? []).map(
          ({ partition, offset }) => [partition, BigInt(offset)] as const,
        );
        return new Map(offsets.filter(([, offset]) => offset >= 0n));
      }),
    bounds: (topic) =>
      withAdmin(async (admin) => {
        const offsets = await admin.fetchTopicOffsets(topic);
        return new Map(
          offsets.map(({ partition, low, high }) => [partition, { start: BigInt(low), end: BigInt(high) }]),
        );
      }),
    groups: (prefix) =>
      withAdmin(async (admin) => {
        const { groups } = await admin.listGroups();
        return groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix));
      }),
    leaders: (topic) =>
      withAdmin(async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return new Map(
          topics.flatMap(({ partitions }) => partitions.map((found) => [found.partitionId, found.leader])),
        );
      }),
    write: async (topic, partition, message) => {
      const producer = kafka.producer({ allowAutoTopicCreation: false });
      await producer.connect();
      try {
        await producer.send({ topic, messages: [{ ...message, partition }] });
      } finally {
        await producer.disconnect();
      }
    },
    makeOffsetsTopic: async () => {
      // To be asked for a group's offsets makes it; until it is led, nobody has an answer.
      const offsets = () => withAdmin((admin) => admin.fetchOffsets({ groupId: 'faults' }));
      await waitUntil('offsets can be kept', async () => (await offsets()) !== undefined, OFFSETS_MS_MAX);
    },
  };
}
