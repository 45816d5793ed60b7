/**
 * The reading end of the log: one member of a consumer group.
 *
 * Every record of the log reaches `process` at least once, from the first one on, also in partitions that are added
 * later. What is committed is the head up to which everything is confirmed, and only for partitions that this member
 * has at that moment. Records that the log lost before they were read stop their partition; they are never skipped in
 * silence.
 */
import type { EventLogError } from '../event-log-error.ts';
import type { KafkaConnection, Logger } from '../kafka-connection.ts';
import type { DataLoss } from './data-loss.ts';
import { GroupReader } from './group-reader.ts';
import type { ReceivedBatch } from './received-batch.ts';

export type ReaderHealth = {
  readonly state: 'joined' | 'rebalancing' | 'stopped';
  /** The partitions that this reader has now. */
  readonly assignment: readonly number[];
  /** Partitions that stand still because of data loss that nobody has acknowledged. */
  readonly dataLoss: readonly DataLoss[];
  /** Partitions that stand still because their batch has been in work for long; the others are read on. */
  readonly waiting: readonly WaitingPartition[];
};

export type WaitingPartition = {
  readonly partition: number;
  /** When the batch was delivered, in the milliseconds of `performance.now()`. */
  readonly sinceMs: number;
};

export type PartitionLag = {
  readonly partition: number;
  /** Records in the log that are not committed yet. */
  readonly records: bigint;
};

/** Disposing it finishes or, after `handOverMs`, abandons what is in work, commits the head and leaves the group. */
export type LogReader = AsyncDisposable & {
  health(): ReaderHealth;
  /** Of the partitions that this reader has now. @throws EventLogError `unreachable` */
  lag(): Promise<PartitionLag[]>;
};

export type LogReaderOptions = {
  readonly topic: string;
  readonly groupId: string;
  readonly logger: Logger;
  /**
   * Takes a batch of one partition; resolving asks for the next one, which is fetched meanwhile. Batches of one partition
   * come one after the other, those of different partitions side by side. Throwing stops the reader and surfaces in `onFatal`.
   */
  readonly process: (batch: ReceivedBatch) => Promise<void>;
  /** Once, when the reader cannot go on. It has stopped itself; the service ends and is started again. */
  readonly onFatal: (error: EventLogError) => void;
  readonly onAssignment?: (partitions: readonly number[]) => void;
  readonly onDataLoss?: (loss: DataLoss) => void;
  /** Whether an operator has said to go on at the log's start after exactly this loss. Default: never. */
  readonly acknowledgeDataLoss?: (loss: DataLoss) => boolean;
  /** Batches processed at the same time, without those that are waited for (`holdUpMs`). Default 4. */
  readonly partitionsConcurrently?: number;
  readonly limits?: Partial<ReaderLimits>;
};

export type ReaderLimits = {
  /** Asked of a broker in one fetch, compressed; a larger record batch still comes, alone. */
  readonly fetchBytesMax: number;
  readonly partitionFetchBytesMax: number;
  /**
   * Read and not yet confirmed, uncompressed, in all partitions together. Each has the same part of it and is asked
   * for more when half of that is done; only what it does not fill with its last record batch can go beyond it.
   */
  readonly inHandBytesMax: number;
  /** One batch for `process`, uncompressed; a larger record still comes, alone. At most half a partition's part. */
  readonly batchBytesMax: number;
  /** How soon a head that moved outside the end of a batch is committed: how much is repeated after a SIGKILL. */
  readonly commitIntervalMs: number;
  /**
   * A batch in work for longer than this gives its place among those at work to another partition's: its own stands
   * still until it is done.
   */
  readonly holdUpMs: number;
  /** Of a rebalance or a stop: what is in work may be confirmed within this time, then `signal` aborts. */
  readonly handOverMs: number;
  /** A member that is silent for this long has lost its partitions. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** How soon partitions that were added are seen. */
  readonly metadataMaxAgeMs: number;
};

const MIB = 1024 * 1024;

const DEFAULT_LIMITS: ReaderLimits = {
  fetchBytesMax: 4 * MIB,
  partitionFetchBytesMax: MIB,
  // Of 12 partitions 4 MiB each, in two halves: some 650 events of 2.2 KB in work, and as many fetched meanwhile.
  inHandBytesMax: 48 * MIB,
  // One bulk or little more, because a rebalance waits for what is in work.
  batchBytesMax: 2 * MIB,
  commitIntervalMs: 500,
  // A large batch takes some 100 ms; much less than this would turn mere load into more batches in work.
  holdUpMs: 1_000,
  handOverMs: 10_000,
  // Partitions of a member that was killed stand still for this long; those of all others too, from the moment that
  // another one joins in its place (an eager rebalance waits for the dead). Brokers take no less than 6 s.
  sessionTimeoutMs: 8_000,
  // Also how soon a member learns of a rebalance that another one started: all partitions stand still until all have.
  heartbeatIntervalMs: 300,
  metadataMaxAgeMs: 30_000,
};

const PARTITIONS_CONCURRENTLY = 4;

/**
 * Resolves when Kafka has answered; joining the group goes on, see `health`.
 * @throws EventLogError `unreachable` or `topic-missing` (both retryable), `refused` (not)
 */
export async function startLogReader(
  connection: KafkaConnection,
  options: LogReaderOptions,
): Promise<LogReader> {
  const reader = new GroupReader(connection, {
    ...options,
    partitionsConcurrently: options.partitionsConcurrently ?? PARTITIONS_CONCURRENTLY,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  await reader.start();
  return reader;
}
