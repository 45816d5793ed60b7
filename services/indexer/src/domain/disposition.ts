/**
 * What becomes of an event after a bulk request: exactly one disposition each, decided by Elasticsearch's answer
 * alone.
 */
import type { UnindexableReason } from './to-document.ts';

/** The answer for one document of a bulk request. `errorType` is Elasticsearch's word for it, never its text. */
export type ItemResult = {
  readonly status: number;
  readonly errorType?: string;
  /** Why it was not sent, a code; `status` is then 0. */
  readonly unsent?: string;
};

/** What is said of an event whose month was dropped, in place of an answer: it was not written. */
export const MONTH_DROPPED = 'month-dropped';
/** The same of an event that a gateway took after that, with another setting: it was never stored, and must not get lost. */
export const MONTH_DROPPED_BEFORE = 'month-dropped-before';

export type NotWritten = typeof MONTH_DROPPED | typeof MONTH_DROPPED_BEFORE;

/** Elasticsearch's word for an index that is not there. */
export const INDEX_MISSING = 'index_not_found_exception';

export type QuarantineReason =
  | UnindexableReason
  | 'refused-by-index'
  | 'too-large-for-index'
  | 'other-event-with-this-id'
  | 'dropped-month';

export type Disposition =
  | { readonly kind: 'created' }
  /** A document with this id is there: it is this event, sent twice, or another one. Its digest tells. */
  | { readonly kind: 'exists' }
  /** Its month was dropped when its retention ended: it is not to come back. */
  | { readonly kind: 'dropped-month' }
  | { readonly kind: 'retry' }
  /** The index does not take what this release writes: its fault, not the event's. The log waits for a person. */
  | { readonly kind: 'mapping-behind' }
  | { readonly kind: 'quarantine'; readonly reason: QuarantineReason };

const CONFLICT = 409;
const BAD_REQUEST = 400;
/** Of a request, or of a single document in it: larger than Elasticsearch, or what is before it, takes. */
export const CONTENT_TOO_LARGE = 413;
export const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;

/**
 * What an index says of itself, not of a document. The projection is ours and the mapping is made from the same table,
 * so a field too many is a release ahead of its index; an illegal argument is a missing pipeline, an alias without a
 * write index, a full shard.
 */
const INDEX_AT_FAULT: readonly string[] = ['strict_dynamic_mapping_exception', 'illegal_argument_exception'];

/** Errors of a document itself: they will be the same at every try. */
const REFUSALS: readonly string[] = ['document_parsing_exception', 'mapper_parsing_exception'];

/**
 * How many documents in a row may be refused, none being taken in between, before it is the mapping that is held to
 * be at fault: a damaged mapping must not empty the log into quarantine.
 */
export const REFUSALS_IN_A_ROW_MAX = 20;

/** `refusedInARow`: documents that were refused for themselves since one was last taken. */
export function dispositionOf(result: ItemResult | NotWritten, refusedInARow = 0): Disposition {
  if (result === MONTH_DROPPED) return { kind: 'dropped-month' };
  if (result === MONTH_DROPPED_BEFORE) return { kind: 'quarantine', reason: 'dropped-month' };
  const { status, errorType } = result;
  if (status >= 200 && status < 300) return { kind: 'created' };
  if (status === CONFLICT) return { kind: 'exists' };
  if (status === CONTENT_TOO_LARGE) return { kind: 'quarantine', reason: 'too-large-for-index' };
  if (INDEX_AT_FAULT.includes(errorType ?? '')) return { kind: 'mapping-behind' };
  if (status === BAD_REQUEST && REFUSALS.includes(errorType ?? '')) {
    if (refusedInARow >= REFUSALS_IN_A_ROW_MAX) return { kind: 'mapping-behind' };
    return { kind: 'quarantine', reason: 'refused-by-index' };
  }
  if (status === TOO_MANY_REQUESTS || status >= SERVER_ERROR) return { kind: 'retry' };
  // A missing or blocked index, a lost permission: the cluster's state, which a person mends. The log waits.
  return { kind: 'retry' };
}
