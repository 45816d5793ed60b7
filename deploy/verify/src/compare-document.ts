/**
 * A stored document beside the one that its record makes. Equal means equal in all that is stored: the event to the byte,
 * what is about it, and the digest of the fields by which it is found, which are indexed and can't be read back.
 */
import { isDeepStrictEqual } from 'node:util';
import { DIGEST_FIELD, ENVELOPE_FIELDS, EVENT_FIELD, PROJECTED_FIELD, SIZE_FIELD } from '@auditbox/fhir-core';
import { type EventDocument, readBack } from '@auditbox/indexer/to-document';
import type { ChangedPart } from './verdict.ts';

/** What can be read of a document. */
export type Source = Readonly<Record<string, unknown>>;

/** The document that the indexer writes. */
export type Made = Pick<EventDocument, 'source' | 'keptBytes'>;

export type Compared =
  | { readonly kind: 'equal' }
  /** `sameContent`: what is stored says of itself that it is a copy of the same event. */
  | { readonly kind: 'different'; readonly sameContent: boolean; readonly part: ChangedPart };

const ENVELOPE: readonly string[] = [...Object.values(ENVELOPE_FIELDS), SIZE_FIELD];

export function compareDocument(expected: Made, stored: Source): Compared {
  const { kept, projected } = readBack(expected);
  const made: Source = { ...JSON.parse(kept), [PROJECTED_FIELD]: projected };
  if (isDeepStrictEqual(made, stored)) return { kind: 'equal' };
  const sameContent = made[DIGEST_FIELD] === stored[DIGEST_FIELD];
  return { kind: 'different', sameContent, part: changedPart(made, stored) };
}

function changedPart(made: Source, stored: Source): ChangedPart {
  if (made[EVENT_FIELD] !== stored[EVENT_FIELD]) return 'event';
  return ENVELOPE.some((field) => made[field] !== stored[field]) ? 'envelope' : 'projection';
}
