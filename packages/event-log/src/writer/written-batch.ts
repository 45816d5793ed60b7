/**
 * A batch as kafkajs gets it: one message that is all of its records, written already. The patch of kafkajs (decision 8)
 * counts and numbers them by what the message says, frames them, and has them compressed as they are. Without the patch
 * kafkajs knows no such value, and sends nothing.
 */
import type { Message } from 'kafkajs';
import { encodeRecords, type SizedRecords } from './encode-records.ts';
import type { Batch } from './form-batches.ts';

/** `batch` has at least one record. */
export function writtenBatch({ partition, requests, records: count }: Batch<SizedRecords>): Message {
  const value = { records: encodeRecords(requests), count };
  return { value: value as unknown as Buffer, partition };
}
