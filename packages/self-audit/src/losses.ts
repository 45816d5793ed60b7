/**
 * Events of our own use that did not get into the log: each is counted, and said by an ERROR line, but not by one each,
 * or a Kafka that is away would fill the disk. Never what is in the event.
 */
import type { Logger } from '@auditbox/service-kit';

/** Between two lines. */
const LOG_EVERY_MS = 10_000;

export class Losses {
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  #unsaid = 0;
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #reason = '';

  /** @param nowMs milliseconds of a clock that never goes back */
  constructor(logger: Logger, nowMs: () => number) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** @param reason a word from the code; `error` where it is not an expected one */
  lost(reason: string, error?: unknown): void {
    this.#unsaid += 1;
    this.#reason = reason;
    if (this.#nowMs() - this.#saidAtMs >= LOG_EVERY_MS) this.#say(error);
  }

  /** Says what no line has said yet. */
  end(): void {
    if (this.#unsaid > 0) this.#say();
  }

  #say(error?: unknown): void {
    this.#saidAtMs = this.#nowMs();
    const fields = { lost: this.#unsaid, reason: this.#reason };
    this.#unsaid = 0;
    this.#logger.error(
      error === undefined ? fields : { ...fields, err: error },
      'events of our own use are not in the log',
    );
  }
}
