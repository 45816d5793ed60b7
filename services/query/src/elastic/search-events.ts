/**
 * A search, run. The total is exact, and a shard that can't answer fails the search: an incomplete answer that
 * looks complete is worse than none. First which events and how large they are, then their texts: neither this process
 * nor Elasticsearch ever holds much more than a page may have.
 */
import {
  compartmentCriterion,
  EVENT_FIELD,
  indexPatterns,
  type Search,
  SIZE_FIELD,
  searchParameter,
} from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { Page, SortValues } from '../domain/cursor.ts';
import { type FoundEvent, PAGE_BYTES_MAX, PAGE_TOO_LARGE, type SearchPort } from '../domain/found.ts';
import { wantsTotal } from '../domain/searchset.ts';
import { compileQuery } from './compile-query.ts';
import { compileSort } from './compile-sort.ts';
import { within } from './deadline.ts';
import { ElasticError } from './errors.ts';
import { projectionGuard } from './projection.ts';
import { retried } from './retry.ts';

type Document = { readonly [EVENT_FIELD]: string };

/** Where a document is, and the size of its event. */
type Hit = {
  readonly _index: string;
  readonly _id: string;
  readonly sort: SortValues;
  readonly bytes: number;
};

export type SearchOptions = {
  readonly indexPrefix: string;
  /** See `CompileContext`. */
  readonly bases: readonly string[];
  /** Milliseconds for a whole search. */
  readonly timeoutMs: number;
};

export function searchEvents(client: Client, { indexPrefix, bases, timeoutMs }: SearchOptions): SearchPort {
  const guard = projectionGuard(client, indexPrefix);
  return (search, page, signal) =>
    within(timeoutMs, signal, async (both) => {
      await retried(() => guard(both), both);
      const ask = async (body: estypes.SearchRequest): Promise<estypes.SearchResponse> => {
        const answer = await retried(
          () =>
            client.search(
              {
                index: indexPatterns(indexPrefix),
                allow_no_indices: true,
                // A closed index is an error, not one index less.
                expand_wildcards: ['open', 'closed'],
                allow_partial_search_results: false,
                timeout: `${timeoutMs}ms`,
                // The same copies of the shards for all pages of a search: each refreshes for itself.
                preference: String(page.moment),
                ...body,
              },
              { signal: both },
            ),
          both,
        );
        if (answer.timed_out) throw new ElasticError('search-engine-too-slow');
        return answer;
      };
      const { hits } = await ask(searchBody(search, page, bases));
      const more = hits.hits.length > search.count;
      const ordered = hits.hits.slice(0, search.count).map(hitOf);
      if (page.from === 'before') ordered.reverse();
      const [first, last] = [ordered[0], ordered.at(-1)];
      if (ordered.reduce((sum, { bytes }) => sum + bytes, 0) > PAGE_BYTES_MAX) return PAGE_TOO_LARGE;
      const [events, horizon] = await Promise.all([
        readTexts(client, ordered, both),
        page.from !== 'offset' ? page.horizon : more ? newest(ask) : undefined,
      ]);
      const edges =
        first !== undefined && last !== undefined ? { first: first.sort, last: last.sort } : undefined;
      return { total: page.total ?? totalOf(hits.total), events, more, horizon, edges };
    });
}

/** What Elasticsearch is asked for a page: one event more than it has, to know whether there is more. */
export function searchBody(search: Search, page: Page, bases: readonly string[]): estypes.SearchRequest {
  const { compartment, criteria, count } = search;
  const all = compartment === undefined ? criteria : [compartmentCriterion(compartment), ...criteria];
  const query = compileQuery(all, { bases, now: page.moment });
  const isFirst = page.from === 'offset';
  return {
    query: isFirst ? query : { bool: { filter: [query, { range: { [ARRIVED]: { lte: page.horizon } } }] } },
    sort: compileSort(search.sort, page.from === 'before'),
    size: count === 0 ? 0 : count + 1,
    ...(isFirst ? { from: page.offset } : { search_after: [...page.values] }),
    // Later pages know it from the first.
    track_total_hits: page.total === undefined && wantsTotal(search),
    // Not even `_id`: it lies beside the event in a compressed block, which would be opened twice.
    stored_fields: '_none_',
    docvalue_fields: [SIZE_FIELD],
  };
}

/** When an event was stored, in microseconds. */
const ARRIVED = `${searchParameter('_lastUpdated').field}.micros`;

/**
 * The horizon: the latest arrival of all events. It is asked for after the page, so no event of the first page is
 * beyond it, and read off the index without looking at a single event.
 */
async function newest(
  ask: (body: estypes.SearchRequest) => Promise<estypes.SearchResponse>,
): Promise<number> {
  const { aggregations } = await ask({
    size: 0,
    track_total_hits: false,
    aggs: { newest: { max: { field: ARRIVED } } },
  });
  const found = aggregations?.newest as estypes.AggregationsMaxAggregate | undefined;
  return found?.value ?? 0;
}

/** The id is the last of the sort values. */
function hitOf({ _index, sort, fields }: estypes.SearchHit): Hit {
  const _id: unknown = sort?.at(-1);
  const [bytes] = (fields?.[SIZE_FIELD] ?? []) as number[];
  if (typeof _id !== 'string' || bytes === undefined) {
    throw new ElasticError('search-engine-answer-unusable');
  }
  return { _index, _id, sort: sort as SortValues, bytes };
}

function totalOf(total: estypes.SearchHitsMetadata['total']): number | undefined {
  return typeof total === 'number' ? total : total?.value;
}

/** The events of `hits` in their order. */
async function readTexts(client: Client, hits: readonly Hit[], signal: AbortSignal): Promise<FoundEvent[]> {
  if (hits.length === 0) return [];
  const docs = hits.map(({ _index, _id }) => ({ _index, _id, _source: [EVENT_FIELD] }));
  // Each document's failure is its own in an mget; all of them together are the answer, or there is none.
  return await retried(
    async () => (await client.mget<Document>({ docs }, { signal })).docs.map(foundEvent),
    signal,
  );
}

/** Throws where a shard could not answer, or where retention took the event since it was found. */
function foundEvent(item: estypes.MgetResponseItem<Document>): FoundEvent {
  if ('error' in item || item._source === undefined) throw new ElasticError('search-engine-unavailable');
  return { id: item._id, text: item._source[EVENT_FIELD] };
}
