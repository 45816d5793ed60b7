/**
 * The writer of the trail, opened once Kafka is there: a service that reads starts without Kafka and gets its trail as
 * soon as it can. What will not pass by itself, such as a topic that is weaker than its contract, ends a start where
 * the trail is required; later, and where it is not, it is said once and tried again, as a person may mend it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  EventLogError,
  ensureTopic,
  type KafkaConnection,
  type LogWriter,
  openLogWriter,
  type TopicContract,
  type WriterLimits,
} from '@auditbox/event-log';
import type { Logger, Readiness } from '@auditbox/service-kit';

export type OpeningOptions = {
  readonly kafka: KafkaConnection;
  readonly topic: TopicContract;
  readonly allowWeak: boolean;
  readonly logger: Logger;
  readonly limits: Partial<WriterLimits>;
  /** Whether the start fails where the first try says that trying again will not help. */
  readonly isRequired: boolean;
  /** How long the start waits for the first try. */
  readonly patienceMs: number;
  readonly onOpen: () => void;
};

const RETRY_MS_FIRST = 250;
const RETRY_MS_MAX = 5_000;
/** Where a person has to act. */
const MENDED_MS = 30_000;

/** Why it is not ready, while trying again may help. */
const AWAY = 'kafka';

export class Opening implements AsyncDisposable {
  readonly #options: OpeningOptions;
  readonly #ended = new AbortController();
  #writer: LogWriter | undefined;
  /** Why there is no writer. */
  #reason = AWAY;

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  get writer(): LogWriter | undefined {
    return this.#writer;
  }

  /** Rejects where the trail is required and the first try, within its patience, says that another will not help. */
  async start(): Promise<void> {
    const { isRequired, patienceMs } = this.#options;
    const first = this.#tryOnce();
    const inTime = new AbortController();
    const late = pause(patienceMs, undefined, { signal: inTime.signal }).catch(() => {});
    const error = await Promise.race([first, late]);
    inTime.abort();
    if (isRequired && error !== undefined && lastingReason(error) !== undefined) throw error;
    void this.#untilOpen(first);
  }

  readiness(): Readiness {
    return this.#writer?.health() ?? { ready: false, reason: this.#reason };
  }

  /** Sends what was accepted, within the writer's deadline, and tries no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#writer?.[Symbol.asyncDispose]();
  }

  async #untilOpen(first: Promise<unknown>): Promise<void> {
    const { logger, topic } = this.#options;
    const { signal } = this.#ended;
    let waitMs = RETRY_MS_FIRST;
    for (let error = await first; error !== undefined && !signal.aborted; error = await this.#tryOnce()) {
      const reason = lastingReason(error);
      if (reason === undefined)
        logger.warn({ topic: topic.name }, 'the trail of our own use waits for Kafka');
      else if (reason !== this.#reason)
        logger.error({ topic: topic.name, err: error }, 'the trail of our own use can not be opened');
      this.#reason = reason ?? AWAY;
      const untilMs = reason === undefined ? waitMs : MENDED_MS;
      waitMs = Math.min(2 * waitMs, RETRY_MS_MAX);
      await pause(untilMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Undefined once it is open, or needs no opening any more; else what was thrown. */
  async #tryOnce(): Promise<unknown> {
    if (this.#ended.signal.aborted) return undefined;
    try {
      return await this.#open();
    } catch (error) {
      return error;
    }
  }

  async #open(): Promise<void> {
    const { kafka, topic, allowWeak, logger, limits, onOpen } = this.#options;
    const { partitions, weaknesses } = await ensureTopic(kafka, topic, { allowWeak, logger });
    const writer = await openLogWriter(kafka, { topic: topic.name, logger, limits });
    // Ended in the meantime.
    if (this.#ended.signal.aborted) return writer[Symbol.asyncDispose]();
    this.#writer = writer;
    logger.info({ topic: topic.name, partitions, weaknesses }, 'the trail of our own use is open');
    onOpen();
  }
}

/** A word for what will not pass by itself; undefined where trying again may help. */
function lastingReason(error: unknown): string | undefined {
  if (!(error instanceof EventLogError)) return 'failed';
  return error.retryable ? undefined : error.code;
}
