/**
 * A search, run. The total is exact, and a shard that can't answer fails the search: an incomplete answer that
 * looks complete is worse than none. A page that can't be too large is read in one request; otherwise first which events
 * and how large they are, then their texts: neither this process nor Elasticsearch holds much more than a page may have.
 */
import {
  compartmentCriterion,
  EVENT_FIELD,
  indexPatterns,
  SIZE_FIELD,
  searchParameter,
} from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { Page, SortValues } from '../domain/cursor.ts';
import { type FoundEvent, PAGE_BYTES_MAX, PAGE_TOO_LARGE, type SearchPort } from '../domain/found.ts';
import type { ReaderSearch } from '../domain/restriction.ts';
import { wantsTotal } from '../domain/searchset.ts';
import { compileQuery } from './compile-query.ts';
import { compileSort } from './compile-sort.ts';
import { within } from './deadline.ts';
import { ElasticError, elasticError } from './errors.ts';
import { largestEvent } from './largest-event.ts';
import { projectionGuard } from './projection.ts';
import { retried } from './retry.ts';

type Document = { readonly [EVENT_FIELD]: string };

/** Where a document is, and where it stands among all that are found. */
type Hit = { readonly _index: string; readonly _id: string; readonly sort: SortValues };

/**
 * Bytes of an answer with texts. As a JSON string within JSON a text is at most twice as long, and what is around it is
 * some hundred bytes an event: whatever is over this bound is over that of the page.
 */
const ANSWER_BYTES_MAX = 2 * PAGE_BYTES_MAX + 1024 * 1024;

/** A page with its texts. */
const WHOLE = { _source: [EVENT_FIELD] };
/** A page without: not even `_id` is asked for, it lies beside the event in a compressed block that would be opened twice. */
const MEASURED = { _source: false, stored_fields: '_none_', docvalue_fields: [SIZE_FIELD] };

export type SearchOptions = {
  readonly indexPrefix: string;
  /** See `CompileContext`. */
  readonly bases: readonly string[];
  /** Milliseconds for a whole search. */
  readonly timeoutMs: number;
};

export function searchEvents(client: Client, { indexPrefix, bases, timeoutMs }: SearchOptions): SearchPort {
  const guard = projectionGuard(client, indexPrefix);
  const largest = largestEvent(client, indexPrefix);
  return (search, page, { signal, hold }) =>
    within(timeoutMs, signal, async (both) => {
      await retried(() => guard(both), both);
      const ask = async (body: estypes.SearchRequest): Promise<Answer> => {
        const answer = await retried(
          () =>
            client.search<Document>(
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
              { signal: both, maxResponseSize: ANSWER_BYTES_MAX },
            ),
          both,
        );
        if (answer.timed_out) throw new ElasticError('search-engine-too-slow');
        return answer;
      };
      const isFirst = page.from === 'offset';
      const tellsHorizon = isFirst && search.count > 0 && wantsTotal(search);
      const body = {
        ...searchBody(search, page, bases),
        ...(tellsHorizon && { aggs: horizonAggs(page) }),
      };
      const bytesMax = (search.count + 1) * (await retried(() => largest(both), both));
      const whole = bytesMax <= PAGE_BYTES_MAX ? await askWhole(ask, body, both) : undefined;
      const { hits, aggregations } = whole ?? (await ask({ ...body, ...MEASURED }));
      const more = hits.hits.length > search.count;
      const found = hits.hits.slice(0, search.count);
      if (page.from === 'before') found.reverse();
      const texts = whole && found.map(textOf);
      const ordered = found.map(hitOf);
      const sizes = texts ? texts.map(({ text }) => Buffer.byteLength(text)) : found.map(sizeOf);
      const pageBytes = sizes.reduce((sum, bytes) => sum + bytes, 0);
      if (pageBytes > PAGE_BYTES_MAX) return PAGE_TOO_LARGE;
      if (!hold(pageBytes)) throw new ElasticError('search-pages-in-hand');
      const [events, apart] = await Promise.all([
        texts ?? readTexts(client, ordered, both),
        isFirst && more && !tellsHorizon ? ask(horizonBody(body.query, page)) : undefined,
      ]);
      const horizon = isFirst ? horizonIn(aggregations ?? apart?.aggregations, page) : page.horizon;
      const [first, last] = [ordered[0], ordered.at(-1)];
      const edges =
        first !== undefined && last !== undefined ? { first: first.sort, last: last.sort } : undefined;
      return { total: page.total ?? totalOf(hits.total), events, more, horizon, edges };
    });
}

