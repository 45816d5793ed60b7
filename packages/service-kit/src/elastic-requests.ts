/**
 * Every request to Elasticsearch, counted and in a span that its headers name. The client's own spans would hold the
 * messages of Elasticsearch's errors, which can quote a document, and would not say the trace to Elasticsearch at all: they
 * are turned off here.
 */
import type { Metrics } from './metrics.ts';
import { activeTraceHeaders, failed, inSpan, withoutInstrumentation } from './tracing/spans.ts';

/** Of a request: `meta.name` is the name of the client's method, as `search`. */
type Asked = { readonly meta?: { readonly name?: string } };
type Options = { readonly headers?: unknown; readonly openTelemetry?: unknown };

/** The transport of a client of Elasticsearch, as far as it is used here. */
export type ElasticTransport = { request(asked: Asked, options?: Options): Promise<unknown> };

/** Seconds: a read takes some milliseconds, a bulk at most 60 s. */
const BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** All methods of the client go through this one function of its transport, also what they ask on their own. */
export function observeElastic(transport: ElasticTransport, metrics: Metrics): void {
  const lasted = metrics.labelledHistogram(
    'auditbox_elasticsearch_request_duration_seconds',
    'Seconds of a request to Elasticsearch, by operation and by how it ended.',
    ['operation', 'outcome'],
    BUCKETS,
  );
  const request = transport.request.bind(transport);
  transport.request = (asked: Asked, options: Options = {}) => {
    const operation = asked.meta?.name ?? 'other';
    const started = performance.now();
    const ended = (outcome: string): void =>
      lasted({ operation, outcome }, (performance.now() - started) / 1000);
    const attributes = { 'db.system.name': 'elasticsearch', 'db.operation.name': operation };
    return inSpan(operation, { kind: 'CLIENT', attributes }, async (span) => {
      const headers = { ...(options.headers as object | undefined), ...activeTraceHeaders() };
      try {
        const answer = await withoutInstrumentation(() =>
          request(asked, { ...options, headers, openTelemetry: { enabled: false } }),
        );
        ended('ok');
        return answer;
      } catch (error) {
        const outcome = outcomeOf(error);
        ended(outcome);
        failed(span, outcome);
        throw error;
      }
    });
  };
}

/** The status of an answer, or a word for why there is none. */
function outcomeOf(error: unknown): string {
  const { name, meta } = error as {
    readonly name?: string;
    readonly meta?: { readonly statusCode?: number | null };
  };
  if (name === 'RequestAbortedError') return 'aborted';
  if (name === 'TimeoutError') return 'timeout';
  const status = meta?.statusCode ?? 0;
  return name === 'ResponseError' && status > 0 ? String(status) : 'no-answer';
}
