/** What query asks of Elasticsearch for a search, without what tells the horizon, in one request that brings the events: the limit. */
import { EVENT_FIELD, indexName, indexPatterns, parseSearch, referenceBase } from '@auditbox/fhir-core';
import { searchBody } from '@auditbox/query/elastic/search-events';
import { INDEX_PREFIX } from './document.ts';
import { EHR_BASE } from './event.ts';
import type { JsonRequest } from './json-client.ts';
import { OWN_BASE } from './query-process.ts';

/** The event before a page, by its sort values, the latest arrival of all events, in microseconds, and the total. */
export type After = {
  readonly values: readonly (string | number)[];
  readonly horizon: number;
  readonly total: number;
};

export type BareAnswer = {
  readonly hits: {
    readonly total?: { readonly value: number };
    readonly hits: readonly { readonly _id: string }[];
  };
};

const BASES = [OWN_BASE, EHR_BASE].map(referenceBase);
const SEARCH_PATH = `/${indexPatterns(INDEX_PREFIX).join(',')}/_search?allow_no_indices=true&allow_partial_search_results=false`;

/** Of the first page, or of a later one. */
export function bareSearch(parameters: Iterable<readonly [string, string]>, after?: After): JsonRequest {
  const parsed = parseSearch(parameters, { strict: true, compartment: undefined });
  if ('issues' in parsed) throw new Error(`bench: not a search: ${JSON.stringify(parsed.issues)}`);
  const search = { ...parsed.search, restriction: [] };
  const moment = Date.now();
  const page =
    after === undefined
      ? ({ from: 'offset', offset: search.offset, moment } as const)
      : ({ from: 'after', ...after, moment } as const);
  const body = { ...searchBody(search, page, BASES), _source: [EVENT_FIELD] };
  return { path: SEARCH_PATH, body: JSON.stringify(body) };
}

export function bareRead(id: string): JsonRequest {
  return { path: `/${indexName(id, INDEX_PREFIX)}/_doc/${id}?_source_includes=${EVENT_FIELD}` };
}
