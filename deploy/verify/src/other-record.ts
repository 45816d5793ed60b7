/**
 * Whether a document that a record does not make may be of another record, one that is not at hand. It is then in itself what
 * a record makes; and two records of one event have the same sender and the same id of the sender's, from which its id is
 * derived. (Without either, its id is random, and no two records have it.)
 */
import { decodeHeaders, ENVELOPE_FIELDS } from '@auditbox/fhir-core';
import type { Source } from './compare-document.ts';
import { isConsistent } from './consistent-document.ts';

type AnyRecord = {
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** When that other record was received, in milliseconds since 1970; undefined where there can be none. */
export function otherReceivedMs(
  { key, headers }: AnyRecord,
  kind: 'repeat-or-changed' | 'conflict-or-changed',
  stored: Source,
): number | undefined {
  if (!isConsistent(key ?? '', stored)) return undefined;
  const about = decodeHeaders(headers);
  const { [ENVELOPE_FIELDS.sender]: sender, [ENVELOPE_FIELDS.senderId]: senderId } = stored;
  const isSameSender = sender === about?.sender && senderId === about?.senderValues.id;
  if (kind === 'repeat-or-changed' && !isSameSender) return undefined;
  return Date.parse(String(stored[ENVELOPE_FIELDS.received]));
}
