/**
 * How many bytes records take in a record batch, uncompressed: the number that Kafka holds against max.message.bytes.
 * Exact for the batches that kafkajs writes (one timestamp a batch, no record attributes), which a test holds it to.
 *
 * Format: https://kafka.apache.org/documentation/#recordbatch
 */
import type { LogRecord } from './log-record.ts';

/** baseOffset 8, batchLength 4, leaderEpoch 4, magic 1, crc 4, attributes 2, lastOffsetDelta 4, timestamps 16, producer 14, count 4. */
export const BATCH_HEADER_BYTES = 61;

/** attributes 1, timestampDelta 1: kafkajs gives all records of a batch one timestamp, so the delta is always 0. */
const RECORD_FIXED_BYTES = 2;

/** What a record takes apart from its own length and its place in the batch, both of which are varints. */
export function recordBodyBytes({ key, value, headers }: LogRecord): number {
  const entries = Object.entries(headers);
  let bytes = RECORD_FIXED_BYTES + varintBytes(entries.length);
  bytes += lengthPrefixedBytes(Buffer.byteLength(key)) + lengthPrefixedBytes(value.length);
  for (const [name, text] of entries) {
    bytes += lengthPrefixedBytes(Buffer.byteLength(name)) + lengthPrefixedBytes(Buffer.byteLength(text));
  }
  return bytes;
}

/** What records with these bodies add to a batch that already has `position` records. */
export function recordsBytes(bodies: readonly number[], position: number): number {
  let bytes = 0;
  for (let i = 0; i < bodies.length; i++) {
    bytes += lengthPrefixedBytes(bodies[i]! + varintBytes(position + i));
  }
  return bytes;
}

/** A whole batch of these alone. */
export function batchBytes(bodies: readonly number[]): number {
  return BATCH_HEADER_BYTES + recordsBytes(bodies, 0);
}

function lengthPrefixedBytes(length: number): number {
  return varintBytes(length) + length;
}

/** Of a number ≥ 0, zigzag-encoded: 6 bits in the first byte, 7 in each further one. */
export function varintBytes(value: number): number {
  if (value < 0x40) return 1;
  if (value < 0x2000) return 2;
  if (value < 0x10_0000) return 3;
  if (value < 0x800_0000) return 4;
  return 5;
}
