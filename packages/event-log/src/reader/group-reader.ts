/**
 * The life of a group member: join, read, hand over, leave, and start again when kafkajs has crashed.
 *
 * kafkajs joins again from several places, also while batches are in work, and commits with whatever generation it
 * has then (its issue 1046). So every assignment has its own runs here; they end when a join begins, and a commit
 * names only partitions of the runs that are alive, in the same turn in which that was looked up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import '../codecs.ts';
import { EventLogError } from '../event-log-error.ts';
import { type KafkaConnection, kafkaOf, turned } from '../kafka-connection.ts';
import { kafkaFaultOf, translateKafkaError } from '../translate-kafka-error.ts';
import { withinMs } from '../within-ms.ts';
import { assignerThatTells } from './assigner.ts';
import { type DataLoss, fetchBounds, fetchCommitted } from './data-loss.ts';
import type { LogReader, LogReaderOptions, PartitionLag, ReaderHealth, ReaderLimits } from './log-reader.ts';
import { PartitionRun } from './partition-run.ts';
import { receivedRecord } from './received-batch.ts';

/** For one answer; a fetch that finds nothing is answered after FETCH_WAIT_MS. */
const REQUEST_TIMEOUT_MS = 15_000;
const FETCH_WAIT_MS = 250;

const CONNECT_MS_MAX = 5_000;

/**
 * kafkajs's tries of one operation before it crashes and we start it again: 24 s with its pauses. A crashed member
 * comes back as a new one, and the group waits for the old one until its session ends; so within a session it tries on.
 */
const RETRIES = 15;
const RESTART_MS_FIRST = 250;
const RESTART_MS_MAX = 4_000;

/** The group waits this long for a member to come back, on top of its hand-over. */
const REJOIN_SLACK_MS = 20_000;

/** Of a stop, beyond the hand-over: the last fetch, the leave request, the sockets. */
const LEAVE_MS_MAX = 3_000;

/** In these answers the coordinator says that the partitions are already someone else's. */
const ALREADY_LOST = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];
const REBALANCING = [...ALREADY_LOST, 'REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP'];

type Options = LogReaderOptions & { readonly partitionsConcurrently: number; readonly limits: ReaderLimits };

/** What the patch to kafkajs emits instead of resetting an offset. */
type OutOfRangeEvent = { readonly payload: { readonly partition: number; readonly offset: string } };

export class GroupReader implements LogReader {
  readonly #connection: KafkaConnection;
  readonly #options: Options;
  #consumer: Consumer | undefined;
  #turn = 0;
  #state: ReaderHealth['state'] = 'rebalancing';
  #isStopping = false;
  readonly #ended = new AbortController();

  /** Of the current assignment; empty from the moment a join begins. */
  #runs = new Map<number, PartitionRun>();
  /** The last batch of each partition that is with `process`, also of runs that have ended. */
  readonly #inWork = new Map<number, Promise<void>>();
  #dataLoss = new Map<number, DataLoss>();

  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  #committing: Promise<void> = Promise.resolve();
  #commitTimer: NodeJS.Timeout | undefined;
  /** The hand-over of the current assignment, once a rebalance has been heard of. */
  #handOver: { readonly because: unknown; readonly done: Promise<void> } | undefined;
  /** Those who wait for all runs to be idle. */
  readonly #onIdle = new Set<() => void>();

  constructor(connection: KafkaConnection, options: Options) {
    this.#connection = connection;
    this.#options = options;
  }

  async start(): Promise<void> {
    try {
      await this.#startConsumer();
    } catch (error) {
      throw translateKafkaError(error, `reader ${this.#options.groupId}`);
    }
  }

