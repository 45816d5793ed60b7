/**
 * kafkajs's cluster without a group. kafkajs reads only as a member of a group, and every group it makes stays in the
 * brokers' memory; but it hands its cluster to an assigner as soon as a consumer is made (see `reader/assigner.ts`), and
 * that one fetches by partition and offset. Nothing is joined, nothing committed, and no right but to read is needed.
 */
import { createRequire } from 'node:module';
import type { KafkaMessage } from 'kafkajs';
import '../codecs.ts';
import { type Client, clientOf, type KafkaConnection, type Logger, turned } from '../kafka-connection.ts';
import { PartitionAssigners } from '../kafkajs.ts';
import { withinMs } from '../within-ms.ts';

export type FetchedPartition = {
  readonly partition: number;
  readonly highWatermark: string;
  readonly lastStableOffset?: string;
  readonly messages: readonly unknown[];
};

type FetchRequest = {
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }[];
};

type Broker = {
  listOffsets(request: {
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly timestamp: string }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
  fetch(request: FetchRequest): Promise<{
    readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
  }>;
};

export type Cluster = {
  connect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(
    topic: string,
  ): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(node: { readonly nodeId: string }): Promise<Broker>;
};

/** What kafkajs makes of an answer: no records of transactions that were aborted, no control records. */
export type Batch = {
  readonly messages: readonly KafkaMessage[];
  readonly messagesWithinOffset: readonly { readonly offset: string }[];
};
export const Batch = createRequire(import.meta.url)('kafkajs/src/consumer/batch.js') as new (
  topic: string,
  fetchedOffset: string,
  answer: FetchedPartition,
) => Batch;

/** For one answer; what is not there within these milliseconds counts as an unanswered fetch. */
const TUNING = { requestTimeoutMs: 15_000, retries: 2 };
const CONNECT_MS_MAX = 5_000;

/** Connected to a broker that answers, and knowing the topic. */
export async function openCluster(
  connection: KafkaConnection,
  topic: string,
  logger: Logger,
): Promise<{ readonly cluster: Cluster; readonly client: Client }> {
  let failure: unknown;
  for (let turn = 0; turn < connection.brokers.length; turn++) {
    const client = clientOf(turned(connection, turn), logger, TUNING);
    try {
      const cluster = clusterOf(client);
      await withinMs(cluster.connect(), CONNECT_MS_MAX);
      await withinMs(cluster.addTargetTopic(topic), CONNECT_MS_MAX);
      return { cluster, client };
    } catch (error) {
      client.end();
      failure = error;
    }
  }
  throw failure;
}

function clusterOf({ kafka }: Client): Cluster {
  let found: unknown;
  kafka.consumer({
    groupId: 'none',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (config) => {
        found = config.cluster;
        return PartitionAssigners.roundRobin(config);
      },
    ],
  });
  return found as Cluster;
}
