/**
 * The headers of a record of `auditbox.events`: what is about the event but not in it. The value is the
 * stamped event itself, so anyone can subscribe to the topic and read plain FHIR.
 */
import type { SenderValues } from './stamp.ts';

export type EventHeaders = {
  /** Who sent it: issuer and client, or `anonymous` where authentication is off. */
  readonly sender: string;
  /** When the gateway received it, an R4 instant. */
  readonly received: string;
  /** SHA-256 of the value, hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of the canonical form (`canonical.ts`), hexadecimal. */
  readonly contentDigest: string;
  readonly senderValues: SenderValues;
};

/**
 * The trace that a record is part of (W3C Trace Context), in headers of their own: no part of the event, in no digest, and
 * absent where nobody traces. Whoever reads them checks them: anybody may have written the record.
 */
export type TraceHeaders = { readonly traceparent?: string; readonly tracestate?: string };

const SENDER = 'sender';
const RECEIVED = 'received';
const SHA256 = 'sha256';
const CONTENT_DIGEST = 'content-digest';
const SENDER_ID = 'sender-id';
const SENDER_LAST_UPDATED = 'sender-last-updated';
const SENDER_VERSION_ID = 'sender-version-id';

export function encodeHeaders(headers: EventHeaders): Record<string, string> {
  const { id, lastUpdated, versionId } = headers.senderValues;
  return {
    [SENDER]: headers.sender,
    [RECEIVED]: headers.received,
    [SHA256]: headers.sha256,
    [CONTENT_DIGEST]: headers.contentDigest,
    ...(id !== undefined && { [SENDER_ID]: id }),
    ...(lastUpdated !== undefined && { [SENDER_LAST_UPDATED]: lastUpdated }),
    ...(versionId !== undefined && { [SENDER_VERSION_ID]: versionId }),
  };
}

/** Of a record's headers those that say its trace, as they are. */
export function traceHeadersOf({
  traceparent,
  tracestate,
}: Readonly<Record<string, string | undefined>>): TraceHeaders {
  if (traceparent === undefined) return {};
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}

/** The headers of a record, or undefined where one of the four that every record has is missing. */
export function decodeHeaders(
  headers: Readonly<Record<string, string | undefined>>,
): EventHeaders | undefined {
  const {
    [SENDER]: sender,
    [RECEIVED]: received,
    [SHA256]: sha256,
    [CONTENT_DIGEST]: contentDigest,
  } = headers;
  if (sender === undefined || received === undefined || sha256 === undefined || contentDigest === undefined)
    return undefined;
  const id = headers[SENDER_ID];
  const lastUpdated = headers[SENDER_LAST_UPDATED];
  const versionId = headers[SENDER_VERSION_ID];
  return {
    sender,
    received,
    sha256,
    contentDigest,
    senderValues: {
      ...(id !== undefined && { id }),
      ...(lastUpdated !== undefined && { lastUpdated }),
      ...(versionId !== undefined && { versionId }),
    },
  };
}
