/**
 * Where the partitions of a topic begin or end, of those that have a leader: kafkajs's own question fails for all of them
 * while one has none.
 */
import type { KafkaConnection, Logger } from '../kafka-connection.ts';
import { translateKafkaError } from '../translate-kafka-error.ts';
import { openCluster } from './open-cluster.ts';

/** Kafka's isolation level: also what is not committed yet. */
const READ_UNCOMMITTED = 0;

/** Kafka's names for a log's beginning and end. */
const TIMESTAMPS = { earliest: '-2', latest: '-1' } as const;

/** @throws EventLogError `unreachable`, `topic-missing`, `refused` */
export async function ledOffsets(
  connection: KafkaConnection,
  logger: Logger,
  topic: string,
  which: keyof typeof TIMESTAMPS,
): Promise<Map<number, bigint>> {
  const timestamp = TIMESTAMPS[which];
  try {
    const { cluster, client } = await openCluster(connection, topic, logger);
    try {
      const led = cluster.findTopicPartitionMetadata(topic).filter(({ leader }) => leader >= 0);
      const byLeader = Map.groupBy(led, ({ leader }) => leader);
      const answers = await Promise.all(
        [...byLeader].map(async ([leader, those]) => {
          const broker = await cluster.findBroker({ nodeId: String(leader) });
          const partitions = those.map(({ partitionId: partition }) => ({ partition, timestamp }));
          return broker.listOffsets({ isolationLevel: READ_UNCOMMITTED, topics: [{ topic, partitions }] });
        }),
      );
      const found = answers.flatMap(({ responses }) => responses.flatMap(({ partitions }) => partitions));
      return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
    } finally {
      client.end();
    }
  } catch (error) {
    throw translateKafkaError(error, `offsets of ${topic}`);
  }
}
