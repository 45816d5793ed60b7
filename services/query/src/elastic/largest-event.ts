/**
 * How large events are, at most: read off the index without looking at a single event, and kept for a moment. A page that
 * can't be too large even if all its events were of that size is read in one request; any other is measured first.
 */
import { indexPatterns, SIZE_FIELD } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';

/** Milliseconds for which what was seen holds. Larger events that came since are caught by the bound on the answer. */
const SEEN_FOR_MS = 10_000;

/** UTF-8 bytes of the largest event; 0 where there is none. */
export function largestEvent(client: Client, indexPrefix: string): (signal: AbortSignal) => Promise<number> {
  let seen = 0;
  let seenUntil = 0;
  return async (signal) => {
    if (performance.now() < seenUntil) return seen;
    const { aggregations } = await client.search(
      {
        index: indexPatterns(indexPrefix),
        allow_no_indices: true,
        allow_partial_search_results: false,
        size: 0,
        track_total_hits: false,
        aggs: { largest: { max: { field: SIZE_FIELD } } },
      },
      { signal },
    );
    const largest = aggregations?.largest as estypes.AggregationsMaxAggregate | undefined;
    seen = largest?.value ?? 0;
    seenUntil = performance.now() + SEEN_FOR_MS;
    return seen;
  };
}