type Answer = estypes.SearchResponse<Document>;

/** The page with its texts, or undefined where they are larger than any was a moment ago. */
async function askWhole(
  ask: (body: estypes.SearchRequest) => Promise<Answer>,
  body: estypes.SearchRequest,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  try {
    return await ask({ ...body, ...WHOLE });
  } catch (error) {
    if (elasticError(error).code === 'search-engine-answer-too-large' && !signal.aborted) return undefined;
    throw error;
  }
}

/** What Elasticsearch is asked for a page: one event more than it has, to know whether there is more. */
export function searchBody(
  search: ReaderSearch,
  page: Page,
  bases: readonly string[],
): estypes.SearchRequest {
  const { compartment, criteria, restriction, count } = search;
  const within = compartment === undefined ? [] : [compartmentCriterion(compartment)];
  const query = compileQuery([...restriction, ...within, ...criteria], { bases, now: page.moment });
  const isFirst = page.from === 'offset';
  return {
    query: isFirst ? query : { bool: { filter: [query, { range: { [ARRIVED]: { lte: page.horizon } } }] } },
    sort: compileSort(search.sort, page.from === 'before'),
    size: count === 0 ? 0 : count + 1,
    ...(isFirst ? { from: page.offset } : { search_after: [...page.values] }),
    // Later pages know it from the first.
    track_total_hits: page.total === undefined && wantsTotal(search),
  };
}

/** When an event was received, in microseconds. */
const ARRIVED = `${searchParameter('_lastUpdated').field}.micros`;

/** Milliseconds before a first page: as far as Kerberos lets clocks differ, those of who stamps events and of who searches. */
const RECENT_MS = 300_000;

/**
 * What tells the horizon of a first page: the latest arrival of what it finds, where anything of it is recent. With a page that
 * is counted each shard takes it from the same view as its part of page and total, so that nothing of them is beyond it. An
 * index without recent arrivals is not looked at; of one that has them, what the search finds there.
 */
function horizonAggs(page: Page): Record<string, estypes.AggregationsAggregationContainer> {
  const newest = { max: { field: ARRIVED } };
  return { recent: { filters: { filters: [recent(page)] }, aggs: { newest } } };
}

/** The same after a page that is not counted, which ends as soon as it is full: of what is recent alone. */
function horizonBody(query: estypes.QueryDslQueryContainer | undefined, page: Page): estypes.SearchRequest {
  const filter = [query ?? { match_all: {} }, recent(page)];
  return { query: { bool: { filter } }, size: 0, track_total_hits: false, aggs: horizonAggs(page) };
}

/** The latest arrival of what is found, or what is later than any of it. */
export function horizonIn(aggregations: Answer['aggregations'], page: Page): number {
  const found = aggregations?.recent as { readonly buckets: readonly RecentBucket[] } | undefined;
  return found?.buckets[0]?.newest.value ?? recentSince(page);
}

type RecentBucket = { readonly newest: estypes.AggregationsMaxAggregate };

function recent(page: Page): estypes.QueryDslQueryContainer {
  return { range: { [ARRIVED]: { gt: recentSince(page) } } };
}

/** In microseconds, as ARRIVED. */
function recentSince({ moment }: Page): number {
  return Math.max(0, moment - RECENT_MS) * 1000;
}

/** The id is the last of the sort values. */
function hitOf({ _index, sort }: estypes.SearchHit<Document>): Hit {
  const _id: unknown = sort?.at(-1);
  if (typeof _id !== 'string') throw new ElasticError('search-engine-answer-unusable');
  return { _index, _id, sort: sort as SortValues };
}

/** Of a hit without its text. */
function sizeOf({ fields }: estypes.SearchHit<Document>): number {
  const [bytes] = (fields?.[SIZE_FIELD] ?? []) as number[];
  if (bytes === undefined) throw new ElasticError('search-engine-answer-unusable');
  return bytes;
}

function textOf({ _id, _source }: estypes.SearchHit<Document>): FoundEvent {
  if (_id === undefined || _source === undefined) throw new ElasticError('search-engine-answer-unusable');
  return { id: _id, text: _source[EVENT_FIELD] };
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
