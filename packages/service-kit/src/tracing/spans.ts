/**
 * Spans by the API of OpenTelemetry. Without an SDK no span is made, and the context that came in is the one that goes
 * on. A span has codes, counts and names from the code for attributes, never what a client sent: no path, no error's
 * message.
 */

import type { TraceHeaders } from '@auditbox/fhir-core';
import {
  type Attributes,
  context,
  createContextKey,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { headersOf } from './trace-context.ts';

/** A proxy of the API: it takes the SDK whenever that is registered. */
const tracer = trace.getTracer('auditbox');

/** The key by which `suppressTracing` of @opentelemetry/core keeps instrumentations of libraries silent. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

export type SpanOptions = {
  readonly kind: keyof typeof SpanKind;
  readonly attributes: Attributes;
  /** What it goes on from, where nothing in this process is. */
  readonly parent?: SpanContext | undefined;
  /** What else it comes of. */
  readonly links?: readonly SpanContext[];
};

/** Does `work` within a span of this name, which ends with it. */
export async function inSpan<T>(
  name: string,
  { kind, attributes, parent, links = [] }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  // What gathers for many runs in the context of whoever came first, of which a consumer is no part.
  const around = kind === 'CONSUMER' ? ROOT_CONTEXT : context.active();
  const from =
    parent === undefined || trace.getSpan(around) !== undefined
      ? around
      : trace.setSpanContext(around, parent);
  const span = tracer.startSpan(
    name,
    { kind: SpanKind[kind], attributes, links: links.map((context) => ({ context })) },
    from,
  );
  if (!isSpanContextValid(span.spanContext())) {
    // It goes on in the context that it is in already, which costs nothing.
    return kind === 'CONSUMER' ? context.with(around, () => work(span)) : work(span);
  }
  try {
    return await context.with(trace.setSpan(from, span), () => work(span));
  } catch (error) {
    failed(span, codeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed, for a reason that is a code. */
export function failed(span: Span, reason: string): void {
  span.setAttribute('error.type', reason);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** What a message from here has for headers, so that its receiver goes on in this trace. */
export function activeTraceHeaders(): TraceHeaders {
  return headersOf(trace.getActiveSpan()?.spanContext());
}

/** The id of the trace that this is part of: 32 hexadecimal digits. */
export function activeTraceId(): string | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  return active !== undefined && isSpanContextValid(active) ? active.traceId : undefined;
}

/**
 * Does `send`, which has the headers of its span already: an instrumentation of the HTTP client would add them once more,
 * and Elasticsearch refuses a request that has two.
 */
export function withoutInstrumentation<T>(send: () => Promise<T>): Promise<T> {
  return context.with(context.active().setValue(SUPPRESSED, true), send);
}

function codeOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name ?? 'error');
}
