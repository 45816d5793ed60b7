/** Where a log begins and ends at this moment, by partition, and what a group has committed of it. */
import { EventLogError } from '../event-log-error.ts';
import type { KafkaConnection, Logger } from '../kafka-connection.ts';
import { SILENT } from '../kafka-logger.ts';
import { fetchBounds, fetchCommitted } from '../reader/data-loss.ts';
import { viewPartitions, viewTopic, withAdmin } from '../topic-view.ts';
import { ledOffsets } from './led-offsets.ts';

/** `end` is the offset that the next record gets; where a transaction is open, that of its first record. */
export type PartitionRange = { readonly partition: number; readonly start: bigint; readonly end: bigint };

type Options = { readonly logger?: Logger };

/** @throws EventLogError `unreachable`, also where a partition has no leader and so no end; `topic-missing`, `refused` */
export async function logBounds(
  connection: KafkaConnection,
  topic: string,
  { logger = SILENT }: Options = {},
): Promise<PartitionRange[]> {
  const partitions = await withAdmin(connection, logger, `topic ${topic}`, (admin) =>
    viewPartitions(admin, topic),
  );
  const [leaderless] = partitions.filter(({ leader }) => leader < 0);
  if (leaderless !== undefined) {
    const detail = `topic ${topic}: partition ${leaderless.id} has no leader`;
    throw new EventLogError('unreachable', detail, { retryable: true });
  }
  const bounds = await fetchBounds(connection, logger, topic);
  return [...bounds]
    .map(([partition, { start, end }]) => ({ partition, start, end }))
    .sort((a, b) => a.partition - b.partition);
}

/**
 * One past the last record of each partition, whether or not it can be read yet. Where `logBounds`, asked afterwards, ends
 * below it, a transaction is open.
 * @throws EventLogError as above
 */
export function writtenEnds(
  connection: KafkaConnection,
  topic: string,
  { logger = SILENT }: Options = {},
): Promise<Map<number, bigint>> {
  return ledOffsets(connection, logger, topic, 'latest');
}

/**
 * By partition, the first offset whose record the log took at or after `ms` (milliseconds since 1970); the log's end where
 * there is none.
 */
export function offsetsAt(
  connection: KafkaConnection,
  topic: string,
  ms: number,
  { logger = SILENT }: Options = {},
): Promise<Map<number, bigint>> {
  return withAdmin(connection, logger, `offsets of ${topic}`, async (admin) => {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, ms);
    return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
  });
}

/** What a group has committed: its next record, by partition. A partition without an offset is left out. */
export function committedOffsets(
  connection: KafkaConnection,
  topic: string,
  groupId: string,
  { logger = SILENT }: Options = {},
): Promise<Map<number, bigint>> {
  return fetchCommitted(connection, logger, topic, groupId);
}

/** How long a topic keeps a record, in milliseconds; undefined where that is for ever, or nobody tells this client. */
export async function retentionMs(
  connection: KafkaConnection,
  topic: string,
  { logger = SILENT }: Options = {},
): Promise<number | undefined> {
  try {
    const { settings } = await withAdmin(connection, logger, `settings of ${topic}`, (admin) =>
      viewTopic(admin, topic),
    );
    const ms = Number(settings.get('retention.ms') ?? -1);
    return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
  } catch (error) {
    if (error instanceof EventLogError && error.code === 'refused') return undefined;
    throw error;
  }
}
