/** What the indexer counts: how each event ended, how long it was on its way, and what had to be done again. */
import type { Metrics } from '@auditbox/service-kit';
import type { CopyDependencies } from './domain/copy-documents.ts';
import type { QuarantineReason } from './domain/disposition.ts';
import type { IndexCounts } from './domain/index-records.ts';
import type { IndexerReports } from './events.ts';
import type { RebuildReports } from './rebuild-events.ts';

/** Seconds: usually less than one; hours where Elasticsearch was away. */
export const DELAY_BUCKETS = [
  0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400,
];

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

/** All of them, so that a rate sees the first one. */
const QUARANTINE_REASONS = Object.keys({
  'no-value': true,
  'no-headers': true,
  'not-json': true,
  'not-an-event': true,
  'wrong-identity': true,
  'wrong-digest': true,
  'refused-by-index': true,
  'too-large-for-index': true,
  'other-event-with-this-id': true,
  'dropped-month': true,
} satisfies Record<QuarantineReason, true>);

const RETRY_REASONS = ['unreachable', 'quarantine', 'mapping-behind', 'other'];
/** Statuses of Elasticsearch that have a word of their own; others are `other`. */
const RETRY_STATUSES = ['400', '401', '403', '404', '413', '429', '500', '502', '503', '504'];

/** `reports`, and what they are told, counted. */
export function countedReports(reports: IndexerReports, metrics: Metrics): IndexerReports {
  const retries = metrics.counter(
    'auditbox_indexing_retries_total',
    'Writes that have to be done again, by why: a status of Elasticsearch, or a word.',
    'reason',
    [...RETRY_STATUSES, ...RETRY_REASONS],
  );
  const quarantined = metrics.counter(
    'auditbox_quarantined_events_total',
    'Events that were taken, can not be indexed, and are in quarantine, by why.',
    'reason',
    QUARANTINE_REASONS,
  );
  return {
    ...reports,
    retrying(retry) {
      retries(1, retryReason(retry.reason));
      reports.retrying(retry);
    },
    mappingBehind(partition, delayMs) {
      retries(1, 'mapping-behind');
      reports.mappingBehind(partition, delayMs);
    },
    quarantined(place, reason) {
      quarantined(1, reason);
      reports.quarantined(place, reason);
    },
  };
}

/** A label from the code of a failure, of which there may be more than labels are good for. */
export function retryReason(code: string): string {
  if (code.startsWith('quarantine')) return 'quarantine';
  if (code.endsWith('unreachable') || code.endsWith('untrusted')) return 'unreachable';
  const [status] = /\d{3}$/.exec(code) ?? [];
  return status !== undefined && RETRY_STATUSES.includes(status) ? status : 'other';
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

/** `reports`, and that a rebuild has stopped, for an alert: a person must act then, and start the indexer again. */
export function watchedRebuild(reports: RebuildReports, metrics: Metrics): RebuildReports {
  let stopped = 0;
  metrics.gauge(
    'auditbox_rebuild_stopped',
    '1 once a rebuild that this replica did has stopped before its end.',
    [],
    () => [[{}, stopped]],
  );
  return {
    ...reports,
    rebuildStopped(...why) {
      stopped = 1;
      reports.rebuildStopped(...why);
    },
  };
}

const COPIED = {
  created: 'created',
  alreadyStored: 'already-stored',
  dropped: 'dropped-month',
  damaged: 'damaged',
};

/** What a rebuild has done with the stored events that it read. */
export function copiedCount(metrics: Metrics): CopyDependencies['copied'] {
  const copied = metrics.counter(
    'auditbox_rebuild_events_total',
    'Stored events that a rebuild read, by how they ended: created in the new index, already there, not written because their month was dropped, or damaged.',
    'outcome',
    Object.values(COPIED),
  );
  return (events, outcome) => copied(events, COPIED[outcome]);
}
