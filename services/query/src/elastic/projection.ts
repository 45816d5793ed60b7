/**
 * The guard of every search: all indices that it looks into were made by this version of the projection. One that was
 * made by another release, or by another program under our prefix, would be half searched: its events miss from some
 * answers and stand in others.
 */
import { indexPatterns, PROJECTION_VERSION } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { ElasticError } from './errors.ts';

/** Milliseconds for which what was seen holds: new indices come once a month, and from our own template. */
const SEEN_FOR_MS = 10_000;

/** Rejects with `search-index-of-another-version` where an index is none of ours. */
export function projectionGuard(client: Client, indexPrefix: string): (signal: AbortSignal) => Promise<void> {
  let seenUntil = 0;
  return async (signal) => {
    if (performance.now() < seenUntil) return;
    const found = await client.indices.getMapping(
      {
        index: indexPatterns(indexPrefix),
        allow_no_indices: true,
        expand_wildcards: ['open', 'closed'],
        filter_path: ['*.mappings._meta', '*.mappings.dynamic'],
      },
      { signal },
    );
    for (const { mappings } of Object.values(found)) {
      if (mappings?._meta?.projection !== PROJECTION_VERSION) {
        throw new ElasticError('search-index-of-another-version');
      }
    }
    seenUntil = performance.now() + SEEN_FOR_MS;
  };
}
