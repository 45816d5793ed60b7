/**
 * A read by id: one document of one index, visible as soon as it is written (no refresh is waited for). Of a reader who
 * is restricted it is a search in that index: what may not be seen is found as little as what is not there, by the same
 * steps, and what was just written is seen once Elasticsearch has refreshed.
 */
import { DIGEST_FIELD, ENVELOPE_FIELDS, EVENT_FIELD, indexName, isEventId } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { ReadPort } from '../domain/found.ts';
import type { Restriction } from '../domain/restriction.ts';
import { compileQuery } from './compile-query.ts';
import { within } from './deadline.ts';
import { projectionGuard } from './projection.ts';
import { retried } from './retry.ts';

type Document = {
  readonly [EVENT_FIELD]: string;
  readonly [DIGEST_FIELD]: string;
  readonly [ENVELOPE_FIELDS.received]: string;
};

export type ReadOptions = {
  readonly indexPrefix: string;
  /** See `CompileContext`. */
  readonly bases: readonly string[];
  /** Milliseconds for a whole read. */
  readonly timeoutMs: number;
};

const SOURCE = [EVENT_FIELD, DIGEST_FIELD, ENVELOPE_FIELDS.received];

export function readEvent(client: Client, { indexPrefix, bases, timeoutMs }: ReadOptions): ReadPort {
  const guard = projectionGuard(client, indexPrefix);

  const get = async (id: string, signal: AbortSignal): Promise<Document | undefined> => {
    const request = { index: indexName(id, indexPrefix), id, _source: SOURCE };
    // A 404 is an answer: no such document, or no index for its month.
    return (await client.get<Document>(request, { signal, ignore: [404] }))._source;
  };

  const find = async (id: string, restriction: Restriction, signal: AbortSignal) => {
    await guard(signal);
    const query = compileQuery([{ code: '_id', type: 'id', not: false, values: [id] }, ...restriction], {
      bases,
      now: Date.now(),
    });
    const index = indexName(id, indexPrefix);
    const answer: Partial<estypes.SearchResponse<Document>> = await client.search<Document>(
      { index, query, _source: SOURCE, allow_partial_search_results: false, track_total_hits: false },
      { signal, ignore: [404] },
    );
    return answer.hits?.hits[0]?._source;
  };

  return async (id, restriction, signal) => {
    if (!isEventId(id)) return undefined;
    const document = await within(timeoutMs, signal, (both) =>
      retried(() => (restriction.length === 0 ? get(id, both) : find(id, restriction, both)), both),
    );
    return (
      document && {
        text: document[EVENT_FIELD],
        lastUpdatedMs: Date.parse(document[ENVELOPE_FIELDS.received]),
        digest: document[DIGEST_FIELD],
      }
    );
  };
}
