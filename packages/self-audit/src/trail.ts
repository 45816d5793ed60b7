/**
 * The trail of the trail: what a service does with the log, and whom it refuses, as events of the same log, by the same
 * durable way as everyone's. Where it is required, an answer may be given only once its event is in Kafka. Every event
 * is either published or counted as lost.
 */
import { hostname } from 'node:os';
import { EventLogError, type KafkaConnection, type LogRecord, type TopicContract } from '@auditbox/event-log';
import type { AuditEvent } from '@auditbox/fhir-core';
import { type Logger, type Metrics, READY, type Readiness } from '@auditbox/service-kit';
import { applicationActivity, type Instance } from './events/application.ts';
import { type LogUse, logUsed } from './events/log-used.ts';
import type { Origin } from './events/origin.ts';
import type { Refusal } from './events/refused.ts';
import { Losses } from './losses.ts';
import { Opening } from './opening.ts';
import { eventRecord, REAL_CLOCK_AND_CHANCE, type RecordDependencies } from './record.ts';
import { RefusalBound } from './refusal-bound.ts';
import type { SelfAuditMode } from './settings.ts';

export type Trail = AsyncDisposable & {
  /**
   * Whether the answer may be given: in `required` once its event is durable, false where it is not within the
   * deadline (it may be stored all the same); else true at once. Never rejects.
   */
  used(use: LogUse): Promise<boolean>;
  /** Never waits, never throws; bounded in rate. */
  refused(refusal: Refusal): void;
  readonly readiness: () => Readiness;
};

export type TrailOptions = Origin & {
  readonly mode: SelfAuditMode;
  /** Of the service, as its package.json has it. */
  readonly version: string;
  readonly kafka: KafkaConnection;
  /** The topic of the events. */
  readonly topic: TopicContract;
  readonly allowWeak: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** From an event to its acknowledgement; also of the start's patience and of the last flush. */
  readonly deadlineMs: number;
  /** What may wait for Kafka, never less than the topic's largest batch; 8 MiB where it is not said. */
  readonly queueBytesMax?: number;
  readonly refusalsPerMinute: number;
  /** This replica; the host and the process where it is not said. */
  readonly instance?: Instance;
  /** The clock and randomness; the real ones where they are not said. */
  readonly dependencies?: RecordDependencies;
};

const MIB = 1024 * 1024;
const QUEUE_BYTES_MAX = 8 * MIB;

/**
 * As the gateway bounds everyone's events by default: a document is up to 14 times its event, and Elasticsearch takes
 * 100 MB in a request. The largest request that query reads, in base64, is half of it.
 */
const EVENT_BYTES_MAX = 4 * MIB;

/**
 * Opens the trail with a writer of its own. Waits for Kafka no longer than the deadline and then goes on trying behind
 * the scenes; meanwhile `required` lets no answer pass and is not ready. On dispose it takes nothing more, publishes
 * what is still to be summed up and the stop, and flushes, within the deadline.
 * @throws EventLogError in `required`, where the first try says that no other will help: `weak-topic`, `refused`
 */
export async function openTrail(options: TrailOptions): Promise<Trail> {
  if (options.mode === 'off') {
    options.logger.warn({}, 'the trail of our own use is OFF: nobody can say who read the log');
    return OFF;
  }
  const trail = new LogTrail(options);
  await trail.open();
  return trail;
}

const OFF: Trail = {
  used: async () => true,
  refused() {},
  readiness: () => READY,
  async [Symbol.asyncDispose]() {},
};

class LogTrail implements Trail {
  readonly #options: TrailOptions;
  readonly #dependencies: RecordDependencies;
  readonly #instance: Instance;
  readonly #opening: Opening;
  readonly #losses: Losses;
  readonly #refusals: RefusalBound;
  readonly #count: (count: number, outcome: 'published' | 'lost') => void;
  readonly #startedAt: Date;
  #isStartSaid = false;
  #closed: Promise<void> | undefined;

  constructor(options: TrailOptions) {
    const { logger, deadlineMs, queueBytesMax = QUEUE_BYTES_MAX, mode } = options;
    this.#options = options;
    this.#dependencies = options.dependencies ?? REAL_CLOCK_AND_CHANCE;
    this.#instance = options.instance ?? { host: hostname(), pid: process.pid };
    this.#startedAt = this.#dependencies.now();
    this.#losses = new Losses(logger, () => performance.now());
    this.#count = options.metrics.counter(
      'auditbox_self_audit_events_total',
      'Events of our own use, by whether they are in the log.',
      'outcome',
      ['published', 'lost'],
    );
    this.#refusals = new RefusalBound({
      perMinute: options.refusalsPerMinute,
      origin: options,
      now: this.#dependencies.now,
      publish: (make) => void this.#publish(make),
    });
    this.#opening = new Opening({
      ...options,
      isRequired: mode === 'required',
      patienceMs: deadlineMs,
      limits: { deadlineMs, queueBytesMax, closeDeadlineMs: deadlineMs },
      onOpen: () => {
        this.#isStartSaid = true;
        void this.#publish(() => this.#activity('start', this.#startedAt));
      },
    });
  }

  async open(): Promise<void> {
    await this.#opening.start();
  }

  async used(use: LogUse): Promise<boolean> {
    const published = this.#publish(() => logUsed(use, this.#options, this.#dependencies.now()));
    return this.#options.mode === 'required' ? published : true;
  }

  refused(refusal: Refusal): void {
    if (this.#closed === undefined) this.#refusals.add(refusal);
    else this.#lost('closed');
  }

  readonly readiness = (): Readiness =>
    this.#options.mode === 'required' ? this.#opening.readiness() : READY;

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    this.#refusals.end();
    if (!this.#isStartSaid) this.#lost('not-open');
    const stop = this.#publish(() => this.#activity('stop', this.#dependencies.now()));
    await this.#opening[Symbol.asyncDispose]();
    await stop;
    this.#losses.end();
  }

  #activity(activity: 'start' | 'stop', recorded: Date): AuditEvent {
    return applicationActivity(activity, this.#options, this.#instance, recorded);
  }

  /** Whether the event is durable. Takes its place in the queue before it returns. Never rejects. */
  async #publish(make: () => AuditEvent): Promise<boolean> {
    try {
      const record = eventRecord(make(), this.#options.service, this.#dependencies);
      const outcome = await this.#append(record);
      if (outcome === 'appended') this.#count(1, 'published');
      else this.#lost(outcome);
      return outcome === 'appended';
    } catch (error) {
      if (error instanceof EventLogError) this.#lost(error.code);
      else this.#lost('failed', error);
      return false;
    }
  }

  async #append(record: LogRecord): Promise<'appended' | 'busy' | 'too-large' | 'not-open'> {
    if (record.value.length > EVENT_BYTES_MAX) return 'too-large';
    const writer = this.#opening.writer;
    if (writer === undefined) return 'not-open';
    return (await writer.append([record])).kind;
  }

  #lost(reason: string, error?: unknown): void {
    this.#count(1, 'lost');
    this.#losses.lost(reason, error);
  }
}
