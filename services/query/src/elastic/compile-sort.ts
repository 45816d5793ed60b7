/** The sort that Elasticsearch is asked for. */
import { type SortKey, searchParameter, sortField } from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';
import { decidingKeys } from '../domain/deciding-keys.ts';

/**
 * Of several values the least counts, descending the greatest, which is what Elasticsearch does. Events without a
 * value come last either way; `backwards` is the exact reverse, by which the page before is read.
 */
export function compileSort(keys: readonly SortKey[], backwards: boolean): estypes.SortCombinations[] {
  return decidingKeys(keys).map(({ code, descending }) => {
    const field = sortField(searchParameter(code));
    if (field === undefined) throw new Error(`${code} has no order`);
    const order = descending === backwards ? 'asc' : 'desc';
    // Backwards it is still the same value of an event that counts.
    return {
      [field]: backwards ? { order, mode: descending ? 'max' : 'min', missing: '_first' } : { order },
    };
  });
}
