/**
 * Reading a range of a log once, from offset to offset, without a group: nobody else's reading is disturbed, and nothing
 * is left behind. Every record of the range is given exactly once, in the order of its partition, or the reading fails;
 * offsets that hold no record (transactions) are passed over, and what the log has deleted meanwhile is said.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { EventLogError } from '../event-log-error.ts';
import type { KafkaConnection, Logger } from '../kafka-connection.ts';
import { SILENT } from '../kafka-logger.ts';
import type { ReceivedRecord } from '../log-record.ts';
import { fetchBounds } from '../reader/data-loss.ts';
import { receivedRecord } from '../reader/received-batch.ts';
import { isRefusal, kafkaFaultOf, translateKafkaError } from '../translate-kafka-error.ts';
import { UnpackBudget, unpackWithin } from '../unpack-budget.ts';
import type { PartitionRange } from './log-bounds.ts';
import { Batch, type Cluster, type FetchedPartition, openCluster } from './open-cluster.ts';

export type RangeBatch = {
  readonly partition: number;
  /** In the order of the log; may be none. */
  readonly records: readonly ReceivedRecord[];
  /** All before it is read. */
  readonly next: bigint;
  /** Present where the log no longer holds what was to be read before `next`: its retention was faster. */
  readonly deletedFrom?: bigint;
  /** A producer's transaction is open at `next`: what follows is not decided, and this partition's reading ends here. */
  readonly isUndecided?: true;
};

export type ReadLogOptions = {
  readonly topic: string;
  readonly ranges: readonly PartitionRange[];
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
};

const MIB = 1024 * 1024;

/** Asked of a broker in one fetch, compressed: events are five to ten times smaller then. One more waits meanwhile. */
const FETCH_BYTES_MAX = 4 * MIB;
const PARTITION_BYTES_MAX = MIB;
/** Where a fetch gave nothing that is a record: batches that compaction has emptied. */
const GROWN_BYTES_MAX = 64 * MIB;
const FETCH_WAIT_MS = 500;
/**
 * What one answer unpacks to, and one more waits meanwhile. What is packed says nothing of it: 4 MiB of zstd can be
 * gigabytes. What is over it is fetched again, so that it is more than what usual events unpack to.
 */
const UNPACKED_BYTES_MAX = 32 * MIB;

/**
 * Milliseconds for which a record of any partition is waited for before the log can't be read: a leader is elected in
 * seconds.
 */
const STALLED_MS_MAX = 30_000;
const TRY_AGAIN_MS = 250;

/** Kafka's isolation level: only what is committed. */
const READ_COMMITTED = 1;

/** @throws EventLogError `unreachable` when nothing comes for half a minute, `topic-missing`, `refused` */
export async function* readLog(
  connection: KafkaConnection,
  { topic, ranges, logger = SILENT, signal }: ReadLogOptions,
): AsyncGenerator<RangeBatch, void, void> {
  const left = ranges.filter(({ start, end }) => start < end);
  if (left.length === 0) return;
  try {
    const { cluster, client } = await openCluster(connection, topic, logger);
    try {
      const reading = new Reading({ connection, topic, logger }, cluster, left);
      let ahead = reading.more(signal);
      for (;;) {
        const batches = await ahead;
        const isDone = reading.isDone;
        // The next fetch is on its way while these are worked on. Whoever stops early leaves it to its end.
        if (!isDone) ahead = reading.more(signal);
        ahead.catch(() => {});
        yield* batches;
        if (isDone) return;
      }
    } finally {
      client.end();
    }
  } catch (error) {
    throw translateKafkaError(error, `topic ${topic}`);
  }
}

type Log = { readonly connection: KafkaConnection; readonly topic: string; readonly logger: Logger };
type Position = { next: bigint; readonly end: bigint; bytes: number };

/** One turn after the other; what is done between two of them takes as long as it likes. */
export class Reading {
  readonly #log: Log;
  readonly #cluster: Cluster;
  readonly #positions: Map<number, Position>;

