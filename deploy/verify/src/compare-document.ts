/**
 * A stored document beside the one that its record makes. Equal means equal in all that is stored: the event to the byte,
 * what is about it, and the fields by which it is found.
 */
import { isDeepStrictEqual } from 'node:util';
import { DIGEST_FIELD, ENVELOPE_FIELDS, EVENT_FIELD, SIZE_FIELD } from '@auditbox/fhir-core';
import type { ChangedPart } from './verdict.ts';

/** The source of a document, parsed. */
export type Source = Readonly<Record<string, unknown>>;

export type Compared =
  | { readonly kind: 'equal' }
  /** `sameContent`: what is stored says of itself that it is a copy of the same event. */
  | { readonly kind: 'different'; readonly sameContent: boolean; readonly part: ChangedPart };

const ENVELOPE: readonly string[] = [...Object.values(ENVELOPE_FIELDS), SIZE_FIELD];

/** @param expected the text that the indexer writes */
export function compareDocument(expected: string, stored: Source): Compared {
  // What the indexer wrote comes back in the order in which it was written.
  if (JSON.stringify(stored) === expected) return { kind: 'equal' };
  const made: Source = JSON.parse(expected);
  if (isDeepStrictEqual(made, stored)) return { kind: 'equal' };
  const sameContent = made[DIGEST_FIELD] === stored[DIGEST_FIELD];
  return { kind: 'different', sameContent, part: changedPart(made, stored) };
}

function changedPart(made: Source, stored: Source): ChangedPart {
  if (made[EVENT_FIELD] !== stored[EVENT_FIELD]) return 'event';
  return ENVELOPE.some((field) => made[field] !== stored[field]) ? 'envelope' : 'projection';
}
