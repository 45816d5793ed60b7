/**
 * Creates a topic as its contract says, or holds the one that is there against it. A service that learns here that its
 * topic is weaker is not ready: an acknowledgement would promise more than Kafka keeps.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { EventLogError } from './event-log-error.ts';
import type { KafkaConnection, Logger } from './kafka-connection.ts';
import { SILENT } from './kafka-logger.ts';
import { type TopicContract, topicSettings, weaknessesOf } from './topic-contract.ts';
import { type TopicView, viewPartitions, viewTopic, withAdmin } from './topic-view.ts';
import { kafkaFaultOf } from './translate-kafka-error.ts';

export type EnsuredTopic = {
  readonly partitions: number;
  readonly maxMessageBytes: number;
  /** Where the topic keeps less than its contract; only ever filled with `allowWeak`. */
  readonly weaknesses: readonly string[];
};

/** A new topic's leaders are elected within a second; a loaded controller takes a few. */
const LEADERS_MS_MAX = 15_000;
const LEADERS_POLL_MS = 50;

/**
 * @throws EventLogError `weak-topic` (not retryable) that names each weakness, unless `allowWeak`;
 * `unreachable` (retryable); `refused` (not retryable)
 */
export async function ensureTopic(
  connection: KafkaConnection,
  contract: TopicContract,
  { allowWeak, logger = SILENT }: { allowWeak: boolean; logger?: Logger },
): Promise<EnsuredTopic> {
  const view = await withAdmin(connection, logger, `topic ${contract.name}`, async (admin) => {
    if (!(await isThere(admin, contract.name))) await create(admin, contract, allowWeak);
    return whenLed(admin, contract.name);
  });
  const weaknesses = weaknessesOf(view, contract);
  if (weaknesses.length > 0 && !allowWeak) throw weakTopic(contract.name, weaknesses);
  return { partitions: view.partitions.length, maxMessageBytes: view.maxMessageBytes, weaknesses };
}

async function isThere(admin: Admin, name: string): Promise<boolean> {
  try {
    await viewPartitions(admin, name);
    return true;
  } catch (error) {
    if (kafkaFaultOf(error)?.type === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
    throw error;
  }
}

async function create(admin: Admin, contract: TopicContract, allowWeak: boolean): Promise<void> {
  const brokers = (await admin.describeCluster()).brokers.length;
  if (brokers < contract.replicationFactor && !allowWeak) {
    throw weakTopic(contract.name, [
      `replication factor ${contract.replicationFactor} needs as many brokers, there are ${brokers}`,
    ]);
  }
  const replicationFactor = Math.min(contract.replicationFactor, brokers);
  const minInsyncReplicas = Math.min(contract.minInsyncReplicas, replicationFactor);
  const settings = topicSettings({ ...contract, replicationFactor, minInsyncReplicas });
  // Another service may create it at the same moment: then this does nothing, and the check that follows judges it.
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      {
        topic: contract.name,
        numPartitions: contract.partitions,
        replicationFactor,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      },
    ],
  });
}

/** A topic that exists without a leader somewhere is a fault to live with later, but not the moment to start. */
async function whenLed(admin: Admin, name: string): Promise<TopicView> {
  const giveUpAt = performance.now() + LEADERS_MS_MAX;
  for (;;) {
    const view = await viewTopic(admin, name).catch((error: unknown) => {
      // A broker that has not heard of the new topic yet.
      if (kafkaFaultOf(error)?.type === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
      throw error;
    });
    const led = view?.partitions.filter(({ leader }) => leader >= 0).length ?? 0;
    if (view !== undefined && led === view.partitions.length) return view;
    if (performance.now() > giveUpAt) {
      if (view !== undefined && led > 0) return view;
      throw new EventLogError('unreachable', `topic ${name}: no partition has a leader`, { retryable: true });
    }
    await pause(LEADERS_POLL_MS);
  }
}

function weakTopic(name: string, weaknesses: readonly string[]): EventLogError {
  return new EventLogError('weak-topic', `topic ${name}: ${weaknesses.join('; ')}`, { retryable: false });
}
