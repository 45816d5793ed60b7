/**
 * From a stored document back to the record that it was made of: the event's text to the byte, and what its headers said.
 * Pure. Whatever is not certain is no record: a document that a rebuild made up would be an event that nobody sent.
 */
import { ENVELOPE_FIELDS, EVENT_FIELD, encodeHeaders, SIZE_FIELD } from '@auditbox/fhir-core';
import type { EventRecord } from './to-document.ts';

/** A document as a generation before this one has it, or as somebody else left it there. */
export type StoredDocument = { readonly id: string; readonly source: Readonly<Record<string, unknown>> };

export type DamagedDocument =
  /** Another program's document, or a part of one. */
  | 'no-event'
  /** The text is not as long as it was. */
  | 'wrong-size'
  /** Who sent the event, when it was received or its digest is not there. */
  | 'no-envelope';

/**
 * The oldest version of the projection whose documents tell all that their records did. Until 3 the sender was kept as it
 * is now, under `sender`; with 4 only the terms that it is found by were there, which say it as well.
 */
export const OLDEST_PROJECTION = 2;
const SENDER_FIELD = 'sender';
const SENDER_ID_FIELD = 'sent_id';

/** What a rebuild needs of a document; the rest is made again. */
export const STORED_FIELDS: readonly string[] = [
  EVENT_FIELD,
  SIZE_FIELD,
  ...Object.values(ENVELOPE_FIELDS),
  SENDER_FIELD,
  SENDER_ID_FIELD,
];

/** `sha256` is the hexadecimal SHA-256 of the bytes. */
export function recordOfStored(
  { id, source }: StoredDocument,
  sha256: (bytes: Buffer) => string,
): { readonly record: EventRecord } | { readonly damaged: DamagedDocument } {
  const text = textOf(source[EVENT_FIELD]);
  if (text === undefined) return { damaged: 'no-event' };
  const value = Buffer.from(text);
  const size = source[SIZE_FIELD];
  if (size !== undefined && size !== value.length) return { damaged: 'wrong-size' };
  const contentDigest = textOf(source[ENVELOPE_FIELDS.digest]);
  const received = textOf(source[ENVELOPE_FIELDS.received]);
  const sender = senderOf(source);
  if (contentDigest === undefined || received === undefined || sender === undefined) {
    return { damaged: 'no-envelope' };
  }
  const senderId = textOf(source[ENVELOPE_FIELDS.senderId]) ?? textOf(source[SENDER_ID_FIELD]);
  const lastUpdated = textOf(source[ENVELOPE_FIELDS.senderLastUpdated]);
  const versionId = textOf(source[ENVELOPE_FIELDS.senderVersionId]);
  const headers = encodeHeaders({
    sender,
    received,
    sha256: sha256(value),
    contentDigest,
    senderValues: {
      ...(senderId !== undefined && { id: senderId }),
      ...(lastUpdated !== undefined && { lastUpdated }),
      ...(versionId !== undefined && { versionId }),
    },
  });
  return { record: { key: id, value, headers } };
}

function senderOf(source: StoredDocument['source']): string | undefined {
  const kept = textOf(source[ENVELOPE_FIELDS.sender]) ?? textOf(source[SENDER_FIELD]);
  if (kept !== undefined) return kept;
  const { code, system } = (source[SENDER_FIELD] ?? {}) as { readonly [terms: string]: unknown };
  const client = wholeTerm(code);
  if (client === undefined) return undefined;
  // A sender without a bar had no system; see the row `sender` of the table of search parameters.
  if (Array.isArray(system) && system.length === 0) return client;
  const issuer = wholeTerm(system);
  return issuer === undefined ? undefined : `${issuer}|${client}`;
}

/** The only one of some terms; undefined where it is a digest and not the value itself (fhir-core's `term.ts`). */
function wholeTerm(terms: unknown): string | undefined {
  const [term, ...others]: unknown[] = Array.isArray(terms) ? terms : [];
  return typeof term === 'string' && others.length === 0 && !term.includes('\u0000') ? term : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
