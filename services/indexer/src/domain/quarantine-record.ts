/**
 * What is written to quarantine: the record as it was, with the reason and the place it came from. The key is the
 * place, so a record that is delivered twice can be told from two records.
 */
import type { QuarantineReason } from './disposition.ts';
import type { IndexableRecord } from './to-document.ts';

/** Resolves once the record is durably in quarantine; rejects otherwise. */
export type QuarantinePort = (record: IndexableRecord, reason: QuarantineReason) => Promise<void>;

/** In front of the names of the headers that are about the quarantine; the record's own keep their names. */
const PREFIX = 'quarantine-';

export function quarantineRecord(record: IndexableRecord, reason: QuarantineReason) {
  const { topic, partition, offset } = record;
  return {
    key: `${topic}/${partition}/${offset}`,
    value: record.value ?? Buffer.alloc(0),
    headers: {
      ...record.headers,
      [`${PREFIX}reason`]: reason,
      [`${PREFIX}topic`]: topic,
      [`${PREFIX}partition`]: String(partition),
      [`${PREFIX}offset`]: String(offset),
      ...(record.key !== null && { [`${PREFIX}key`]: record.key }),
    },
  };
}

/**
 * What is written for a record that quarantine itself can't take: where it is, how large, and its digest. The record
 * stays in the log it came from until that log's retention ends.
 */
export function quarantineStub(record: IndexableRecord, reason: QuarantineReason, sha256: string) {
  const { key, headers } = quarantineRecord({ ...record, headers: {}, key: null }, reason);
  const value = Buffer.alloc(0);
  return {
    key,
    value,
    headers: {
      ...headers,
      [`${PREFIX}bytes`]: String(record.value?.length ?? 0),
      [`${PREFIX}sha256`]: sha256,
    },
  };
}
