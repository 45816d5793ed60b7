/**
 * Where a group stands in a topic, and where a new one is to begin: as an operator would ask and say it, while none of its
 * members runs. What is committed is never moved.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { EventLogError } from './event-log-error.ts';
import { clientOf, type KafkaConnection, type Logger, turned } from './kafka-connection.ts';
import { SILENT } from './kafka-logger.ts';
import { fetchBounds, fetchCommitted } from './reader/data-loss.ts';
import { translateKafkaError } from './translate-kafka-error.ts';
import { withinMs } from './within-ms.ts';

export type GroupInTopic = { readonly topic: string; readonly groupId: string };

/** An offset by the number of its partition. */
export type Offsets = ReadonlyMap<number, bigint>;

/** The joining of one member: as long as the group waits for more of them, and a slow broker. */
const JOIN_MS_MAX = 20_000;
const REQUEST_TIMEOUT_MS = 15_000;
const RETRIES = 3;
const LEAVE_MS_MAX = 3_000;
/** Of a member that does not come back the group is rid after this. */
const SESSION_TIMEOUT_MS = 15_000;

/** Another one may be saying the same at this moment, and the group takes one after the other. */
const TRIES_MAX = 5;
const TRY_AGAIN_MS = 500;

/**
 * The next record that the group reads of each partition: what it has committed, or the log's start where it has not.
 * @throws EventLogError `unreachable`, `topic-missing`, `refused`
 */
export async function groupPositions(
  connection: KafkaConnection,
  { topic, groupId }: GroupInTopic,
  logger: Logger = SILENT,
): Promise<Offsets> {
  const [bounds, committed] = await Promise.all([
    fetchBounds(connection, logger, topic),
    fetchCommitted(connection, logger, topic, groupId),
  ]);
  return new Map([...bounds].map(([partition, { start }]) => [partition, committed.get(partition) ?? start]));
}

/** One past the last record of each partition. @throws as above */
export async function logEnds(
  connection: KafkaConnection,
  topic: string,
  logger: Logger = SILENT,
): Promise<Offsets> {
  const bounds = await fetchBounds(connection, logger, topic);
  return new Map([...bounds].map(([partition, { end }]) => [partition, end]));
}

/**
 * Lets a group begin at `offsets`, in those partitions in which it has committed nothing yet. To be called before its
 * members start: whoever calls it at the same time says the same.
 * @throws EventLogError as above
 */
export async function beginGroupAt(
  connection: KafkaConnection,
  { topic, groupId, offsets }: GroupInTopic & { readonly offsets: Offsets },
  logger: Logger = SILENT,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const committed = await fetchCommitted(connection, logger, topic, groupId);
      if (missingOf(offsets, committed).length === 0) return;
      await commitAsMember(turned(connection, attempt - 1), { topic, groupId, offsets });
    } catch (error) {
      const translated = translateKafkaError(error, `beginning of ${groupId}`);
      const isPassing = translated instanceof EventLogError && translated.retryable;
      if (!isPassing || attempt === TRIES_MAX) throw translated;
      await pause(TRY_AGAIN_MS);
    }
  }
}

/**
 * Joins the group, commits what is missing then, and leaves it. All partitions in one request, in the generation of the
 * join: of two who do so at the same time the one that is no member any more commits nothing.
 */
async function commitAsMember(
  connection: KafkaConnection,
  { topic, groupId, offsets }: GroupInTopic & { readonly offsets: Offsets },
): Promise<void> {
  const client = clientOf(connection, SILENT, { requestTimeoutMs: REQUEST_TIMEOUT_MS, retries: RETRIES });
  const consumer = client.kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: SESSION_TIMEOUT_MS,
    retry: { retries: RETRIES, restartOnFailure: async () => false },
  });
  try {
    const commit = async (): Promise<void> => {
      const { promise: joined, resolve, reject } = Promise.withResolvers<void>();
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      // It reads nothing that counts: nothing is resolved, and nothing is committed but what is said here.
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} });
      await joined;
      // The joining takes as long as the other members let it wait, and those commit meanwhile.
      const missing = missingOf(offsets, await fetchCommitted(connection, SILENT, topic, groupId));
      if (missing.length === 0) return;
      await consumer.commitOffsets(
        missing.map(([partition, offset]) => ({ topic, partition, offset: `${offset}` })),
      );
    };
    await withinMs(commit(), JOIN_MS_MAX);
  } finally {
    await withinMs(consumer.disconnect(), LEAVE_MS_MAX).catch(() => {});
    client.end();
  }
}

function missingOf(offsets: Offsets, committed: Offsets): (readonly [partition: number, offset: bigint])[] {
  return [...offsets].filter(([partition]) => !committed.has(partition));
}
