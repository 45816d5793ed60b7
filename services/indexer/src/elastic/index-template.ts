/**
 * The mapping of this generation's indices is brought to this release before it writes its first event. Additive changes
 * only; Elasticsearch refuses any other.
 *
 * The template says one thing: an index that is missing is never made by a write that meets no index. A month that was
 * dropped would come back, and one that was deleted would be made with what Elasticsearch guesses. `month-index.ts` makes
 * them, by name.
 */
import { PROJECTION_VERSION, writtenPatterns } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { elasticError, OtherProjectionError } from './errors.ts';
import { eventIndex, type IndexSettings } from './event-index.ts';

/** Above the defaults of Elasticsearch's own templates (100), so that ours decides. */
export const TEMPLATE_PRIORITY = 500;

export async function applyIndexTemplate(client: Client, settings: IndexSettings): Promise<void> {
  const { indexPrefix } = settings;
  const patterns = writtenPatterns(indexPrefix);
  const { mappings } = eventIndex(settings);
  try {
    const existing = await client.indices.getMapping({
      index: patterns,
      allow_no_indices: true,
      // Whoever opens a closed one again finds that it takes what is written.
      expand_wildcards: ['open', 'closed'],
    });
    for (const [index, { mappings: found }] of Object.entries(existing)) {
      if (found._meta?.projection !== PROJECTION_VERSION) throw new OtherProjectionError(index);
    }
    await client.indices.putIndexTemplate({
      name: templateName(indexPrefix),
      index_patterns: patterns,
      priority: TEMPLATE_PRIORITY,
      allow_auto_create: false,
    });
    for (const index of Object.keys(existing)) {
      await client.indices.putMapping({ index, ...mappings });
    }
  } catch (error) {
    throw elasticError(error);
  }
}

/** Of a generation of its own: the release before, which may still run, keeps its template. */
export function templateName(indexPrefix: string): string {
  return `${indexPrefix}-v${PROJECTION_VERSION}`;
}
