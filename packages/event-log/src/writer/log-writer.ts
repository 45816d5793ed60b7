/**
 * The writing end of the log: group commit, no timer, one send in flight.
 *
 * A request is stored whole in one record batch or not at all, and `appended` means that all in-sync replicas have
 * it. What waits is bounded; while Kafka is away requests end at their deadline, and when it is back the writer goes
 * on by itself. A fault of one partition, or the size of one request, fails no other request.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { EventLogError } from '../event-log-error.ts';
import type { KafkaConnection, Logger } from '../kafka-connection.ts';
import type { LogRecord } from '../log-record.ts';
import { batchBytes, recordBodyBytes } from '../record-batch-size.ts';
import { type TopicView, viewTopic, withAdmin } from '../topic-view.ts';
import { isRefusal, type KafkaFault, kafkaFaultOf } from '../translate-kafka-error.ts';
import { withinMs } from '../within-ms.ts';
import { Append, type AppendOutcome, type BusyOutcome } from './append.ts';
import { type Batch, formBatches } from './form-batches.ts';
import { judgeRejection } from './judge-rejection.ts';
import { PartitionChoice } from './partition-choice.ts';
import { ProducerSlot } from './producer-slot.ts';

export type WriterHealth =
  | { readonly ready: true }
  | {
      readonly ready: false;
      /** `refused`: Kafka does not let this client in, and a person must act. It goes on trying. */
      readonly reason: 'connecting' | 'refused' | 'no-live-partition' | 'rejected' | 'closing';
    };

export type LogWriter = AsyncDisposable & {
  /**
   * Stores the records as one whole on a partition that the writer chooses.
   * @param records at least one; they MUST NOT change until the outcome is there
   * @throws EventLogError `not-known-stored` (retryable) when no answer came in time: the records may be stored;
   * `closed` after the writer's end
   */
  append(records: readonly LogRecord[]): Promise<AppendOutcome>;
  /** What `append` would answer at this moment to a request of so many bytes, if that is `busy`: before it is made. */
  busyFor(bytes: number): BusyOutcome | undefined;
  health(): WriterHealth;
};

export type WriterLimits = {
  /** From `append` to `not-known-stored`. */
  readonly deadlineMs: number;
  /** Held in memory, uncompressed, waiting or on the way; at least one request of the topic's limit. More is `busy`. */
  readonly queueBytesMax: number;
  readonly queueRequestsMax: number;
  /** For one answer of one broker. A follower that dies is waited for up to 9 s (broker.session.timeout.ms). */
  readonly requestTimeoutMs: number;
  /** Of a dispose: what was accepted is still sent within this time. */
  readonly closeDeadlineMs: number;
};

/** One send to Kafka, when it has ended. */
export type EndedSend = {
  /** A record batch each; bytes are uncompressed. */
  readonly batches: readonly { readonly records: number; readonly bytes: number }[];
  readonly ms: number;
  /** Whether all of them are stored for certain. */
  readonly isStored: boolean;
};

export type LogWriterOptions = {
  readonly topic: string;
  readonly logger: Logger;
  readonly limits?: Partial<WriterLimits>;
  readonly onSend?: (send: EndedSend) => void;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: () => number;
};

const MIB = 1024 * 1024;

const DEFAULT_LIMITS: WriterLimits = {
  deadlineMs: 30_000,
  queueBytesMax: 128 * MIB,
  queueRequestsMax: 20_000,
  requestTimeoutMs: 12_000,
  closeDeadlineMs: 10_000,
};

/** A reader fetches 1 MiB of a partition at a time; larger batches only make its steps larger. */
const BATCH_BYTES_TARGET = MIB;

/** A third of the broker's socket.request.max.bytes (100 MiB), and a bound on what kafkajs copies while it encodes. */
const SEND_BYTES_MAX = 32 * MIB;

const PARTITIONS_PER_SEND_MAX = 4;

