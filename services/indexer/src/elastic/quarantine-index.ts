/**
 * The index of what is in quarantine, brought to this release before its first write: made where it is not there,
 * its mapping extended where it is. A template beside it holds for the day on which somebody deletes the index.
 */
import type { QuarantineDocument } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import { elasticError } from './errors.ts';
import { TEMPLATE_PRIORITY } from './index-template.ts';
import { KEPT, TERM } from './mapping.ts';

type Property = estypes.MappingProperty;

export type QuarantineIndexSettings = {
  readonly quarantineIndex: string;
  readonly indexReplicas: number;
  readonly refreshIntervalMs: number;
};

/** One shard holds years of it: an item is an exception, and the shards of events grow by the month. */
const SHARDS = 1;

/** Searched and sorted by. */
const SORTED_TERM: Property = { type: 'keyword' };
const INSTANT: Property = { type: 'date', format: 'epoch_millis' };

const PROPERTIES = {
  id: SORTED_TERM,
  event_id: TERM,
  origin: TERM,
  reason: TERM,
  sender: TERM,
  received: INSTANT,
  bytes: { type: 'long' },
  sha256: TERM,
  place: KEPT,
  media_type: KEPT,
  content_encoding: KEPT,
  request_id: TERM,
  sender_id: TERM,
  issues: KEPT,
  log: {
    dynamic: 'strict',
    properties: { topic: TERM, partition: { type: 'integer' }, offset: TERM, key: TERM },
  },
  content: { type: 'binary' },
  content_omitted: TERM,
  released_event_id: TERM,
  released_at: INSTANT,
  released_by: TERM,
  corrected: { type: 'boolean' },
} as const satisfies Record<keyof QuarantineDocument, Property>;

export async function applyQuarantineIndex(
  client: Client,
  { quarantineIndex, indexReplicas, refreshIntervalMs }: QuarantineIndexSettings,
): Promise<void> {
  const mappings = { dynamic: 'strict', properties: PROPERTIES } as const;
  try {
    await client.indices.putIndexTemplate({
      name: quarantineIndex,
      index_patterns: [quarantineIndex],
      priority: TEMPLATE_PRIORITY,
      template: {
        settings: {
          number_of_shards: SHARDS,
          number_of_replicas: indexReplicas,
          refresh_interval: `${refreshIntervalMs}ms`,
          codec: 'best_compression',
        },
        mappings,
      },
    });
    // 400 where it is there already, also when another replica of the indexer made it just now; the next step tells.
    await client.indices.create({ index: quarantineIndex }, { ignore: [400] });
    await client.indices.putMapping({ index: quarantineIndex, ...mappings });
  } catch (error) {
    throw elasticError(error);
  }
}
