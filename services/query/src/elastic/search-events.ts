/**
 * A search, run. The total is exact, and a shard that can't answer fails the search: an incomplete answer that
 * looks complete is worse than none. First which events, then their texts: see `bounded-page.ts`.
 */
import { EVENT_FIELD, type Search } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import { PAGE_BYTES_MAX, type ReadStep, readBoundedPage } from '../domain/bounded-page.ts';
import { type FoundEvent, PAGE_TOO_LARGE, type SearchPort } from '../domain/found.ts';
import { compileQuery } from './compile-query.ts';
import { ElasticError, elasticError } from './errors.ts';
import { retried } from './retry.ts';

type Document = { readonly [EVENT_FIELD]: string };

/** Where a document is. */
type Hit = { readonly _index: string; readonly _id: string };

/** Newest first; events of one instant by their ids, so that pages never overlap. */
const NEWEST_FIRST = [{ 'date.at': 'desc' }, { id: 'desc' }] as const;

/**
 * Bytes of an answer with texts. As a JSON string within JSON a text is at most twice as long, and what is
 * around it is some hundred bytes an event: whatever is over this bound is over that of the page.
 */
const ANSWER_BYTES_MAX = 2 * PAGE_BYTES_MAX + 1024 * 1024;

/** `bases`: see `compileQuery`. */
export function searchEvents(client: Client, indexPrefix: string, bases: readonly string[]): SearchPort {
  return async (search: Search, signal: AbortSignal) => {
    const request = () =>
      client.search(
        {
          index: `${indexPrefix}-*`,
          allow_no_indices: true,
          allow_partial_search_results: false,
          query: compileQuery(search.criteria, bases),
          sort: [...NEWEST_FIRST],
          from: search.offset,
          size: search.count,
          track_total_hits: true,
          _source: false,
        },
        { signal },
      );
    const { hits } = await retried(request, signal);
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    const found = hits.hits.map(({ _index, _id }): Hit => ({ _index, _id: _id ?? '' }));
    const events = await readBoundedPage(found, readTexts(client, signal));
    return events === PAGE_TOO_LARGE ? events : { total, events };
  };
}

function readTexts(client: Client, signal: AbortSignal): ReadStep<Hit> {
  return async (hits) => {
    const request = () =>
      client.mget<Document>(
        { docs: hits.map((hit) => ({ ...hit, _source: [EVENT_FIELD] })) },
        { signal, maxResponseSize: ANSWER_BYTES_MAX },
      );
    try {
      // Each document's failure is its own in an mget; all of them together are the answer, or there is none.
      return await retried(async () => (await request()).docs.map(foundEvent), signal);
    } catch (error) {
      const { code } = elasticError(error);
      if (code === 'search-engine-answer-too-large' && !signal.aborted) return PAGE_TOO_LARGE;
      throw error;
    }
  };
}

/** Throws where a shard could not answer, or where retention took the event since it was found. */
function foundEvent(item: estypes.MgetResponseItem<Document>): FoundEvent {
  if ('error' in item || item._source === undefined) throw new ElasticError('search-engine-unavailable');
  return { id: item._id, text: item._source[EVENT_FIELD] };
}
