/**
 * The indices of the generation before this one, read for the rebuild: month by month, every document once, in pages that
 * fit into memory. Nothing is changed here.
 */
import { indexPatterns, PROJECTION_VERSION, SIZE_FIELD, writtenPatterns } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { OlderMonth } from '../domain/rebuild.ts';
import { STORED_FIELDS, type StoredDocument } from '../domain/stored-record.ts';
import { ElasticError, elasticError, OtherProjectionError } from './errors.ts';
import { monthOfIndex } from './month-of-index.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Documents of a page by the bytes of their events: 32 MiB at most, whatever is in a month. An event is at most as large
 * as a record, 16 MiB. Who does not say its size goes alone.
 */
const PAGES = [
  { query: { range: { [SIZE_FIELD]: { lt: 64 * KIB } } }, size: 500 },
  { query: { range: { [SIZE_FIELD]: { gte: 64 * KIB, lt: MIB } } }, size: 32 },
  { query: { range: { [SIZE_FIELD]: { gte: MIB } } }, size: 2 },
  { query: { bool: { must_not: { exists: { field: SIZE_FIELD } } } }, size: 1 },
] as const;

/** Ids of a page: some 100 bytes each, in both answers that it takes to compare them. */
const IDS = { query: { match_all: {} }, size: 2000, source: false } as const;

/** Bytes of an answer: a JSON string within JSON is at most twice as long. */
const ANSWER_BYTES_MAX = 2 * 32 * MIB + MIB;

/** How long Elasticsearch keeps a view after a page: longer than a bulk is tried on an overloaded cluster. */
const KEEP_ALIVE = '10m';

type Hits = estypes.SearchHit<StoredDocument['source']>[];

export function olderGeneration(client: Client, indexPrefix: string, from: number) {
  const patterns = [...indexPatterns(indexPrefix), ...writtenPatterns(indexPrefix, from)];

  const monthOf = (index: string): string => {
    const named = monthOfIndex(index, indexPrefix);
    if (named === undefined) throw new OtherProjectionError(index);
    return named.month;
  };

  return {
    /** In the order of their names; also those that have no name yet under which they are read. */
    async months(): Promise<readonly OlderMonth[]> {
      try {
        const found = await client.indices.getMapping({
          index: patterns,
          allow_no_indices: true,
          // A closed one can't be copied and so holds everything up, until somebody opens it: it is not left out.
          expand_wildcards: ['open', 'closed'],
        });
        return Object.entries(found)
          .filter(([, { mappings }]) => mappings._meta?.projection !== PROJECTION_VERSION)
          .map(([index, { mappings }]) => {
            if (mappings._meta?.projection !== from) throw new OtherProjectionError(index);
            return { month: monthOf(index), index };
          })
          .toSorted((a, b) => (a.index < b.index ? -1 : 1));
      } catch (error) {
        throw elasticError(error);
      }
    },

    /** Documents of an index that can be found, as of the last refresh. */
    async count(index: string): Promise<number> {
      try {
        return (await client.count({ index, ignore_unavailable: true })).count;
      } catch (error) {
        throw elasticError(error);
      }
    },

    /** All documents of an index that were written before this is called. */
    async *pages(index: string, signal: AbortSignal): AsyncGenerator<readonly StoredDocument[]> {
      try {
        await client.indices.refresh({ index }, { signal });
        for (const pages of PAGES) {
          for await (const hits of hitsOf(client, index, { ...pages, source: [...STORED_FIELDS] }, signal)) {
            yield hits.map(({ _id = '', _source: source = {} }) => ({ id: _id, source }));
          }
        }
      } catch (error) {
        throw elasticError(error);
      }
    },

    /** The ids of the same documents. */
    async *idPages(index: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
      try {
        await client.indices.refresh({ index }, { signal });
        for await (const hits of hitsOf(client, index, IDS, signal)) yield hits.map(({ _id = '' }) => _id);
      } catch (error) {
        throw elasticError(error);
      }
    },
  };
}

type Asked = {
  readonly query: (typeof PAGES)[number]['query'] | (typeof IDS)['query'];
  readonly size: number;
  readonly source: string[] | false;
};

/** All that the query matches, in pages. */
async function* hitsOf(
  client: Client,
  index: string,
  { query, size, source }: Asked,
  signal: AbortSignal,
): AsyncGenerator<Hits> {
  let { id } = await client.openPointInTime({ index, keep_alive: KEEP_ALIVE }, { signal });
  try {
    let after: estypes.SortResults | undefined;
    for (;;) {
      const answer: estypes.SearchResponse<StoredDocument['source']> = await client.search(
        {
          pit: { id, keep_alive: KEEP_ALIVE },
          query,
          size,
          sort: ['_shard_doc'],
          ...(after !== undefined && { search_after: after }),
          track_total_hits: false,
          allow_partial_search_results: false,
          _source: source,
        },
        { signal, maxResponseSize: ANSWER_BYTES_MAX },
      );
      id = answer.pit_id ?? id;
      const hits: Hits = answer.hits.hits;
      if (answer.timed_out) throw new ElasticError(undefined);
      after = hits.at(-1)?.sort;
      if (hits.length > 0) yield hits;
      if (hits.length < size || after === undefined) return;
    }
  } finally {
    // Elasticsearch lets it go by itself where this does not reach it.
    await client.closePointInTime({ id }).catch(() => {});
  }
}
