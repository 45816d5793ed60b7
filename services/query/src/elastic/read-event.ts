/** A read by id: one document of one index, visible as soon as it is written (no refresh is waited for). */
import { EVENT_FIELD, indexName, isEventId } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import type { ReadPort } from '../domain/found.ts';
import { within } from './deadline.ts';
import { retried } from './retry.ts';

type Document = { readonly [EVENT_FIELD]: string; readonly last_updated: { readonly at: number } };

export type ReadOptions = {
  readonly indexPrefix: string;
  /** Milliseconds for a whole read. */
  readonly timeoutMs: number;
};

export function readEvent(client: Client, { indexPrefix, timeoutMs }: ReadOptions): ReadPort {
  return async (id: string, signal: AbortSignal) => {
    if (!isEventId(id)) return undefined;
    // A 404 is an answer: no such document, or no index for its month.
    const { _source } = await within(timeoutMs, signal, (both) =>
      retried(
        () =>
          client.get<Document>(
            { index: indexName(id, indexPrefix), id, _source: [EVENT_FIELD, 'last_updated.at'] },
            { signal: both, ignore: [404] },
          ),
        both,
      ),
    );
    return _source === undefined
      ? undefined
      : { text: _source[EVENT_FIELD], lastUpdatedMs: _source.last_updated.at };
  };
}