  health(): ReaderHealth {
    return {
      state: this.#state,
      assignment: [...this.#runs.keys()].sort((a, b) => a - b),
      dataLoss: [...this.#dataLoss.values()],
    };
  }

  async lag(): Promise<PartitionLag[]> {
    const { topic, groupId, logger } = this.#options;
    const [bounds, committed] = await Promise.all([
      fetchBounds(this.#connection, logger, topic),
      fetchCommitted(this.#connection, logger, topic, groupId),
    ]);
    return this.health().assignment.map((partition) => {
      const { start, end } = bounds.get(partition) ?? { start: 0n, end: 0n };
      return { partition, records: end - (committed.get(partition) ?? start) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isStopping) this.#stopped = this.#stop(this.#options.limits.handOverMs);
    await this.#stopped;
  }

  #stopped: Promise<void> = Promise.resolve();

  async #stop(handOverMs: number): Promise<void> {
    this.#isStopping = true;
    const consumer = this.#consumer;
    if (this.#state === 'joined') consumer?.pause([{ topic: this.#options.topic }]);
    await this.#letFinish(handOverMs);
    this.#ended.abort();
    clearTimeout(this.#commitTimer);
    if (consumer !== undefined) {
      await withinMs(consumer.disconnect(), LEAVE_MS_MAX).catch((error: unknown) => {
        this.#options.logger.debug({ fault: kafkaFaultOf(error) }, 'the reader left without a word');
      });
    }
    this.#endRuns();
    this.#state = 'stopped';
  }

  async #startConsumer(): Promise<void> {
    const { topic, groupId, logger, limits, partitionsConcurrently } = this.#options;
    const kafka = kafkaOf(turned(this.#connection, this.#turn++), logger, {
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      retries: RETRIES,
    });
    const consumer = kafka.consumer({
      groupId,
      allowAutoTopicCreation: false,
      partitionAssigners: [assignerThatTells(() => this.#joinBegins(consumer))],
      sessionTimeout: limits.sessionTimeoutMs,
      heartbeatInterval: limits.heartbeatIntervalMs,
      rebalanceTimeout: limits.handOverMs + REJOIN_SLACK_MS,
      metadataMaxAge: limits.metadataMaxAgeMs,
      maxBytes: limits.fetchBytesMax,
      maxBytesPerPartition: limits.partitionFetchBytesMax,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      retry: { retries: RETRIES, restartOnFailure: async () => false },
    });
    consumer.on(consumer.events.GROUP_JOIN, (event) => this.#joined(consumer, event));
    consumer.on(consumer.events.CRASH, (event) => this.#crashed(consumer, event));
    consumer.on(
      'consumer.offset_out_of_range' as never,
      ((event: OutOfRangeEvent) => {
        void this.#outOfRange(consumer, event.payload.partition, BigInt(event.payload.offset));
      }) as never,
    );
    try {
      await withinMs(consumer.connect(), CONNECT_MS_MAX);
      await withinMs(consumer.subscribe({ topics: [topic], fromBeginning: true }), CONNECT_MS_MAX);
    } catch (error) {
      consumer.disconnect().catch(() => {});
      throw error;
    }
    this.#consumer = consumer;
    void consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: partitionsConcurrently,
        eachBatch: (payload) => this.#eachBatch(payload),
      })
      .catch((error: unknown) => this.#fail(error));
  }

  #joinBegins(consumer: Consumer): void {
    if (consumer !== this.#consumer || this.#isStopping) return;
    this.#state = 'rebalancing';
    this.#endRuns();
  }

  #joined(consumer: Consumer, { payload }: ConsumerGroupJoinEvent): void {
    if (consumer !== this.#consumer || this.#isStopping) return;
    const { topic, logger, onAssignment } = this.#options;
    const partitions = [...(payload.memberAssignment[topic] ?? [])].sort((a, b) => a - b);
    this.#endRuns();
    this.#runs = new Map(partitions.map((id) => [id, new PartitionRun(id, () => this.#changed())]));
    // A partition that stood still is judged anew: its offset may have been acknowledged elsewhere.
    this.#dataLoss.clear();
    consumer.resume([{ topic }]);
    this.#state = 'joined';
    logger.info({ topic, partitions }, 'joined the group');
    onAssignment?.(partitions);
  }

  #endRuns(): void {
    for (const run of this.#runs.values()) run.end();
    this.#runs = new Map();
    this.#commit = undefined;
    this.#handOver = undefined;
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const run = this.#runs.get(payload.batch.partition);
    if (run === undefined || this.#isStopping) return;
    if (this.#handOver === undefined) {
      this.#commit = payload.commitOffsetsIfNecessary;
      const heartbeat = setInterval(
        () => void this.#heartbeat(payload),
        this.#options.limits.heartbeatIntervalMs,
      );
      try {
        await this.#processBatch(run, payload);
      } finally {
        clearInterval(heartbeat);
      }
    }
    // kafkajs joins again when it hears of the rebalance, and until then nobody else has the partitions.
    if (this.#handOver !== undefined) {
      const { because, done } = this.#handOver;
      await done;
      throw because;
    }
  }

  async #processBatch(run: PartitionRun, payload: EachBatchPayload): Promise<void> {
    const { partition, messages } = payload.batch;
    // A run that ended may still be at work on what is now delivered again.
    await Promise.race([this.#inWork.get(partition), run.ended]);
    if (run.signal.aborted) return;

    const records = messages.map((message) => receivedRecord(this.#options.topic, partition, message));
    run.begin(records.map(({ offset }) => offset));
    const work = this.#process(run, records);
    this.#inWork.set(partition, work);
    await Promise.race([work, run.ended]);
    if (run.signal.aborted || this.#isStopping) return;
    payload.resolveOffset(messages.at(-1)!.offset);
    await this.#commitHeads();
  }

  async #process(run: PartitionRun, records: ReturnType<typeof receivedRecord>[]): Promise<void> {
    try {
      await this.#options.process({
        partition: run.partition,
        records,
        confirm: (offset) => run.confirm(offset),
        signal: run.signal,
      });
    } catch (cause) {
      // After its end a batch may throw what it likes: that is how most code hears of an abort.
      if (!run.signal.aborted) {
        this.#fail(new EventLogError('process-failed', 'process threw', { retryable: false, cause }));
      }
    }
    run.finish();
  }

  async #heartbeat(payload: EachBatchPayload): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      const type = kafkaFaultOf(error)?.type;
      // A lost connection is not a lost partition; the next heartbeat tells.
      if (type === undefined || !REBALANCING.includes(type) || this.#state !== 'joined') return;
      const ms = ALREADY_LOST.includes(type) ? 0 : this.#options.limits.handOverMs;
      this.#handOver ??= { because: error, done: this.#letFinish(ms) };
    }
  }

  /** Waits for what is in work, then ends it, and commits what was confirmed. */
  async #letFinish(ms: number): Promise<void> {
    const runs = [...this.#runs.values()];
    if (runs.some(({ isIdle }) => !isIdle)) {
      const { promise: idle, resolve } = Promise.withResolvers<void>();
      this.#onIdle.add(resolve);
      const deadline = setTimeout(resolve, ms);
      await idle;
      this.#onIdle.delete(resolve);
      clearTimeout(deadline);
    }
    await this.#commitHeads();
    for (const run of runs) run.end();
  }

  #changed(): void {
    if ([...this.#runs.values()].every(({ isIdle }) => isIdle)) {
      for (const resolve of this.#onIdle) resolve();
    }
    if (this.#isStopping) return;
    this.#commitTimer ??= setTimeout(() => {
      this.#commitTimer = undefined;
      void this.#commitHeads();
    }, this.#options.limits.commitIntervalMs);
  }

  /** One commit at a time; the next one takes what moved in the meantime. */
  #commitHeads(): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commitNow());
    return this.#committing;
  }

  async #commitNow(): Promise<void> {
    const { topic, logger } = this.#options;
    const commit = this.#commit;
    const heads = [...this.#runs.values()].flatMap((run) => {
      const head = run.toCommit;
      return head === undefined ? [] : [{ run, head }];
    });
    if (commit === undefined || heads.length === 0) return;
    const partitions = heads.map(({ run, head }) => ({ partition: run.partition, offset: String(head) }));
    try {
      await commit({ topics: [{ topic, partitions }] });
      for (const { run, head } of heads) run.committed(head);
    } catch (error) {
      // The heads stay as they are; the next commit, or whoever gets the partition, takes it from here.
      logger.debug({ topic, partitions, fault: kafkaFaultOf(error) }, 'offsets could not be committed');
    }
  }

  async #outOfRange(consumer: Consumer, partition: number, offset: bigint): Promise<void> {
    const { topic, logger, onDataLoss, acknowledgeDataLoss } = this.#options;
    const run = this.#runs.get(partition);
    if (run === undefined) return;
    const bounds = await this.#boundsOf(partition, run.signal);
    if (bounds === undefined) return;
    const loss = { topic, partition, offset, logStartOffset: bounds.start, logEndOffset: bounds.end };
    const fields = {
      topic,
      partition,
      offset: `${offset}`,
      logStart: `${bounds.start}`,
      logEnd: `${bounds.end}`,
    };
    if (acknowledgeDataLoss?.(loss)) {
      logger.error(fields, 'records were lost before they were read; acknowledged, reading on at the start');
      consumer.seek({ topic, partition, offset: String(bounds.start) });
      consumer.resume([{ topic, partitions: [partition] }]);
      return;
    }
    logger.error(fields, 'records were lost before they were read; the partition waits to be acknowledged');
    this.#dataLoss.set(partition, loss);
    onDataLoss?.(loss);
  }

  async #boundsOf(partition: number, lost: AbortSignal): Promise<{ start: bigint; end: bigint } | undefined> {
    const { topic, logger } = this.#options;
    const signal = AbortSignal.any([lost, this.#ended.signal]);
    while (!signal.aborted) {
      const bounds = await fetchBounds(this.#connection, logger, topic).catch(() => undefined);
      const found = signal.aborted ? undefined : bounds?.get(partition);
      if (found !== undefined) return found;
      await pause(RESTART_MS_FIRST, undefined, { signal }).catch(() => {});
    }
    return undefined;
  }

  #crashed(consumer: Consumer, { payload: { error } }: ConsumerCrashEvent): void {
    if (consumer !== this.#consumer || this.#isStopping) return;
    this.#consumer = undefined;
    this.#state = 'rebalancing';
    this.#endRuns();
    if (isWorthAnotherTry(error)) void this.#startAgain(error);
    else this.#fail(error);
  }

  async #startAgain(because: Error): Promise<void> {
    const { topic, logger } = this.#options;
    const { signal } = this.#ended;
    logger.warn({ topic, fault: kafkaFaultOf(because) }, 'the reader starts again');
    for (let waitMs = RESTART_MS_FIRST; !this.#isStopping; waitMs = Math.min(waitMs * 2, RESTART_MS_MAX)) {
      await pause(waitMs, undefined, { signal }).catch(() => {});
      if (this.#isStopping) return;
      try {
        await this.#startConsumer();
        return;
      } catch (error) {
        logger.warn({ topic, fault: kafkaFaultOf(error) }, 'Kafka is not reachable');
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#isStopping) return;
    const { topic, logger, onFatal, groupId } = this.#options;
    const translated = translateKafkaError(error, `reader ${groupId}`);
    const fatal =
      translated instanceof EventLogError
        ? translated
        : new EventLogError('refused', 'the Kafka client failed', { retryable: false, cause: error });
    logger.error({ topic, code: fatal.code, fault: kafkaFaultOf(error) }, 'the reader cannot go on');
    this.#stopped = this.#stop(0);
    void this.#stopped.then(() => onFatal(fatal));
  }
}

/** kafkajs's own rule: it gave up after its tries, or the first cause may pass. */
function isWorthAnotherTry(error: Error): boolean {
  let first: unknown = error;
  while (first instanceof Error && first.cause !== undefined) first = first.cause;
  const mayPass = first instanceof Error && 'retriable' in first && first.retriable === true;
  return error.name === 'KafkaJSNumberOfRetriesExceeded' || mayPass;
}
