/**
 * Bulks of events, counted, and in a span of a consumer. Records of many requests share a bulk, so its span links to
 * theirs (messaging semantic conventions of OpenTelemetry); where all are of one, it goes on in that trace.
 */
import { inSpan, type Metrics, spanContextOf } from '@auditbox/service-kit';
import type { CreatePort } from '../domain/index-records.ts';
import type { EventDocument } from '../domain/to-document.ts';

const EVENT_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const KIB = 1024;
const BYTE_BUCKETS = [1, 4, 16, 64, 256, 1024, 2048, 4096, 8192, 16_384, 65_536].map((kib) => kib * KIB);

/** Links of a span: more are dropped by an SDK (OTEL_SPAN_LINK_COUNT_LIMIT). */
const LINKS_MAX = 128;

/** @param topic where the events come from */
export function observedCreate(create: CreatePort, metrics: Metrics, topic: string): CreatePort {
  const sent = metrics.histogram('auditbox_bulk_events', 'Events in a bulk request.', EVENT_BUCKETS);
  const sentBytes = metrics.histogram(
    'auditbox_bulk_bytes',
    'Bytes of documents in a bulk request.',
    BYTE_BUCKETS,
  );
  let inFlight = 0;
  let bytesInFlight = 0;
  metrics.gauge('auditbox_bulks_in_flight', 'Bulk requests that are not answered.', [], () => [
    [{}, inFlight],
  ]);
  metrics.gauge('auditbox_bulk_bytes_in_flight', 'Bytes of documents in them.', [], () => [
    [{}, bytesInFlight],
  ]);
  return async (documents, signal) => {
    const bytes = documents.reduce((sum, document) => sum + document.bytes, 0);
    sent(documents.length);
    sentBytes(bytes);
    inFlight += 1;
    bytesInFlight += bytes;
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': topic,
      'messaging.batch.message_count': documents.length,
    };
    const traces = tracesOf(documents);
    try {
      return await inSpan(`process ${topic}`, { kind: 'CONSUMER', attributes, ...traces }, () =>
        create(documents, signal),
      );
    } finally {
      inFlight -= 1;
      bytesInFlight -= bytes;
    }
  };
}

/** The traces of the records, each once, and the one that all of them are of. */
export function tracesOf(documents: readonly Pick<EventDocument, 'trace'>[]) {
  const distinct = new Map<string, EventDocument['trace']>();
  let untraced = 0;
  for (const { trace } of documents) {
    if (trace?.traceparent === undefined) untraced += 1;
    else if (distinct.size < LINKS_MAX) distinct.set(trace.traceparent, trace);
  }
  const links = [...distinct.values()].flatMap((trace) => spanContextOf(trace ?? {}) ?? []);
  const parent = untraced === 0 && distinct.size === 1 ? links[0] : undefined;
  return { links, parent };
}
