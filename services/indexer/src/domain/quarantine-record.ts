/**
 * What is written to quarantine: the record as it was, with the item that it is (fhir-core's contract) in headers
 * beside its own. The same record, delivered twice, is one item.
 */
import { encodeQuarantine, isQuarantineHeader, loggedItem, type QuarantinedItem } from '@auditbox/fhir-core';
import type { QuarantineReason } from './disposition.ts';
import type { IndexableRecord } from './to-document.ts';

/** A record and when the log took it, in milliseconds since 1970. */
export type LoggedRecord = IndexableRecord & { readonly timestampMs: number };

/** Resolves once the record is durably in quarantine; rejects otherwise. */
export type QuarantinePort = (record: LoggedRecord, reason: QuarantineReason) => Promise<void>;

/** `sha256` is the hexadecimal SHA-256 of the value. */
export function quarantineRecord(record: LoggedRecord, reason: QuarantineReason, sha256: string) {
  const item = itemOf(record, reason, sha256);
  // A header of the contract is ours: in a record of the log of events it says nothing.
  const own = Object.entries(record.headers).filter(([name]) => !isQuarantineHeader(name));
  return {
    key: item.id,
    value: record.value ?? Buffer.alloc(0),
    headers: { ...Object.fromEntries(own), ...encodeQuarantine(item) },
  };
}

/**
 * What is written for a record that quarantine itself can't take: where it is, how large, and its digest. The record
 * stays in the log it came from until that log's retention ends.
 */
export function quarantineStub(record: LoggedRecord, reason: QuarantineReason, sha256: string) {
  const item = { ...itemOf(record, reason, sha256), omittedBytes: record.value?.length ?? 0 };
  return { key: item.id, value: Buffer.alloc(0), headers: encodeQuarantine(item) };
}

function itemOf(record: LoggedRecord, reason: QuarantineReason, sha256: string): QuarantinedItem {
  const { topic, partition, offset, key, headers, timestampMs } = record;
  const log = { topic, partition, offset: String(offset), ...(key !== null && { key }) };
  return loggedItem({ reason, log, headers, sha256, timestampMs });
}
