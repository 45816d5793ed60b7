/** One call of `append` on its way: what it holds, until when it waits, and how it ends, which it does once. */
import type { LogRecord } from '../log-record.ts';

export type AppendOutcome =
  /** Stored by all in-sync replicas: `records[i]` is at `baseOffset + i` of `partition`, in one record batch. */
  | { readonly kind: 'appended'; readonly partition: number; readonly baseOffset: bigint }
  /** The request alone is over the topic's limit. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limitBytes: number }
  | BusyOutcome;

/** The queue is full. Nothing was sent. */
export type BusyOutcome = { readonly kind: 'busy'; readonly retryAfterSeconds: number };

export class Append {
  readonly records: readonly LogRecord[];
  /** The size of each record apart from its place in a batch. */
  readonly bodies: readonly number[];
  readonly bytes: number;
  readonly deadlineAtMs: number;
  readonly outcome: Promise<AppendOutcome>;
  /** Part of a send that has not ended: its memory is held even when nobody waits any more. */
  onTheWay = false;
  settled = false;

  #resolve!: (outcome: AppendOutcome) => void;
  #reject!: (error: Error) => void;

  constructor(records: readonly LogRecord[], bodies: readonly number[], bytes: number, deadlineAtMs: number) {
    this.records = records;
    this.bodies = bodies;
    this.bytes = bytes;
    this.deadlineAtMs = deadlineAtMs;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle(outcome: AppendOutcome): void {
    this.settled = true;
    this.#resolve(outcome);
  }

  fail(error: Error): void {
    this.settled = true;
    this.#reject(error);
  }
}
