/** What the indexer counts: how each event ended, and how long it was on its way. */
import type { Metrics } from '@auditbox/service-kit';
import type { IndexCounts } from './domain/index-records.ts';

/** Seconds: usually less than one; hours where Elasticsearch was away. */
const DELAY_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400];

const DISPOSITIONS = ['created', 'already-stored', 'quarantined', 'dropped-month'] as const;

/** `now` is in milliseconds since 1970. */
export function indexerCounts(metrics: Metrics, now: () => number): IndexCounts {
  const ended = metrics.counter(
    'auditbox_indexed_events_total',
    'Events by how they ended: created in the index, already stored there, quarantined, or not written because their month was dropped.',
    'disposition',
    DISPOSITIONS,
  );
  const delayed = metrics.histogram(
    'auditbox_indexing_delay_seconds',
    "Seconds from the gateway's receipt of an event to Elasticsearch's confirmation of its write.",
    DELAY_BUCKETS,
  );
  return {
    created(received) {
      ended(1, 'created');
      const ms = now() - Date.parse(received);
      // Two clocks: the gateway's may be ahead. A header that is no time is somebody else's record.
      if (!Number.isNaN(ms)) delayed(Math.max(0, ms) / 1000);
    },
    alreadyStored: (events) => ended(events, 'already-stored'),
    quarantined: () => ended(1, 'quarantined'),
    droppedMonth: () => ended(1, 'dropped-month'),
  };
}

export type RetentionCounts = ReturnType<typeof retentionCounts>;

/** Only where retention is on. */
export function retentionCounts(metrics: Metrics) {
  const indices = metrics.counter(
    'auditbox_retention_indices_total',
    'Indices that were deleted because the retention of their month is over, and months of which some could not be.',
    'outcome',
    ['deleted', 'failed'],
  );
  const sweeps = metrics.counter(
    'auditbox_retention_sweeps_total',
    'Looks for months whose retention is over, by whether they were done or failed.',
    'outcome',
    ['done', 'failed'],
  );
  return {
    indices: (outcome: 'deleted' | 'failed') => indices(1, outcome),
    sweeps: (outcome: 'done' | 'failed') => sweeps(1, outcome),
  };
}