  constructor(log: Log, cluster: Cluster, ranges: readonly PartitionRange[]) {
    this.#log = log;
    this.#cluster = cluster;
    this.#positions = new Map(
      ranges.map(({ partition, start, end }) => [
        partition,
        { next: start, end, bytes: PARTITION_BYTES_MAX },
      ]),
    );
  }

  get isDone(): boolean {
    return this.#positions.size === 0;
  }

  /** What the next fetches give; tries until one gives something. */
  async more(signal: AbortSignal | undefined): Promise<RangeBatch[]> {
    const sinceMs = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      const batches = await this.#fetchFromAll();
      if (batches.length > 0) return batches;
      if (performance.now() - sinceMs > STALLED_MS_MAX) throw this.#stalled();
      await pause(TRY_AGAIN_MS, undefined, { ...(signal && { signal }) });
    }
  }

  #stalled(): EventLogError {
    const partitions = [...this.#positions.keys()].sort((a, b) => a - b).join(', ');
    const detail = `topic ${this.#log.topic}: partitions ${partitions} give nothing within ${STALLED_MS_MAX} ms`;
    return new EventLogError('unreachable', detail, { retryable: true });
  }

  async #fetchFromAll(): Promise<RangeBatch[]> {
    const byLeader = Map.groupBy(this.#positions.keys(), (partition) => this.#leaderOf(partition));
    byLeader.delete(-1);
    if (byLeader.size === 0) await this.#refresh();
    const fetched = await Promise.all(
      [...byLeader].map(([leader, partitions]) => this.#fetchFrom(leader, partitions)),
    );
    return fetched.flat();
  }

  #leaderOf(partition: number): number {
    const found = this.#cluster
      .findTopicPartitionMetadata(this.#log.topic)
      .find(({ partitionId }) => partitionId === partition);
    return found?.leader ?? -1;
  }

  async #fetchFrom(leader: number, partitions: readonly number[]): Promise<RangeBatch[]> {
    try {
      const broker = await this.#cluster.findBroker({ nodeId: String(leader) });
      const asked = partitions.map((partition) => {
        const { next, bytes } = this.#positions.get(partition)!;
        return { partition, fetchOffset: String(next), maxBytes: bytes };
      });
      const { responses } = await unpackWithin(new UnpackBudget(UNPACKED_BYTES_MAX), () =>
        broker.fetch({
          maxWaitTime: FETCH_WAIT_MS,
          minBytes: 1,
          maxBytes: Math.max(FETCH_BYTES_MAX, ...asked.map(({ maxBytes }) => maxBytes)),
          isolationLevel: READ_COMMITTED,
          topics: [{ topic: this.#log.topic, partitions: asked }],
        }),
      );
      const answers = responses.flatMap((response) => response.partitions);
      const batches = answers.flatMap((answer) => this.#take(answer));
      // Where another partition took the room it is not what was asked for that was too little.
      if (batches.length === 0) for (const answer of answers) this.#grow(answer);
      return batches;
    } catch (error) {
      const fault = kafkaFaultOf(error);
      // A foreign error is a programmer's, or the broker went away in the middle, which kafkajs trips over.
      if (fault === undefined && !(error instanceof TypeError)) throw error;
      if (fault !== undefined && isRefusal(fault)) throw error;
      if (fault?.type === 'OFFSET_OUT_OF_RANGE') return this.#skipDeleted();
      await this.#refresh();
      return [];
    }
  }

  async #refresh(): Promise<void> {
    try {
      await this.#cluster.refreshMetadata();
    } catch (error) {
      const fault = kafkaFaultOf(error);
      if (fault === undefined || isRefusal(fault)) throw error;
    }
  }

  #take(answer: FetchedPartition): RangeBatch[] {
    const { partition } = answer;
    const position = this.#positions.get(partition);
    if (position === undefined) return [];
    const { next, end } = position;
    const batch = new Batch(this.#log.topic, String(next), answer);
    const last = batch.messagesWithinOffset.at(-1);
    if (last === undefined) {
      const stable = BigInt(answer.lastStableOffset ?? answer.highWatermark);
      if (next < stable || stable >= BigInt(answer.highWatermark)) return [];
      this.#positions.delete(partition);
      return [{ partition, records: [], next, isUndecided: true }];
    }
    const records = batch.messages
      .filter(({ offset }) => BigInt(offset) < end)
      .map((message) => receivedRecord(this.#log.topic, partition, message));
    return [this.#advance(partition, position, BigInt(last.offset) + 1n, records)];
  }

  /** Asks for more where there is something and nothing came of it. */
  #grow(answer: FetchedPartition): void {
    const position = this.#positions.get(answer.partition);
    if (position === undefined) return;
    const stable = BigInt(answer.lastStableOffset ?? answer.highWatermark);
    if (position.next < stable) position.bytes = Math.min(position.bytes * 2, GROWN_BYTES_MAX);
  }

  /** A partition that gave something is asked for last: what is first has the room. */
  #advance(
    partition: number,
    position: Position,
    reached: bigint,
    records: readonly ReceivedRecord[],
  ): RangeBatch {
    position.next = reached < position.end ? reached : position.end;
    position.bytes = PARTITION_BYTES_MAX;
    this.#positions.delete(partition);
    if (position.next < position.end) this.#positions.set(partition, position);
    return { partition, records, next: position.next };
  }

  /** Partitions whose log begins above what was to be read next go on there. */
  async #skipDeleted(): Promise<RangeBatch[]> {
    const { connection, logger, topic } = this.#log;
    const bounds = await fetchBounds(connection, logger, topic);
    return [...this.#positions].flatMap(([partition, position]) => {
      const { start, end } = bounds.get(partition) ?? { start: 0n, end: 0n };
      if (position.next > end) {
        const detail = `topic ${topic}: partition ${partition} was cut, or is another`;
        throw new EventLogError('unreachable', detail, { retryable: true });
      }
      if (position.next >= start) return [];
      const deletedFrom = position.next;
      return [{ ...this.#advance(partition, position, start, []), deletedFrom }];
    });
  }
}
