/**
 * The verdict on one record, from what the indexer would make of it, what is stored under its id and what quarantine has
 * at its place. Pure. Where another record may be the one that is stored, the verdict waits until all are read.
 */
import type { QuarantineReason } from '@auditbox/fhir-core';
import type { ToDocument } from '@auditbox/indexer/to-document';
import type { Compared } from './compare-document.ts';
import type { Taken } from './taken.ts';
import type { ChangedPart } from './verdict.ts';

/** An item that quarantine has at the record's place. */
export type ItemThere = { readonly reason: QuarantineReason; readonly isReleased: boolean };

export type Evidence = {
  readonly made: ToDocument;
  /** Undefined where there is no document under its id, where its id says. */
  readonly compared: Compared | undefined;
  readonly item: ItemThere | undefined;
  /** Where its month was dropped, whether it was taken before or after that; undefined where it was not. */
  readonly taken: Taken | undefined;
};

export type Judged = {
  readonly verdict:
    | 'stored'
    | 'quarantined'
    | 'dropped-month'
    | 'absent'
    /** Neither stored nor in quarantine, and nobody can tell whether it was stored before its month was dropped. */
    | 'unproven'
    /** A copy of what is stored if any other record is that; else what is stored was changed. */
    | 'repeat-or-changed'
    /** Another event than what is stored if any other record is that; else what is stored was changed. */
    | 'conflict-or-changed';
  readonly part?: ChangedPart;
  /** The item at its place is not to be there. */
  readonly isWronglyQuarantined: boolean;
};

/** For these Elasticsearch itself is the reason, and it has forgotten. */
const REFUSED_BY_INDEX: readonly QuarantineReason[] = ['refused-by-index', 'too-large-for-index'];
const CONFLICTING: readonly QuarantineReason[] = ['other-event-with-this-id', ...REFUSED_BY_INDEX];

export function judgeRecord({ made, compared, item, taken }: Evidence): Judged {
  const right = { isWronglyQuarantined: false };
  const wrong = { isWronglyQuarantined: item !== undefined && !item.isReleased };
  if ('unindexable' in made) return { verdict: item === undefined ? 'absent' : 'quarantined', ...right };
  if (taken !== undefined) return { verdict: ofDroppedMonth(taken, compared, item), ...right };
  if (compared === undefined) {
    const isRefused = item !== undefined && REFUSED_BY_INDEX.includes(item.reason);
    return isRefused ? { verdict: 'quarantined', ...right } : { verdict: 'absent', ...wrong };
  }
  if (compared.kind === 'equal') return { verdict: 'stored', ...wrong };
  const { sameContent, part } = compared;
  if (sameContent) return { verdict: 'repeat-or-changed', part, ...wrong };
  // What is stored under the id of a released item is what it became: corrected, it is another event than its record. It is
  // stored before the item is marked as released; until then Elasticsearch's own refusal is what the item says.
  if (item?.isReleased || (item && CONFLICTING.includes(item.reason)))
    return { verdict: 'quarantined', ...right };
  return { verdict: 'conflict-or-changed', part, ...wrong };
}

/** What was taken after its month was dropped is kept in quarantine: nobody has stored it. */
function ofDroppedMonth(taken: Taken, compared: Compared | undefined, item: ItemThere | undefined) {
  if (item?.reason === 'dropped-month') return 'quarantined';
  // A document that is there all the same is found surplus.
  if (taken === 'before' || compared !== undefined) return 'dropped-month';
  if (item !== undefined) return 'quarantined';
  return taken === 'after' ? 'absent' : 'unproven';
}
