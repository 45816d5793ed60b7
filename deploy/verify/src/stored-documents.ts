/**
 * What Elasticsearch has: documents by id, as they are stored at this moment; and all of them, one after the other, as of
 * one refresh. A shard that can't answer fails the whole: what is not seen is not said to be missing.
 */
import { indexPatterns, PROJECTED_FIELD, writtenPatterns } from '@auditbox/fhir-core';
import { ElasticError, elasticError } from '@auditbox/indexer/elastic/errors';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { Source } from './compare-document.ts';

export type DocumentKey = { readonly index: string; readonly id: string };

export type StoredDocument = { readonly index: string; readonly source: Source };

/** Documents of one page of a scan. Only their ids are read. */
const PAGE_DOCUMENTS = 10_000;
/** How long Elasticsearch keeps what a scan reads, from page to page: in between, what the log got since may be read. */
const KEEP_ALIVE = '10m';

/** How a document is read with all that can be read of it: `projected` is not in its source. */
export const BESIDE_SOURCE = { _source: true, stored_fields: PROJECTED_FIELD } as const;

const NO_INDEX = 'index_not_found_exception';

/** In the order of the keys; undefined where there is none, or no such index. Of all fields, or of these, those that are in the source. */
export async function fetchDocuments(
  client: Client,
  keys: readonly DocumentKey[],
  signal?: AbortSignal,
  fields?: string[],
): Promise<(StoredDocument | undefined)[]> {
  if (keys.length === 0) return [];
  const answer = await translated(() =>
    client.mget<Source>(
      {
        docs: keys.map(({ index, id }) => ({ _index: index, _id: id })),
        ...(fields && { _source_includes: fields }),
      },
      { ...(signal && { signal }) },
    ),
  );
  return documentsOf(answer, keys.length);
}

/** What an answer of _mget to so many keys has, in their order. */
export function documentsOf({ docs }: MgetAnswer, keys: number): (StoredDocument | undefined)[] {
  if (docs.length !== keys) throw new ElasticError(undefined);
  return docs.map((doc) => {
    if ('error' in doc) {
      if (doc.error.type === NO_INDEX) return undefined;
      throw new ElasticError(undefined);
    }
    if (!doc.found || !doc._source) return undefined;
    const projected: unknown = doc.fields?.[PROJECTED_FIELD]?.[0];
    const beside = projected === undefined ? {} : { [PROJECTED_FIELD]: projected };
    return { index: doc._index, source: { ...doc._source, ...beside } };
  });
}

export type MgetAnswer = estypes.MgetResponse<Source>;

/**
 * Every index that events are written to by this release, and every other one that searches for events read; of an older
 * generation that is still read, nothing.
 */
export function looksInto({ indexPrefix, isRead }: Looking): string[] {
  return [...writtenPatterns(indexPrefix), ...(isRead ? indexPatterns(indexPrefix) : [])];
}

export type Looking = {
  readonly indexPrefix: string;
  /** Whether searches read this release's indices. */
  readonly isRead: boolean;
};

/** In which indices of events there is a document with these ids. */
export async function indicesOf(
  client: Client,
  looking: Looking,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (ids.length === 0) return found;
  const { hits } = await translated(() =>
    client.search(
      {
        index: looksInto(looking),
        ...WHOLE_OR_NOTHING,
        _source: false,
        // Each may be in a few indices; more than these are not needed to say that it is in the wrong one.
        size: PAGE_DOCUMENTS,
        query: { ids: { values: [...ids] } },
      },
      { ...(signal && { signal }) },
    ),
  );
  for (const { _index, _id = '' } of hits.hits) found.set(_id, [...(found.get(_id) ?? []), _index]);
  return found;
}

/** Every document of every index of events, page by page. */
export async function* scanDocuments(
  client: Client,
  looking: Looking,
  signal?: AbortSignal,
): AsyncGenerator<readonly DocumentKey[], void, void> {
  const index = looksInto(looking);
  const options = { ...(signal && { signal }) };
  let { id } = await translated(() =>
    client.openPointInTime({ index, keep_alive: KEEP_ALIVE, ignore_unavailable: false }, options),
  );
  try {
    for (let after: (string | number)[] | undefined; ; ) {
      const page = await translated(() =>
        client.search(
          {
            pit: { id, keep_alive: KEEP_ALIVE },
            allow_partial_search_results: false,
            _source: false,
            size: PAGE_DOCUMENTS,
            track_total_hits: false,
            sort: [{ _shard_doc: 'asc' }],
            ...(after && { search_after: after }),
          },
          options,
        ),
      );
      id = page.pit_id ?? id;
      const { hits } = page.hits;
      if (hits.length > 0) yield hits.map((hit) => ({ index: hit._index, id: hit._id ?? '' }));
      after = hits.at(-1)?.sort as (string | number)[] | undefined;
      if (after === undefined || hits.length < PAGE_DOCUMENTS) return;
    }
  } finally {
    // What is left open is let go after KEEP_ALIVE.
    await client.closePointInTime({ id }).catch(() => {});
  }
}

const WHOLE_OR_NOTHING = { allow_partial_search_results: false, allow_no_indices: true } as const;

/** Makes all that was written until now visible to searches and scans. */
export async function refreshEvents(client: Client, looking: Looking): Promise<void> {
  await translated(() => client.indices.refresh({ index: looksInto(looking), allow_no_indices: true }));
}

/** Documents of all indices of events at this moment: how far a scan has come. */
export async function countDocuments(client: Client, looking: Looking): Promise<number> {
  const { count } = await translated(() =>
    client.count({ index: looksInto(looking), allow_no_indices: true }),
  );
  return count;
}

export async function translated<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw elasticError(error);
  }
}
