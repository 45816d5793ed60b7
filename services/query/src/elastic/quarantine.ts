/**
 * The index of quarantine, searched and read. The total is exact, an incomplete answer is none, and an index that is
 * not there yet holds nothing.
 */
import { isEventId, type QuarantineDocument } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import type { QuarantineSearch } from '../domain/quarantine-search.ts';
import {
  LIST_TOO_LARGE,
  type QuarantineContent,
  type QuarantineFields,
  type QuarantineFound,
  type QuarantinePorts,
} from '../domain/quarantined.ts';
import { compileQuarantine } from './compile-quarantine.ts';
import { within } from './deadline.ts';
import { elasticError } from './errors.ts';
import { retried } from './retry.ts';

/** Bytes of a list: some 150 KB an item, hundreds of times what one usually has. */
const LIST_BYTES_MAX = 32 * 1024 * 1024;

/** Newest first; items of one instant by their ids, so that pages neither overlap nor leave a gap. */
const NEWEST_FIRST = [{ received: 'desc' }, { id: 'desc' }] as const;

export type QuarantineOptions = {
  readonly index: string;
  /** Milliseconds for a whole search or read. */
  readonly timeoutMs: number;
};

export function quarantinePorts(client: Client, { index, timeoutMs }: QuarantineOptions): QuarantinePorts {
  return {
    search: (search, signal) =>
      within(timeoutMs, signal, (both) => searchQuarantine(client, index, search, both)),
    async read(id, signal) {
      if (!isEventId(id)) return undefined;
      const source = { _source_excludes: ['content'] };
      return await within(timeoutMs, signal, (both) => readFields(client, index, id, source, both));
    },
    async content(id, signal) {
      if (!isEventId(id)) return undefined;
      const item = await within(timeoutMs, signal, (both) => readFields(client, index, id, {}, both));
      return item && contentOf(item);
    },
  };
}

async function searchQuarantine(
  client: Client,
  index: string,
  { criteria, count, after }: QuarantineSearch,
  signal: AbortSignal,
): Promise<QuarantineFound | typeof LIST_TOO_LARGE> {
  const request = () =>
    client.search<QuarantineFields>(
      {
        index,
        ignore_unavailable: true,
        allow_partial_search_results: false,
        query: compileQuarantine(criteria),
        track_total_hits: true,
        _source: { excludes: ['content'] },
        // One more than the page tells whether there is a next one.
        size: count === 0 ? 0 : count + 1,
        ...(count > 0 && { sort: [...NEWEST_FIRST] }),
        ...(count > 0 && after !== undefined && { search_after: [after.receivedMs, after.id] }),
      },
      { signal, maxResponseSize: LIST_BYTES_MAX },
    );
  try {
    const { hits } = await retried(request, signal);
    const items = hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    return { total, items: items.slice(0, count), hasMore: items.length > count };
  } catch (error) {
    const isTooLarge = elasticError(error).code === 'search-engine-answer-too-large' && !signal.aborted;
    if (isTooLarge) return LIST_TOO_LARGE;
    throw error;
  }
}

/** A release that is there before its item is no item yet. */
async function readFields(
  client: Client,
  index: string,
  id: string,
  source: { readonly _source_excludes?: string[] },
  signal: AbortSignal,
): Promise<QuarantineDocument | undefined> {
  const { _source } = await retried(
    () => client.get<Partial<QuarantineDocument>>({ index, id, ...source }, { signal, ignore: [404] }),
    signal,
  );
  return _source?.received === undefined ? undefined : (_source as QuarantineDocument);
}

function contentOf({ content, content_omitted }: QuarantineDocument): QuarantineContent {
  if (content !== undefined) return { bytes: Buffer.from(content, 'base64') };
  return { omitted: content_omitted ?? 'refused-by-index' };
}
