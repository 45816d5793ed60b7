/**
 * A search, run. The total is exact, and a shard that can't answer fails the search: an incomplete answer that
 * looks complete is worse than none.
 */
import { EVENT_FIELD, type Search } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import type { FoundEvent, SearchPort } from '../domain/found.ts';
import { compileQuery } from './compile-query.ts';
import { retried } from './retry.ts';

type Document = { readonly [EVENT_FIELD]: string };

/** Newest first; events of one instant by their ids, so that pages never overlap. */
const NEWEST_FIRST = [{ 'date.at': 'desc' }, { id: 'desc' }] as const;

/** `bases`: see `compileQuery`. */
export function searchEvents(client: Client, indexPrefix: string, bases: readonly string[]): SearchPort {
  return async (search: Search, signal: AbortSignal) => {
    const request = () =>
      client.search<Document>(
        {
          index: `${indexPrefix}-*`,
          allow_no_indices: true,
          allow_partial_search_results: false,
          query: compileQuery(search.criteria, bases),
          sort: [...NEWEST_FIRST],
          from: search.offset,
          size: search.count,
          track_total_hits: true,
          _source: [EVENT_FIELD],
        },
        { signal },
      );
    const { hits } = await retried(request, signal);
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    const events = hits.hits.map(
      (hit): FoundEvent => ({ id: hit._id ?? '', text: hit._source?.[EVENT_FIELD] ?? '' }),
    );
    return { total, events };
  };
}
