/** From kafkajs's messages to the records that `process` gets. */
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { ReceivedRecord } from '../log-record.ts';

export type ReceivedBatch = {
  readonly partition: number;
  /** In the order of the log; at least one. */
  readonly records: readonly ReceivedRecord[];
  /**
   * Says that this record needs no second delivery. Any order, also after `process` has resolved; what is committed
   * is the head up to which all are confirmed. Too late (after `signal` aborted) it does nothing.
   */
  confirm(offset: bigint): void;
  /** Aborts when the partition is lost or the reader stops: what is not confirmed by then is delivered again. */
  readonly signal: AbortSignal;
};

/** The objects, strings and numbers of a record with six headers, beside their text: 450 measured. */
const RECORD_OVERHEAD_BYTES = 512;

/** What a record takes in memory. */
export function messageBytes({
  key,
  value,
  headers = {},
}: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + lengthOf(headers[name]);
  return bytes;
}

function lengthOf(header: IHeaders[string]): number {
  if (header === undefined) return 0;
  return Array.isArray(header) ? header.reduce((sum, each) => sum + each.length, 0) : header.length;
}

export function receivedRecord(topic: string, partition: number, message: KafkaMessage): ReceivedRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString() ?? null,
    value: message.value,
    headers: textHeaders(message.headers),
    timestampMs: Number(message.timestamp),
  };
}

function textHeaders(headers: IHeaders = {}): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    text[name] = (Array.isArray(value) ? value.at(-1) : value)?.toString() ?? '';
  }
  return text;
}
