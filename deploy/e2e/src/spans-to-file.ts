/**
 * What an operator's preload is (`node --import`): an SDK of OpenTelemetry, whose spans go to a file of each process in
 * the folder `AUDITBOX_TEST_SPANS`, and an instrumentation of undici that adds headers to requests as the published one does.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { context, propagation } from '@opentelemetry/api';
import { NodeTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { WrittenSpan } from './written-spans.ts';

const file = join(process.env.AUDITBOX_TEST_SPANS ?? '.', `${process.pid}.ndjson`);

const exporter = {
  export(spans: readonly ReadableSpan[], done: (result: { code: number }) => void): void {
    appendFileSync(file, spans.map((span) => `${JSON.stringify(written(span))}\n`).join(''));
    done({ code: 0 });
  },
  shutdown: async () => undefined,
};

new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

subscribe('undici:request:create', (message) => {
  const { request } = message as { request: { addHeader: (name: string, value: string) => void } };
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  for (const [name, value] of Object.entries(headers)) request.addHeader(name, value);
});

function written(span: ReadableSpan): WrittenSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: span.kind,
    traceId,
    spanId,
    parentId: span.parentSpanContext?.spanId,
    links: span.links.map(({ context: linked }) => linked.spanId),
    attributes: span.attributes,
    events: span.events.length,
  };
}
