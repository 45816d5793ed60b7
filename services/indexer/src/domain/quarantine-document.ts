/**
 * From a record of quarantine to what it writes of an item's document: the item, its release, or, where it is neither,
 * an item that says so. Nothing in the topic is without one, and a record gives the same at every delivery.
 */
import {
  boundedItem,
  decodeQuarantine,
  decodeRelease,
  loggedItem,
  parseDateTime,
  type QuarantinedItem,
  type QuarantineItemDocument,
  type QuarantineRelease,
  type QuarantineReleaseDocument,
  startMs,
} from '@auditbox/fhir-core';
import type { LoggedRecord } from './quarantine-record.ts';

export type QuarantineWrite = {
  readonly kind: 'item' | 'release' | 'unreadable';
  readonly fields: QuarantineItemDocument | QuarantineReleaseDocument;
  /** The value, verbatim, where there is one to be listed. */
  readonly content?: Buffer;
};

/** `sha256` is the hexadecimal SHA-256 of the bytes. */
export function quarantineWrite(record: LoggedRecord, sha256: (bytes: Buffer) => string): QuarantineWrite {
  const { headers, timestampMs } = record;
  const value = record.value ?? Buffer.alloc(0);
  const item = decodeQuarantine(headers, { sha256: sha256(value), timestampMs });
  if (item !== undefined) return itemWrite('item', item, value);
  const release = decodeRelease(headers);
  if (release !== undefined) return { kind: 'release', fields: releaseFields(release) };
  return itemWrite('unreadable', unreadableItem(record, sha256(value)), value);
}

/** The same without its content, which the index refuses. */
export function withoutContent({ kind, fields }: QuarantineWrite): QuarantineWrite {
  return { kind, fields: { ...fields, content_omitted: 'refused-by-index' } };
}

/** About how long it is in a bulk request. */
export function writtenBytes({ fields, content }: QuarantineWrite): number {
  return Buffer.byteLength(JSON.stringify(fields)) + Math.ceil((content?.length ?? 0) / 3) * 4;
}

function itemWrite(kind: 'item' | 'unreadable', item: QuarantinedItem, value: Buffer): QuarantineWrite {
  const { omittedBytes } = item;
  const fields = itemFields(item, omittedBytes ?? value.length);
  return omittedBytes === undefined
    ? { kind, fields, content: value }
    : { kind, fields: { ...fields, content_omitted: 'too-large-for-topic' } };
}

function itemFields(item: QuarantinedItem, bytes: number): QuarantineItemDocument {
  const { place, mediaType, contentEncoding, requestId, senderId, log } = item;
  return {
    id: item.id,
    event_id: item.eventId,
    origin: item.origin,
    reason: item.reason,
    sender: item.sender,
    received: msOf(item.received),
    bytes,
    sha256: item.sha256,
    ...(place !== undefined && { place }),
    ...(mediaType !== undefined && { media_type: mediaType }),
    ...(contentEncoding !== undefined && { content_encoding: contentEncoding }),
    ...(requestId !== undefined && { request_id: requestId }),
    ...(senderId !== undefined && { sender_id: senderId }),
    issues: JSON.stringify(item.issues),
    ...(log !== undefined && { log }),
  };
}

function releaseFields(release: QuarantineRelease): QuarantineReleaseDocument {
  return {
    id: release.id,
    released_event_id: release.eventId,
    released_at: msOf(release.releasedAt),
    released_by: release.releasedBy,
    corrected: release.corrected,
  };
}

/** Its place is the one in quarantine itself. */
function unreadableItem(record: LoggedRecord, sha256: string): QuarantinedItem {
  const { topic, partition, offset, headers, timestampMs } = record;
  const log = { topic, partition, offset: String(offset) };
  // Its headers can be of any length, and an index refuses what is longer than a term may be.
  return boundedItem(loggedItem({ reason: 'unreadable', log, headers, sha256, timestampMs }));
}

function msOf(instant: string): number {
  const range = parseDateTime(instant);
  return range === undefined ? 0 : startMs(range);
}
