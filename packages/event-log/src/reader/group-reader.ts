/**
 * The life of a group member: join, read, hand over, leave, and start again when kafkajs has crashed.
 *
 * kafkajs joins again from several places, also while batches are in work, and commits with whatever generation it
 * has then (its issue 1046). So every assignment has its own runs here; they end when a join begins, and a commit
 * names only partitions of the runs that are alive, in the same turn in which that was looked up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import '../codecs.ts';
import { EventLogError } from '../event-log-error.ts';
import type { KafkaConnection } from '../kafka-connection.ts';
import { viewPartitions, withAdmin } from '../topic-view.ts';
import { isRefusal, kafkaFaultOf, translateKafkaError } from '../translate-kafka-error.ts';
import { withinMs } from '../within-ms.ts';
import { type FetchGate, runOf } from './bounded-fetch.ts';
import { type Claim, claimAfter, NO_CLAIM } from './claim.ts';
import { awaitBounds, type DataLoss, fetchBounds, fetchCommitted } from './data-loss.ts';
import { Deliveries } from './deliveries.ts';
import { FetchRoom } from './fetch-room.ts';
import type { LogReader, PartitionLag, ReaderHealth } from './log-reader.ts';
import {
  connectMember,
  endMember,
  type Member,
  type MemberEvents,
  type MemberOptions,
  runMember,
} from './member.ts';
import { OffsetCommitter } from './offset-committer.ts';
import { PartitionRun } from './partition-run.ts';
import { messageBytes, receivedRecord } from './received-batch.ts';

const RESTART_MS_FIRST = 250;
const RESTART_MS_MAX = 4_000;

/**
 * Of a hand-over or a stop: its last commit, which takes some ms. A coordinator that is gone or frozen has no more, or
 * the group gives the partitions away (REJOIN_SLACK_MS) while the runs here still count as alive.
 */
const LAST_COMMIT_MS_MAX = 3_000;

/** A join takes no heartbeats; an answer may still be on its way when it begins. */
const HEARTBEATS_WITHOUT_JOIN_MAX = 3;

/** In these answers the coordinator says that the partitions are already someone else's. */
const ALREADY_LOST = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];
const REBALANCING = [...ALREADY_LOST, 'REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP'];

const NO_RUNS: ReadonlyMap<number, PartitionRun> = new Map();
const NEVER = new AbortController().signal;

export class GroupReader implements LogReader {
  readonly #connection: KafkaConnection;
  readonly #options: MemberOptions;
  readonly #events: MemberEvents;
  #member: Member | undefined;
  #turn = 0;
  #state: ReaderHealth['state'] = 'rebalancing';
  #isStopping = false;
  /** When the group last said that this member is one. */
  #heardAtMs = 0;
  #heartbeatsWithoutJoin = 0;
  /** Before the next start; it grows until one of them joins. */
  #restartMs = RESTART_MS_FIRST;
  readonly #ended = new AbortController();

  /** Of the current assignment; empty from the moment a join begins. */
  #runs = new Map<number, PartitionRun>();
  /** What the latest assignment was, also after its end. */
  #claim: Claim = NO_CLAIM;
  #dataLoss = new Map<number, DataLoss>();

  readonly #deliveries: Deliveries;
  readonly #room: FetchRoom;
  /** Of the current assignment: aborts when there is something better to do than to wait for a broker. */
  #hurry = new AbortController();

  readonly #offsets: OffsetCommitter;
  /** The hand-over of the current assignment, once a rebalance has been heard of. */
  #handOver: { readonly because: unknown; readonly done: Promise<void> } | undefined;
  /** While there is an assignment; kafkajs's own stop while it waits for a hand-over. */
  #heartbeats: NodeJS.Timeout | undefined;
  /** Those who wait for all runs to be idle. */
  readonly #onIdle = new Set<() => void>();