/** How soon new partitions, leaders and limits are seen when nothing fails, and a Kafka that went away when idle. */
const VIEW_EVERY_MS = 10_000;

/** After a rejection the topic is looked at again, but whoever waits does not wait for a broker that hangs. */
const VIEW_MS_MAX = 2_000;

const NO_LEADER_PAUSE_MS = 250;

const BUSY_RETRY_SECONDS = 1;
const AWAY_RETRY_SECONDS = 5;

/**
 * @throws EventLogError `unreachable` or `topic-missing` (both retryable), `refused` (not): Kafka has to be there at the
 * start, so that a wrong address is found then and not by the first request
 */
export async function openLogWriter(
  connection: KafkaConnection,
  options: LogWriterOptions,
): Promise<LogWriter> {
  const writer = new GroupCommitWriter(connection, options);
  await writer.open();
  return writer;
}

class GroupCommitWriter implements LogWriter {
  readonly #connection: KafkaConnection;
  readonly #topic: string;
  readonly #logger: Logger;
  readonly #limits: WriterLimits;
  readonly #now: () => number;
  readonly #onSend: LogWriterOptions['onSend'];
  readonly #slot: ProducerSlot;
  readonly #choice = new PartitionChoice();
  readonly #ended = new AbortController();

  #maxMessageBytes = 0;
  /** Why the topic could not be looked at the last time. */
  #away: 'connecting' | 'refused' | undefined;
  #isRefusalSaid = false;
  #viewTimer: NodeJS.Timeout | undefined;
  #viewing: Promise<void> | undefined;

  /** Accepted and not settled, in the order of their deadlines. */
  readonly #accepted = new Set<Append>();
  #waiting: Append[] = [];
  /** What was rejected together, each to be sent alone; before what waits. */
  #apart: Append[][] = [];
  #heldBytes = 0;
  #heldRequests = 0;

  #running = false;
  #closing = false;
  #rejected = false;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #allSettled: (() => void) | undefined;

