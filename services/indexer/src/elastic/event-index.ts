/** What an index of events is made with, when the first event of its month comes. */
import { RESULT_WINDOW_MAX, SEARCH_STRING_CHARS_MAX } from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';
import { eventMapping } from './mapping.ts';

export type IndexSettings = {
  readonly indexPrefix: string;
  readonly indexShards: number;
  readonly indexReplicas: number;
  readonly refreshIntervalMs: number;
};

/** What a beginning that is searched for has before it, the name of its field, is far shorter. */
const FIELD_CHARS_MAX = 100;

export function eventIndex({ indexShards, indexReplicas, refreshIntervalMs }: IndexSettings) {
  return {
    settings: {
      number_of_shards: indexShards,
      number_of_replicas: indexReplicas,
      refresh_interval: `${refreshIntervalMs}ms`,
      codec: 'best_compression',
      // Neighbours in time are merged, 16 at once: an event is written again half as often as with Elasticsearch's
      // default, and searches were as fast (docs/decisions/0030). Its default leaves off at 5 GB as well.
      'merge.policy.type': 'time_based',
      'merge.policy.merge_factor': 16,
      'merge.policy.max_merged_segment': '5gb',
      // One more than a search pages by position: that one tells whether there is more.
      max_result_window: RESULT_WINDOW_MAX + 1,
      // Of a beginning, behind its field; Elasticsearch's own limit is 1,000.
      max_regex_length: SEARCH_STRING_CHARS_MAX + FIELD_CHARS_MAX,
      // On disk in the order of a search: a page of the newest events stops reading early.
      sort: {
        field: ['date.micros', 'id'],
        order: ['desc', 'desc'] satisfies estypes.IndicesSegmentSortOrder[],
      },
    },
    mappings: eventMapping(),
  } satisfies { settings: estypes.IndicesIndexSettings; mappings: estypes.MappingTypeMapping };
}