  constructor(connection: KafkaConnection, options: MemberOptions) {
    this.#connection = connection;
    this.#options = options;
    const { topic, logger, limits } = options;
    this.#offsets = new OffsetCommitter(topic, logger, limits.commitIntervalMs, () => this.#runs.values());
    this.#room = new FetchRoom(limits);
    this.#deliveries = new Deliveries({
      concurrently: options.partitionsConcurrently,
      holdUpMs: limits.holdUpMs,
      mayBegin: () => this.#handOver === undefined && !this.#isStopping,
      work: (run) => this.#process(run),
      onDone: (run) => {
        if (!run.signal.aborted && !this.#isStopping) void this.#offsets.now();
      },
    });
    this.#events = {
      joinBegins: (consumer) => this.#joinBegins(consumer),
      claim: () => this.#claim,
      gate: (consumer) => this.#gate(consumer),
      joined: (consumer, assignment, generation) =>
        this.#isOurs(consumer) && this.#joined(consumer, generation, assignment[topic]),
      heartbeatAnswered: (consumer) => this.#isOurs(consumer) && this.#heartbeatAnswered(),
      crashed: (consumer, error) => this.#isOurs(consumer) && this.#crashed(error),
      outOfRange: (consumer, partition, offset) =>
        this.#isOurs(consumer) && void this.#outOfRange(consumer, partition, offset),
      eachBatch: (consumer, payload) => this.#isOurs(consumer) && this.#eachBatch(payload),
    };
  }

  async start(): Promise<void> {
    try {
      // kafkajs itself would wait for ever.
      await withAdmin(this.#connection, this.#options.logger, `topic ${this.#options.topic}`, (admin) =>
        viewPartitions(admin, this.#options.topic),
      );
      await this.#startMember();
    } catch (error) {
      throw translateKafkaError(error, `reader ${this.#options.groupId}`);
    }
  }

  health(): ReaderHealth {
    const isSilent = performance.now() - this.#heardAtMs > this.#options.limits.sessionTimeoutMs;
    // During a hand-over nothing new is read.
    const isInterrupted = isSilent || this.#handOver !== undefined;
    return {
      state: this.#state === 'joined' && isInterrupted ? 'rebalancing' : this.#state,
      assignment: [...this.#runs.keys()].sort((a, b) => a - b),
      dataLoss: [...this.#dataLoss.values()],
      waiting: [...this.#runs.values()].flatMap(({ partition, waitingSinceMs: sinceMs }) =>
        sinceMs === undefined ? [] : [{ partition, sinceMs }],
      ),
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
  /** The hand-over of the stop. */
  #finished: Promise<void> = Promise.resolve();

  async #stop(handOverMs: number): Promise<void> {
    this.#isStopping = true;
    const member = this.#member;
    this.#finished = this.#letFinish(handOverMs);
    await this.#finished;
    this.#ended.abort();
    this.#offsets.stop();
    // One that came behind the leave would be answered as a stranger's.
    clearInterval(this.#heartbeats);
    const left = member && endMember(member);
    this.#hurry.abort();
    await left;
    this.#endRuns();
    this.#state = 'stopped';
  }

  async #startMember(): Promise<void> {
    const member = await connectMember(this.#connection, this.#options, this.#events, this.#turn++);
    // Stopped in the meantime.
    if (this.#isStopping) return endMember(member);
    this.#member = member;
    void runMember(member, this.#events).catch((error: unknown) => {
      if (this.#isOurs(member.consumer)) this.#crashed(error);
    });
  }

  /** A member that has been replaced may go on for a while; nobody listens to it. */
  #isOurs(consumer: Consumer): boolean {
    return consumer === this.#member?.consumer && !this.#isStopping;
  }

  /** kafkajs begins to join; until it does, nobody else has the partitions. */
  async #joinBegins(consumer: Consumer): Promise<void> {
    if (consumer !== this.#member?.consumer) return;
    if (!this.#isStopping) {
      this.#beginHandOver(new JoinAgain('the group rebalances'));
      await this.#handOver?.done;
    }
    if (this.#isStopping) {
      // With a new generation, what is still committed could name partitions that this member has lost.
      await this.#finished;
      throw new Error('a reader that stops joins no more');
    }
    if (consumer === this.#member?.consumer) this.#endAssignment();
  }

  #joined(consumer: Consumer, generation: number, assigned: readonly number[] = []): void {
    const { topic, logger, onAssignment } = this.#options;
    const partitions = [...assigned].sort((a, b) => a - b);
    this.#claim = claimAfter(this.#claim, generation, partitions);
    this.#endRuns();
    this.#runs = new Map(partitions.map((id) => [id, new PartitionRun(id, () => this.#changed())]));
    this.#hurry = new AbortController();
    // A partition that stood still is judged anew: its offset may have been acknowledged elsewhere.
    this.#dataLoss.clear();
    consumer.resume([{ topic }]);
    this.#state = 'joined';
    this.#heartbeatsWithoutJoin = 0;
    this.#restartMs = RESTART_MS_FIRST;
    this.#heardAtMs = performance.now();
    logger.info({ topic, partitions }, 'joined the group');
    onAssignment?.(partitions);
  }

  #heartbeatAnswered(): void {
    this.#heardAtMs = performance.now();
    if (this.#state === 'joined') return;
    // kafkajs has heard of a rebalance, did not join, and goes on as if it had.
    this.#heartbeatsWithoutJoin += 1;
    if (this.#heartbeatsWithoutJoin === HEARTBEATS_WITHOUT_JOIN_MAX) void this.#replaceMember();
  }

  async #replaceMember(): Promise<void> {
    const member = this.#member;
    this.#member = undefined;
    if (member !== undefined) await endMember(member);
    await this.#startAgain(new JoinAgain('a join failed'));
  }

  #endRuns(): void {
    for (const run of this.#runs.values()) run.end();
    this.#runs = new Map();
    this.#offsets.forget();
    this.#handOver = undefined;
    clearInterval(this.#heartbeats);
    this.#heartbeats = undefined;
  }

  #gate(consumer: Consumer): FetchGate {
    const isReading = () => this.#isOurs(consumer) && this.#handOver === undefined;
    return {
      room: this.#room,
      runs: () => (isReading() ? this.#runs : NO_RUNS),
      check: () => {
        if (!this.#isOurs(consumer)) return;
        // kafkajs joins at that, waits for the hand-over, and until then nobody else has the partitions.
        if (this.#handOver !== undefined) throw this.#handOver.because;
        // A join began, failed, and kafkajs reads on as if it had not. Its position may be past what was in work then.
        if (this.#state !== 'joined') throw new JoinAgain('a join failed');
      },
      hurry: consumer === this.#member?.consumer ? this.#hurry.signal : NEVER,
    };
  }

  #eachBatch(payload: EachBatchPayload): void {
    const { topic, limits } = this.#options;
    const { partition, messages } = payload.batch;
    const run = runOf(payload.batch);
    const last = messages.at(-1);
    const isWanted = run?.signal.aborted === false && this.#handOver === undefined;
    if (!isWanted || last === undefined) return;
    this.#offsets.use(payload.commitOffsetsIfNecessary);
    this.#heartbeats ??= setInterval(() => void this.#heartbeat(payload), limits.heartbeatIntervalMs);
    run.add(
      messages.map((message) => ({
        record: receivedRecord(topic, partition, message),
        bytes: messageBytes(message),
      })),
    );
    // From here on this run reads what follows. Whoever has the partition after it begins at what is committed.
    payload.resolveOffset(last.offset);
    this.#deliveries.offer(run);
  }

  async #process(run: PartitionRun): Promise<void> {
    const { inHandBytesMax, batchBytesMax } = this.#options.limits;
    const records = run.begin(Math.min(batchBytesMax, inHandBytesMax / this.#runs.size / 2));
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
      if (ALREADY_LOST.includes(type)) for (const run of this.#runs.values()) run.end();
      this.#beginHandOver(error);
    }
  }

  #beginHandOver(because: unknown): void {
    if (this.#handOver !== undefined) return;
    const done = this.#letFinish(this.#options.limits.handOverMs).then(() => {
      // Heartbeats that are answered after this mean that kafkajs has not heard of the rebalance.
      if (this.#handOver === handOver && !this.#isStopping) this.#endAssignment();
    });
    const handOver = { because, done };
    this.#handOver = handOver;
    this.#hurry.abort();
  }

  #endAssignment(): void {
    this.#state = 'rebalancing';
    this.#endRuns();
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
    // Without an answer what was confirmed is delivered again, to whoever has the partition next.
    await withinMs(this.#offsets.now(), LAST_COMMIT_MS_MAX).catch(() => {});
    for (const run of runs) run.end();
  }

  #changed(): void {
    if ([...this.#runs.values()].every(({ isIdle }) => isIdle)) {
      for (const resolve of this.#onIdle) resolve();
    }
    if (!this.#isStopping) this.#offsets.soon();
  }

  async #outOfRange(consumer: Consumer, partition: number, offset: bigint): Promise<void> {
    const { topic, logger, onDataLoss, acknowledgeDataLoss } = this.#options;
    const run = this.#runs.get(partition);
    if (run === undefined) return;
    const lost = AbortSignal.any([run.signal, this.#ended.signal]);
    const bounds = await awaitBounds(this.#connection, logger, { topic, partition }, lost);
    if (bounds === undefined) return;
    const loss = { topic, partition, offset, logStartOffset: bounds.start, logEndOffset: bounds.end };
    const fields = {
      topic,
      partition,
      offset: `${offset}`,
      logStart: `${bounds.start}`,
      logEnd: `${bounds.end}`,
    };
    // It was out of range when it was fetched, and a log's start only grows: at or above it, it was above the end, even
    // where the log has grown past it since. There, waiting is what loses: the old offset looks right again.
    const isCut = offset >= bounds.start;
    if (isCut || acknowledgeDataLoss?.(loss)) {
      if (isCut) {
        logger.error(fields, 'the log ends before what was read: it was cut or made anew, reading all of it');
        onDataLoss?.(loss);
      } else {
        logger.error(
          fields,
          'records were lost before they were read; acknowledged, reading on at the start',
        );
      }
      // A new run, because its offsets begin again.
      run.end();
      const anew = new PartitionRun(partition, () => this.#changed());
      this.#runs.set(partition, anew);
      ignoringItsEnd(() => consumer.seek({ topic, partition, offset: String(bounds.start) }));
      ignoringItsEnd(() => consumer.resume([{ topic, partitions: [partition] }]));
      return;
    }
    logger.error(fields, 'records were lost before they were read; the partition waits to be acknowledged');
    this.#dataLoss.set(partition, loss);
    onDataLoss?.(loss);
  }

  #crashed(error: unknown): void {
    this.#member?.client.end();
    this.#member = undefined;
    this.#endAssignment();
    if (isWorthAnotherTry(error)) void this.#startAgain(error);
    else this.#fail(error);
  }

  async #startAgain(because: unknown): Promise<void> {
    const { topic, logger } = this.#options;
    const { signal } = this.#ended;
    logger.warn({ topic, fault: kafkaFaultOf(because) }, 'the reader starts again');
    while (!this.#isStopping) {
      await pause(this.#restartMs, undefined, { signal }).catch(() => {});
      this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
      if (this.#isStopping) return;
      try {
        await this.#startMember();
        return;
      } catch (error) {
        const fault = kafkaFaultOf(error);
        if (fault !== undefined && isRefusal(fault)) return this.#fail(error);
        logger.warn({ topic, fault }, 'Kafka is not reachable');
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

/** As the coordinator would say it; kafkajs looks at the type alone. */
class JoinAgain extends Error {
  override readonly name = 'KafkaJSJoinAgain';
  readonly type = 'REBALANCE_IN_PROGRESS';
}

/** kafkajs throws when its consumer has ended: then it also says so, and the runs end with it. */
function ignoringItsEnd(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if (kafkaFaultOf(error) === undefined) throw error;
  }
}

/**
 * Whatever befalls kafkajs but a refusal. Its own rule is narrower: it would end where no broker told it in time which of
 * them coordinates the group. What is not from kafkajs is a programmer's error.
 */
function isWorthAnotherTry(error: unknown): boolean {
  const fault = kafkaFaultOf(error);
  return fault !== undefined && !isRefusal(fault);
}