  constructor(connection: KafkaConnection, options: LogWriterOptions) {
    this.#connection = connection;
    this.#topic = options.topic;
    this.#logger = options.logger;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#now = options.now ?? (() => performance.now());
    this.#onSend = options.onSend;
    this.#slot = new ProducerSlot(connection, options.topic, options.logger, {
      requestTimeoutMs: this.#limits.requestTimeoutMs,
      onRefused: () => this.#sayRefused(),
    });
  }

  async open(): Promise<void> {
    await this.#view();
    await this.#slot.connect();
    this.#viewTimer = setInterval(() => void this.#viewOrKeep(), VIEW_EVERY_MS);
  }

  async append(records: readonly LogRecord[]): Promise<AppendOutcome> {
    assert(records.length > 0, 'append without records');
    if (this.#closing) throw new EventLogError('closed', 'the log writer is closing', { retryable: true });

    const bodies = records.map(recordBodyBytes);
    const bytes = batchBytes(bodies);
    if (bytes > this.#maxMessageBytes) {
      return { kind: 'too-large', bytes, limitBytes: this.#maxMessageBytes };
    }
    const busy = this.busyFor(bytes);
    if (busy !== undefined) return busy;
    const append = new Append(records, bodies, bytes, this.#now() + this.#limits.deadlineMs);
    this.#heldBytes += bytes;
    this.#heldRequests += 1;
    this.#accepted.add(append);
    this.#waiting.push(append);
    this.#watchDeadlines();
    this.#runIfIdle();
    return append.outcome;
  }

  busyFor(bytes: number): BusyOutcome | undefined {
    const queueBytesMax = Math.max(this.#limits.queueBytesMax, this.#maxMessageBytes);
    if (this.#heldBytes + bytes <= queueBytesMax && this.#heldRequests < this.#limits.queueRequestsMax) {
      return undefined;
    }
    return {
      kind: 'busy',
      retryAfterSeconds: this.health().ready ? BUSY_RETRY_SECONDS : AWAY_RETRY_SECONDS,
    };
  }

  health(): WriterHealth {
    if (this.#closing) return { ready: false, reason: 'closing' };
    if (this.#away === 'refused' || this.#slot.isRefused) return { ready: false, reason: 'refused' };
    if (this.#choice.liveCount === 0) return { ready: false, reason: 'no-live-partition' };
    if (this.#away !== undefined || !this.#slot.isConnected) return { ready: false, reason: 'connecting' };
    if (this.#rejected && this.#accepted.size > 0) return { ready: false, reason: 'rejected' };
    return { ready: true };
  }

  /** Takes no more, sends what was accepted, and after `closeDeadlineMs` fails the rest as not known to be stored. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  #closed: Promise<void> | undefined;

  async #close(): Promise<void> {
    this.#closing = true;
    if (this.#accepted.size > 0) {
      const { promise: allSettled, resolve } = Promise.withResolvers<void>();
      this.#allSettled = resolve;
      const deadline = setTimeout(resolve, this.#limits.closeDeadlineMs);
      await allSettled;
      clearTimeout(deadline);
    }
    this.#ended.abort();
    clearTimeout(this.#deadlineTimer);
    clearInterval(this.#viewTimer);
    for (const append of [...this.#accepted]) this.#fail(append, 'the writer closed before an answer came');
    await this.#slot[Symbol.asyncDispose]();
  }

  #runIfIdle(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    // What is appended in the same turn of the event loop shares the first send.
    await null;
    while (!this.#ended.signal.aborted) {
      if (!this.#slot.isConnected) {
        await this.#slot.connectAgain(this.#ended.signal);
        await this.#viewOrKeep();
      } else if (this.#hasWork()) {
        await this.#sendNext();
      } else {
        break;
      }
    }
    this.#running = false;
  }

  #hasWork(): boolean {
    this.#dropSettled();
    return this.#waiting.length > 0 || this.#apart.length > 0;
  }

  #dropSettled(): void {
    this.#waiting = this.#waiting.filter(({ settled }) => !settled);
    this.#apart = this.#apart
      .map((appends) => appends.filter(({ settled }) => !settled))
      .filter((appends) => appends.length > 0);
  }

  async #sendNext(): Promise<void> {
    const apart = this.#apart[0];
    const choice = this.#choice.choose(this.#now(), apart === undefined ? PARTITIONS_PER_SEND_MAX : 1);
    if (choice.kind !== 'partitions') {
      const ms = choice.kind === 'wait' ? Math.ceil(choice.ms) : NO_LEADER_PAUSE_MS;
      await pause(ms, undefined, { signal: this.#ended.signal }).catch(() => {});
      await this.#viewOrKeep();
      return;
    }
    const batches = formBatches(apart ?? this.#waiting, choice.partitions, {
      batchBytesMax: this.#maxMessageBytes,
      batchBytesTarget: apart === undefined ? BATCH_BYTES_TARGET : this.#maxMessageBytes,
      sendBytesMax: SEND_BYTES_MAX,
    });
    (apart ?? this.#waiting).splice(
      0,
      batches.reduce((sum, { requests }) => sum + requests.length, 0),
    );
    await this.#send(batches);
  }

  async #send(batches: Batch<Append>[]): Promise<void> {
    const appends = batches.flatMap(({ requests }) => requests);
    for (const append of appends) append.onTheWay = true;
    const started = this.#now();
    const answer = await this.#slot.send(batches, this.#maxMessageBytes);
    const missing = batches.filter((batch) => !this.#isStored(batch, answer.stored));
    this.#onSend?.({ batches, ms: this.#now() - started, isStored: missing.length === 0 });
    if (missing.length > 0) await this.#reject(missing, answer.fault);
    for (const append of appends) {
      append.onTheWay = false;
      if (append.settled) this.#release(append);
    }
  }

  #isStored({ partition, requests }: Batch<Append>, stored: ReadonlyMap<number, bigint>): boolean {
    let baseOffset = stored.get(partition);
    if (baseOffset === undefined) return false;
    this.#rejected = false;
    this.#choice.stored(partition);
    for (const append of requests) {
      this.#settle(append, { kind: 'appended', partition, baseOffset });
      baseOffset += BigInt(append.records.length);
    }
    return true;
  }

  async #reject(batches: Batch<Append>[], fault: KafkaFault | undefined): Promise<void> {
    this.#rejected = true;
    const partitions = batches.map(({ partition }) => partition);
    const fields = { topic: this.#topic, partitions, fault };
    if (fault !== undefined && isRefusal(fault)) this.#logger.error(fields, 'Kafka refuses what is written');
    else this.#logger.warn(fields, 'a send was rejected; its partitions are tried again apart');

    const judgement = judgeRejection(batches, fault);
    if (judgement.avoid === 'partition') this.#choice.failed(partitions, this.#now());
    if (judgement.avoid === 'leader') this.#choice.failed(this.#choice.besides(partitions[0]!), this.#now());
    this.#apart.push(...judgement.apart.map((appends) => [...appends]));
    await this.#viewOrKeep();
    for (const append of judgement.tooLarge) {
      this.#settle(append, { kind: 'too-large', bytes: append.bytes, limitBytes: this.#maxMessageBytes });
    }
  }

  async #viewOrKeep(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    await withinMs(this.#view(), VIEW_MS_MAX).catch((error: unknown) => {
      this.#logger.debug(
        { topic: this.#topic, fault: kafkaFaultOf(error) },
        'the topic could not be looked at',
      );
    });
  }

  async #view(): Promise<void> {
    this.#viewing ??= withAdmin(this.#connection, this.#logger, `topic ${this.#topic}`, (admin) =>
      viewTopic(admin, this.#topic),
    )
      .then((view: TopicView) => {
        this.#choice.see(view.partitions);
        this.#maxMessageBytes = view.maxMessageBytes;
        this.#away = undefined;
        this.#isRefusalSaid = this.#slot.isRefused;
      })
      .catch((error: unknown) => {
        const isRefused = error instanceof EventLogError && error.code === 'refused';
        this.#away = isRefused ? 'refused' : 'connecting';
        if (isRefused && this.#viewTimer !== undefined) this.#sayRefused();
        throw error;
      })
      .finally(() => {
        this.#viewing = undefined;
      });
    await this.#viewing;
  }

  /** Whoever finds it, a sending that is turned away or a look at the topic: once is enough, readiness goes on saying so. */
  #sayRefused(): void {
    if (this.#isRefusalSaid) return;
    this.#isRefusalSaid = true;
    this.#logger.error({ topic: this.#topic, code: 'refused' }, 'Kafka does not let this client in');
  }

  #watchDeadlines(): void {
    if (this.#deadlineTimer !== undefined) return;
    const [first] = this.#accepted;
    if (first === undefined) return;
    this.#deadlineTimer = setTimeout(
      () => {
        this.#deadlineTimer = undefined;
        const now = this.#now();
        for (const append of this.#accepted) {
          if (append.deadlineAtMs > now) break;
          this.#fail(append, 'no answer came in time');
        }
        // While Kafka is away nobody else looks at the queue, and what it holds is no longer counted as held.
        this.#dropSettled();
        this.#watchDeadlines();
      },
      Math.max(1, first.deadlineAtMs - this.#now()),
    );
  }

  #settle(append: Append, outcome: AppendOutcome): void {
    if (append.settled) return;
    append.settle(outcome);
    this.#forget(append);
  }

  #fail(append: Append, why: string): void {
    append.fail(new EventLogError('not-known-stored', why, { retryable: true }));
    this.#forget(append);
  }

  #forget(append: Append): void {
    this.#accepted.delete(append);
    if (!append.onTheWay) this.#release(append);
    if (this.#accepted.size === 0) this.#allSettled?.();
  }

  #release(append: Append): void {
    this.#heldBytes -= append.bytes;
    this.#heldRequests -= 1;
  }
}
