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
  projectEvent,
  SIZE_FIELD,
  type TraceHeaders,
  traceHeadersOf,
  validateAuditEvent,
} from '@auditbox/fhir-core';

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

export type EventDocument = {
  readonly id: string;
  /** Of its id: names the index that it is written to. */
  readonly month: string;
  readonly digest: string;
  /** When the gateway received it, an R4 instant. */
  readonly received: string;
  /** The document as JSON on one line. */
  readonly source: string;
  /** Its size, in UTF-8. */
  readonly bytes: number;
  /** The trace of its request, as its record says; no part of the document. */
  readonly trace?: TraceHeaders;
};

export type ToDocument = { readonly document: EventDocument } | { readonly unindexable: UnindexableReason };

/** `sha256` is the hexadecimal SHA-256 of the bytes. */
export function toDocument(
  { key, value, headers }: EventRecord,
  sha256: (bytes: Buffer) => string,
): ToDocument {
  if (value === null) return { unindexable: 'no-value' };
  const about = decodeHeaders(headers);
  if (about === undefined) return { unindexable: 'no-headers' };
  if (sha256(value) !== about.sha256) return { unindexable: 'wrong-digest' };
  const text = value.toString('utf8');
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return { unindexable: 'not-json' };
  }
  if (validateAuditEvent(event).length > 0) return { unindexable: 'not-an-event' };
  const id = (event as AuditEvent).id ?? '';
  if (!isEventId(id) || id !== key) return { unindexable: 'wrong-identity' };
  const source = JSON.stringify({
    [EVENT_FIELD]: text,
    [SIZE_FIELD]: value.length,
    ...envelope(about),
    ...projectEvent(event as AuditEvent, { ...about, text }),
  });
  const bytes = Buffer.byteLength(source);
  const { contentDigest: digest, received } = about;
  const traced = headers.traceparent === undefined ? {} : { trace: traceHeadersOf(headers) };
  return { document: { id, month: indexMonth(id), digest, received, source, bytes, ...traced } };
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
