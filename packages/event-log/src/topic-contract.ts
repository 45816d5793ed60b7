/**
 * The topics as data: what each must keep for "acknowledged" to mean "never lost". `ensureTopic` creates them so,
 * or says what is weaker. acks=all with one replica is one copy; only these settings make it two.
 */
import type { TopicView } from './topic-view.ts';

export type TopicContract = {
  readonly name: string;
  /** How many indexers can share the work. Kafka can add partitions later, never remove any. */
  readonly partitions: number;
  readonly replicationFactor: number;
  /** acks=all waits for this many copies, and Kafka refuses the write when there are fewer. */
  readonly minInsyncReplicas: number;
  /** -1 keeps records for ever. */
  readonly retentionMs: number;
  /** Kafka's limit on one record batch, and so on one request. */
  readonly maxMessageBytes: number;
};

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

export const EVENTS_TOPIC = {
  name: 'auditbox.events',
  partitions: 12,
  replicationFactor: 3,
  minInsyncReplicas: 2,
  retentionMs: 30 * DAY_MS,
  // 1,000 events of 2 KB, Aidbox's default batch, eight times over.
  maxMessageBytes: 16 * MIB,
} as const satisfies TopicContract;

export const QUARANTINE_TOPIC = {
  ...EVENTS_TOPIC,
  name: 'auditbox.quarantine',
  // What could not be indexed is kept until a person has looked at it.
  retentionMs: -1,
  // A record that fills the events topic's limit still fits with the headers that say why it is here.
  maxMessageBytes: 17 * MIB,
} as const satisfies TopicContract;

/** What holds for every topic of Auditbox, whatever its numbers. */
const FIXED_SETTINGS = {
  'cleanup.policy': 'delete',
  'unclean.leader.election.enable': 'false',
  // Only age deletes: a limit in bytes would delete what nobody has read yet in a busy hour.
  'retention.bytes': '-1',
  // Age counts by the broker's clock. By the writer's, a gateway whose clock is a month behind has its records deleted
  // at once, and since Kafka 4 one that is an hour ahead has them refused (KIP-937).
  'message.timestamp.type': 'LogAppendTime',
};

/** The codecs that our reader reads; the broker would otherwise recompress into one that it does not. */
const READABLE_COMPRESSION = ['zstd', 'gzip', 'uncompressed'];

export function topicSettings(contract: TopicContract): Record<string, string> {
  return {
    ...FIXED_SETTINGS,
    // What the writer sends passes as it is; a foreign batch in a codec that nobody here reads is recompressed.
    'compression.type': 'zstd',
    'min.insync.replicas': String(contract.minInsyncReplicas),
    'retention.ms': String(contract.retentionMs),
    'max.message.bytes': String(contract.maxMessageBytes),
  };
}

/** Each way in which the topic keeps less than its contract. More replicas, partitions or bytes are no weakness. */
export function weaknessesOf(view: TopicView, contract: TopicContract): string[] {
  const weaknesses: string[] = [];
  const atLeast = (name: string, found: number, wanted: number) => {
    if (!(found >= wanted)) weaknesses.push(`${name} is ${found}, not ${wanted}`);
  };
  const setting = (name: string) => view.settings.get(name) ?? 'unknown';

  atLeast('partitions', view.partitions.length, contract.partitions);
  atLeast(
    'replication factor',
    Math.min(...view.partitions.map(({ replicas }) => replicas)),
    contract.replicationFactor,
  );
  atLeast('min.insync.replicas', Number(setting('min.insync.replicas')), contract.minInsyncReplicas);
  atLeast('max.message.bytes', Number(setting('max.message.bytes')), contract.maxMessageBytes);
  atLeast('retention.ms', forEver(Number(setting('retention.ms'))), forEver(contract.retentionMs));
  for (const [name, wanted] of Object.entries(FIXED_SETTINGS)) {
    if (setting(name) !== wanted) weaknesses.push(`${name} is ${setting(name)}, not ${wanted}`);
  }
  if (!READABLE_COMPRESSION.includes(setting('compression.type'))) {
    weaknesses.push(`compression.type is ${setting('compression.type')}, which is not read here`);
  }
  return weaknesses;
}

function forEver(retentionMs: number): number {
  return retentionMs === -1 ? Number.POSITIVE_INFINITY : retentionMs;
}
