/**
 * The index template, and the mapping of the indices that are already there: both are brought to this release
 * before it writes its first event. Additive changes only; Elasticsearch refuses any other, and an index of another
 * version of the projection is refused before anything is changed.
 */
import { indexPatterns, PROJECTION_VERSION, RESULT_WINDOW_MAX } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { elasticError, OtherProjectionError } from './errors.ts';
import { eventMapping } from './mapping.ts';

export type IndexSettings = {
  readonly indexPrefix: string;
  readonly indexShards: number;
  readonly indexReplicas: number;
  readonly refreshIntervalMs: number;
};

/** Above the defaults of Elasticsearch's own templates (100), so that ours decides. */
export const TEMPLATE_PRIORITY = 500;

export async function applyIndexTemplate(client: Client, settings: IndexSettings): Promise<void> {
  const { indexPrefix, indexShards, indexReplicas, refreshIntervalMs } = settings;
  const mappings = eventMapping();
  const patterns = indexPatterns(indexPrefix);
  try {
    const existing = await client.indices.getMapping({ index: patterns, allow_no_indices: true });
    for (const [index, { mappings: found }] of Object.entries(existing)) {
      if (found._meta?.projection !== PROJECTION_VERSION) throw new OtherProjectionError(index);
    }
    await client.indices.putIndexTemplate({
      name: indexPrefix,
      index_patterns: patterns,
      priority: TEMPLATE_PRIORITY,
      template: {
        settings: {
          number_of_shards: indexShards,
          number_of_replicas: indexReplicas,
          refresh_interval: `${refreshIntervalMs}ms`,
          codec: 'best_compression',
          // One more than a search pages by position: that one tells whether there is more.
          max_result_window: RESULT_WINDOW_MAX + 1,
          // On disk in the order of a search: a page of the newest events stops reading early.
          sort: { field: ['date.micros', 'id'], order: ['desc', 'desc'] },
        },
        mappings,
      },
    });
    for (const index of Object.keys(existing)) {
      await client.indices.putMapping({ index, ...mappings });
    }
  } catch (error) {
    throw elasticError(error);
  }
}
