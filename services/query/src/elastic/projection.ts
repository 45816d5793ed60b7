/**
 * The guard of every search: all indices that it looks into were made by this version of the projection. One that was
 * made by another release, or by another program under our prefix, would be half searched: its events miss from some
 * answers and stand in others.
 */
import { indexPatterns, PROJECTION_VERSION } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { ElasticError } from './errors.ts';
import { remembered } from './remembered.ts';

/** Milliseconds: for so long may a release go on asking in its own words when the indices of the next one are read. */
const SEEN_FOR_MS = 1000;

/** Rejects with `search-index-of-another-version` where an index is none of ours. */
export function projectionGuard(client: Client, indexPrefix: string): (signal: AbortSignal) => Promise<void> {
  return remembered(async (signal) => {
    const found = await client.indices.get(
      {
        index: indexPatterns(indexPrefix),
        allow_no_indices: true,
        expand_wildcards: ['open', 'closed'],
        features: ['mappings', 'settings'],
        // What every index has stands beside: one without our mark must not be filtered away.
        filter_path: ['*.mappings._meta', '*.settings.index.uuid'],
      },
      { signal },
    );
    for (const { mappings } of Object.values(found)) {
      if (mappings?._meta?.projection !== PROJECTION_VERSION) {
        throw new ElasticError('search-index-of-another-version');
      }
    }
  }, SEEN_FOR_MS);
}
