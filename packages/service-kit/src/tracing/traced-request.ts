/**
 * A request as a span of a server, in the trace that its sender says (HTTP semantic conventions of OpenTelemetry). The
 * route is its template; the path, the query and the addresses are left out: they may name a patient.
 */
import type { Context } from 'hono';
import { routeTemplate } from '../http/route-template.ts';
import { knownMethod } from '../metrics.ts';
import { failed, inSpan } from './spans.ts';
import { spanContextOf } from './trace-context.ts';

export function tracedRequest(c: Context, answer: () => Promise<void>): Promise<void> {
  const method = knownMethod(c.req.method);
  const { req } = c;
  const parent = spanContextOf({
    traceparent: req.header('traceparent'),
    tracestate: req.header('tracestate'),
  });
  const attributes = { 'http.request.method': method };
  return inSpan(method, { kind: 'SERVER', attributes, parent }, async (span) => {
    await answer();
    if (!span.isRecording()) return;
    const route = routeTemplate(c);
    const { status } = c.res;
    span.updateName(`${method} ${route}`);
    span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
    // A client's mistake is no failure of a server.
    if (status >= 500) failed(span, String(status));
  });
}
