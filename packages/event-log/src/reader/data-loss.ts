/** A committed offset that the log does not hold: records were deleted before they were read, or the log is another. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaConnection, Logger } from '../kafka-connection.ts';
import { ledOffsets } from '../range/led-offsets.ts';
import { withAdmin } from '../topic-view.ts';
import { kafkaFaultOf } from '../translate-kafka-error.ts';

export type DataLoss = {
  readonly topic: string;
  readonly partition: number;
  /** The next record that was to be read. Below the log's start: deleted unread. Otherwise the log was cut or made anew. */
  readonly offset: bigint;
  readonly logStartOffset: bigint;
  readonly logEndOffset: bigint;
};

export type LogBounds = { readonly start: bigint; readonly end: bigint };

const ASK_AGAIN_MS = 250;

/** A group's coordinator moves, or has just started; kafkajs asks no second time. */
const COORDINATOR_MOVES: readonly (string | undefined)[] = [
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
];
const COORDINATOR_ASKS_MAX = 8;

export function fetchBounds(
  connection: KafkaConnection,
  logger: Logger,
  topic: string,
): Promise<Map<number, LogBounds>> {
  return withAdmin(connection, logger, `bounds of ${topic}`, async (admin) => {
    const bounds = await admin.fetchTopicOffsets(topic);
    return new Map(
      bounds.map(({ partition, low, high }) => [partition, { start: BigInt(low), end: BigInt(high) }]),
    );
  });
}

/** Of one partition, whatever becomes of the others; asks until Kafka answers. undefined once the signal has aborted. */
export async function awaitBounds(
  connection: KafkaConnection,
  logger: Logger,
  { topic, partition }: { topic: string; partition: number },
  signal: AbortSignal,
): Promise<LogBounds | undefined> {
  while (!signal.aborted) {
    const asked = await Promise.all([
      ledOffsets(connection, logger, topic, 'earliest'),
      ledOffsets(connection, logger, topic, 'latest'),
    ]).catch(() => []);
    const [start, end] = asked.map((offsets) => offsets.get(partition));
    if (!signal.aborted && start !== undefined && end !== undefined) return { start, end };
    await pause(ASK_AGAIN_MS, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

/** What a group has committed; a partition without an offset is left out. */
export function fetchCommitted(
  connection: KafkaConnection,
  logger: Logger,
  topic: string,
  groupId: string,
): Promise<Map<number, bigint>> {
  return withAdmin(connection, logger, `offsets of ${groupId}`, async (admin) => {
    const [found] = await askCoordinator(() => admin.fetchOffsets({ groupId, topics: [topic] }));
    const committed = (found?.partitions ?? []).map(
      ({ partition, offset }) => [partition, BigInt(offset)] as const,
    );
    return new Map(committed.filter(([, offset]) => offset >= 0n));
  });
}

export async function askCoordinator<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let asks = 1; ; asks++) {
    try {
      return await ask();
    } catch (error) {
      const isMoving = COORDINATOR_MOVES.includes(kafkaFaultOf(error)?.type);
      if (!isMoving || asks === COORDINATOR_ASKS_MAX) throw error;
      await pause(ASK_AGAIN_MS);
    }
  }
}
