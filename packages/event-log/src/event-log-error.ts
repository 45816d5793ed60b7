/**
 * The operational failures of the event log: everything that is thrown here and is not a programmer's error.
 * `code` is stable and safe to log or answer; `retryable` says whether the same call may succeed later without
 * anyone acting. Whatever else reaches a caller is foreign, and foreign errors are fatal.
 */

export type EventLogErrorCode =
  /** Kafka did not answer in time; it may later. */
  | 'unreachable'
  /** The topic keeps less than its contract promises. A person must act. */
  | 'weak-topic'
  /** Kafka does not know the topic, or not yet. */
  | 'topic-missing'
  /** A record was sent, or waited to be, and no answer says that it is stored. It may be. */
  | 'not-known-stored'
  /** The writer or reader was used after its end. */
  | 'closed'
  /**
   * Kafka refuses for a reason that will not pass by itself: authentication, authorization, a certificate that one side
   * does not accept, a codec that nobody here reads.
   */
  | 'refused'
  /** `process` threw: a programmer's error, or a fatal one of the caller's. */
  | 'process-failed';

export class EventLogError extends Error {
  override readonly name = 'EventLogError';
  readonly code: EventLogErrorCode;
  readonly retryable: boolean;

  constructor(code: EventLogErrorCode, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}
