/**
 * How large events are, at most: read off the index without looking at a single event, and kept for a moment. A page that
 * can't be too large even if all its events were of that size is read in one request; any other is measured first.
 */
import { indexPatterns, SIZE_FIELD } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import { remembered } from './remembered.ts';

/**
 * UTF-8 bytes of the largest event; 0 where there is none. Larger ones that came since it was looked up are caught by the
 * bound on the answer.
 */
export function largestEvent(client: Client, indexPrefix: string): (signal: AbortSignal) => Promise<number> {
  return remembered(async (signal) => {
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
    return largest?.value ?? 0;
  });
}
