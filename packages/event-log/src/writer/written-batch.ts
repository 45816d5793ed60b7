/**
 * A batch as kafkajs gets it: one message that is all of its records, written already. The patch of kafkajs (decision 8)
 * counts and numbers them by what the message says, frames them, and has them compressed as they are.
 */
import type { Message } from 'kafkajs';
import { encodeRecords, type SizedRecords } from './encode-records.ts';
import type { Batch } from './form-batches.ts';

export type WrittenBatch = Message & { readonly recordCount: number };

/** `batch` has at least one record. */
export function writtenBatch({ partition, requests, records }: Batch<SizedRecords>): WrittenBatch {
  return { value: encodeRecords(requests), recordCount: records, partition };
}
