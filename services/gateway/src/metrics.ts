/** What the gateway counts of its way to Kafka: how long it takes until a request is durable, and what is sent at once. */
import type { EndedSend } from '@auditbox/event-log';
import type { Metrics } from '@auditbox/service-kit';
import type { PublishOutcome } from './domain/publish.ts';

/** The logs that the gateway writes. */
export type WrittenLog = 'events' | 'quarantine';

export type PublishMetrics = {
  readonly published: (log: WrittenLog, outcome: PublishOutcome['kind'], seconds: number) => void;
  readonly sent: (log: WrittenLog, send: EndedSend) => void;
};

/** Seconds: some milliseconds; at most the deadline, after which nobody waits. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const RECORD_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const KIB = 1024;
const BYTE_BUCKETS = [1, 4, 16, 64, 256, 1024, 2048, 4096, 8192, 16_384].map((kib) => kib * KIB);

export function publishMetrics(metrics: Metrics): PublishMetrics {
  const published = metrics.labelledHistogram(
    'auditbox_publish_duration_seconds',
    'Seconds until the records of a request were durable in Kafka, or not.',
    ['log', 'outcome'],
    SECONDS_BUCKETS,
  );
  const sent = metrics.labelledHistogram(
    'auditbox_kafka_send_duration_seconds',
    'Seconds of a send to Kafka, in which requests that arrive together share the next.',
    ['log', 'outcome'],
    SECONDS_BUCKETS,
  );
  const records = metrics.labelledHistogram(
    'auditbox_kafka_batch_records',
    'Records in a record batch that was sent.',
    ['log'],
    RECORD_BUCKETS,
  );
  const bytes = metrics.labelledHistogram(
    'auditbox_kafka_batch_bytes',
    'Bytes of a record batch that was sent, uncompressed.',
    ['log'],
    BYTE_BUCKETS,
  );
  return {
    published: (log, outcome, seconds) => published({ log, outcome }, seconds),
    sent(log, { batches, ms, isStored }) {
      sent({ log, outcome: isStored ? 'stored' : 'rejected' }, ms / 1000);
      for (const batch of batches) {
        records({ log }, batch.records);
        bytes({ log }, batch.bytes);
      }
    },
  };
}
