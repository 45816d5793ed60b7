/**
 * What goes into the log and what comes out of it. The value is bytes, never parsed here: what was appended is
 * what is read back.
 */

export type LogRecord = {
  /** The event's id. It does not choose the partition. */
  readonly key: string;
  readonly value: Buffer;
  /** What is about the event but not in it. Values are UTF-8 text. */
  readonly headers: Readonly<Record<string, string>>;
};

export type ReceivedRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** null where a foreign producer wrote none. */
  readonly key: string | null;
  /** null is a tombstone, which only a foreign producer writes. */
  readonly value: Buffer | null;
  /** Of a header that is there twice, the last value. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the broker stored it (the contract's LogAppendTime), in ms since the epoch; elsewhere the producer's time. */
  readonly timestampMs: number;
};
