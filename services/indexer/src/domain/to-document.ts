/**
 * From a record to the document that is written for it, or to the reason why there can be none. Pure: what is
 * unindexable today is unindexable at every redelivery.
 */
import {
  type AuditEvent,
  decodeHeaders,
  ENVELOPE_FIELDS,
  EVENT_FIELD,
  type EventHeaders,
  indexMonth,
  isEventId,
  PROJECTED_FIELD,
  projectedMembers,
  SIZE_FIELD,
  type TraceHeaders,
  traceHeadersOf,
  validateAuditEvent,
} from '@auditbox/fhir-core';
import { documentBytes } from './document-bytes.ts';
import type { DocumentMemory } from './document-memory.ts';

/** A record's key, value and headers. */
export type EventRecord = {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** A record and its place in the log. */
export type IndexableRecord = EventRecord & {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
};

export type UnindexableReason =
  | 'no-value'
  | 'no-headers'
  | 'not-json'
  | 'not-an-event'
  | 'wrong-identity'
  | 'wrong-digest';

/**
 * Bytes over which a document is large: it is written in a request of its own, because Elasticsearch refuses a large one
 * whatever else is in the request, and the others are not to be refused with it.
 */
export const LARGE_DOCUMENT_BYTES = 1024 * 1024;

/** Hexadecimal digits: another projection passes for this one once in 2^48. */
const PROJECTED_CHARS = 12;
const PROJECTED = `,"${PROJECTED_FIELD}":"`;
const BEFORE_EVENT = `{"${EVENT_FIELD}":`;

export type EventDocument = {
  readonly id: string;
  /** Of its id: names the index that it is written to. */
  readonly month: string;
  readonly digest: string;
  /** When the gateway received it, an R4 instant. */
  readonly received: string;
  /** The same in milliseconds since 1970. Not when the log took it: what is written again was taken before. */
  readonly takenMs: number;
  /** The document as JSON on one line, in UTF-8. */
  readonly source: Buffer;
  /** Its size. */
  readonly bytes: number;
  /** Where in it begins what is only indexed; see `readBack`. */
  readonly keptBytes: number;
  /** The trace of its request, as its record says; no part of the document. */
  readonly trace?: TraceHeaders;
};

export type ToDocument = { readonly document: EventDocument } | { readonly unindexable: UnindexableReason };

/**
 * `sha256` is the hexadecimal SHA-256 of the bytes. The document is in `memory` where it is given, and gone when that is given
 * back; all but its source stays.
 */
export function toDocument(
  record: EventRecord,
  sha256: (bytes: Buffer) => string,
  memory?: DocumentMemory,
): ToDocument {
  const read = readRecord(record, sha256);
  if ('unindexable' in read) return read;
  if (validateAuditEvent(read.event).length > 0) return { unindexable: 'not-an-event' };
  return makeDocument(record, read, sha256, memory);
}

/**
 * The same of an event that a release before has stored: it was valid when it was acknowledged, and is kept whatever this
 * release's validation says of it.
 */
export function toDocumentAgain(record: EventRecord, sha256: (bytes: Buffer) => string): ToDocument {
  const read = readRecord(record, sha256);
  if ('unindexable' in read) return read;
  if (!isObject(read.event)) return { unindexable: 'not-an-event' };
  try {
    return makeDocument(record, read, sha256);
  } catch (error) {
    // The projection is total over valid events: what it falls over was one for no release.
    if (error instanceof TypeError) return { unindexable: 'not-an-event' };
    throw error;
  }
}

/** What Elasticsearch gives back of a document: the fields that it keeps, as JSON, and beside them `projected`. */
export function readBack({ source, keptBytes }: Pick<EventDocument, 'source' | 'keptBytes'>): {
  readonly kept: string;
  readonly projected: string;
} {
  const begin = keptBytes + PROJECTED.length;
  return {
    kept: `${source.toString('utf8', 0, keptBytes)}}`,
    projected: source.toString('latin1', begin, begin + PROJECTED_CHARS),
  };
}

type ReadRecord = {
  readonly about: EventHeaders;
  readonly text: string;
  readonly event: unknown;
  /** The text in UTF-8, as the record has it. */
  readonly value: Buffer;
};

/** What a record says, where it is whole; its event may be anything yet. */
function readRecord(
  { value, headers }: EventRecord,
  sha256: (bytes: Buffer) => string,
): ReadRecord | { readonly unindexable: UnindexableReason } {
  if (value === null) return { unindexable: 'no-value' };
  const about = decodeHeaders(headers);
  if (about === undefined) return { unindexable: 'no-headers' };
  if (sha256(value) !== about.sha256) return { unindexable: 'wrong-digest' };
  const text = value.toString('utf8');
  try {
    return { about, text, event: JSON.parse(text), value };
  } catch {
    return { unindexable: 'not-json' };
  }
}

function makeDocument(
  { key, headers }: EventRecord,
  { about, text, event, value }: ReadRecord,
  sha256: (bytes: Buffer) => string,
  memory?: DocumentMemory,
): ToDocument {
  const id = (event as AuditEvent).id ?? '';
  if (!isEventId(id) || id !== key) return { unindexable: 'wrong-identity' };
  const { sender, senderValues } = about;
  const members = `,${JSON.stringify({ [SIZE_FIELD]: value.length, ...envelope(about) }).slice(1, -1)}`;
  const projection = projectedMembers(event as AuditEvent, { sender, senderValues, text });
  const undigested = '0'.repeat(PROJECTED_CHARS);
  const texts = [members, `${PROJECTED}${undigested}",`, ...projection, '}'];
  const { document: source, quotedEnd } = documentBytes(BEFORE_EVENT, wellFormed(value, text), texts, memory);
  const keptBytes = quotedEnd + Buffer.byteLength(members);
  const digestAt = keptBytes + PROJECTED.length;
  // Of the bytes as they are written, behind the place that it has among them.
  const projected = sha256(source.subarray(digestAt + PROJECTED_CHARS + `",`.length));
  source.write(projected.slice(0, PROJECTED_CHARS), digestAt, 'latin1');
  const { contentDigest: digest, received } = about;
  const traced = headers.traceparent === undefined ? {} : { trace: traceHeadersOf(headers) };
  const receivedMs = Date.parse(received);
  // What is no time is taken for now: whatever ended before, this came after it.
  const takenMs = Number.isNaN(receivedMs) ? Number.POSITIVE_INFINITY : receivedMs;
  return {
    document: {
      id,
      month: indexMonth(id),
      digest,
      received,
      takenMs,
      source,
      bytes: source.length,
      keptBytes,
      ...traced,
    },
  };
}

/** The text in UTF-8. What is not UTF-8 in the record stands in the text as this character. */
function wellFormed(value: Buffer, text: string): Buffer {
  return text.includes('\ufffd') ? Buffer.from(text) : value;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function envelope({
  contentDigest,
  received,
  sender,
  senderValues,
}: EventHeaders): Record<string, string | undefined> {
  return {
    [ENVELOPE_FIELDS.digest]: contentDigest,
    [ENVELOPE_FIELDS.received]: received,
    [ENVELOPE_FIELDS.sender]: sender,
    [ENVELOPE_FIELDS.senderId]: senderValues.id,
    [ENVELOPE_FIELDS.senderLastUpdated]: senderValues.lastUpdated,
    [ENVELOPE_FIELDS.senderVersionId]: senderValues.versionId,
  };
}
