/**
 * Publishing to a topic: what comes of it as the domain has it, one span, and in the headers of each record the trace
 * that it is part of, where there is one. All records of a request are sent as one, so they share a span.
 */
import { EventLogError, type LogWriter } from '@auditbox/event-log';
import { activeTraceHeaders, failed, inSpan } from '@auditbox/service-kit';
import type { EventRecord } from '../domain/accept-events.ts';
import type { PublishOutcome, PublishPort } from '../domain/publish.ts';

/** @param ended is told how each ended, and after how many seconds */
export function publishTo(
  writer: LogWriter,
  topic: string,
  ended: (outcome: PublishOutcome['kind'], seconds: number) => void,
): PublishPort {
  return (records) => {
    const started = performance.now();
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
      'messaging.batch.message_count': records.length,
    };
    return inSpan(`send ${topic}`, { kind: 'PRODUCER', attributes }, async (span) => {
      const outcome = await append(writer, withTrace(records));
      ended(outcome.kind, (performance.now() - started) / 1000);
      if (outcome.kind !== 'published') failed(span, outcome.kind);
      return outcome;
    });
  };
}

async function append(writer: LogWriter, records: readonly EventRecord[]): Promise<PublishOutcome> {
  try {
    const outcome = await writer.append(records);
    return outcome.kind === 'appended' ? { kind: 'published' } : outcome;
  } catch (error) {
    if (error instanceof EventLogError && error.retryable) return { kind: 'not-known-stored' };
    throw error;
  }
}

function withTrace(records: readonly EventRecord[]): readonly EventRecord[] {
  const trace = activeTraceHeaders();
  if (trace.traceparent === undefined) return records;
  return records.map((record) => ({ ...record, headers: { ...record.headers, ...trace } }));
}
