/**
 * The frame around every service's routes: a request id, one line of log and one count a request, and
 * one translation of what went wrong into an answer. A 5xx body says a code and the request id, never a message.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { issue } from '@auditbox/fhir-core';
import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import type { Caller } from '../auth/caller.ts';
import { checkHealth, type Health, healthRoutes, type ReadinessChecks, shared } from '../health.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { activeTraceId } from '../tracing/spans.ts';
import { tracedRequest } from '../tracing/traced-request.ts';
import { allowedMethods } from './allowed-methods.ts';
import { answerHeader } from './answer-header.ts';
import { basePathOf, baseUrlFor, pathBelowBase, plainBaseUrl } from './base-url.ts';
import { clientAddressFor } from './client-address.ts';
import { compression } from './compression.ts';
import { cors } from './cors.ts';
import { ExactRoutes } from './exact-routes.ts';
import { outcomeResponse } from './fhir-response.ts';
import { routeTemplate } from './route-template.ts';
import { trustedProxies } from './trusted-proxies.ts';

export type AppEnv = {
  /** What `listen` gives. Where there is no socket, as in a test of the routes, there is no `env` at all. */
  Bindings: { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse };
  Variables: {
    requestId: string;
    /** The base of the API as this client sees it, for links; no slash at its end. */
    baseUrl: string;
    /** Where the request comes from, as far as trusted proxies say. */
    clientAddress: string | undefined;
    /** Who asks, once that is verified; undefined while authentication is off. */
    caller: Caller | undefined;
    /** What a request asked in a form, percent-encoded, once it is read. */
    form: string | undefined;
  };
};
export type App = Hono<AppEnv>;

export type AppOptions = {
  readonly logger: Logger;
  readonly checks: ReadinessChecks;
  /** Of a service that starts and stops; by default it is as the checks say. */
  readonly health?: Pick<Health, 'report'>;
  /** Where requests are counted. */
  readonly metrics?: Metrics;
  /** The configured base; none for a service whose answers have no links. */
  readonly baseUrl?: string;
  /** Addresses and networks of proxies that may say another base. */
  readonly proxies?: readonly string[];
  /** Origins whose pages may use the API from a browser, or `*` alone. */
  readonly corsOrigins?: readonly string[];
};

/** Nobody reads this answer; nginx's number for it stands in the log. */
const CLIENT_CLOSED_REQUEST = 499;

const HANG_UPS: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'];

/** What would change an event that is there. */
const CHANGING: readonly string[] = ['PUT', 'PATCH', 'DELETE'];

/** A client's own request id is taken over when it is one: anything else could carry data into logs. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** An app with health routes, to which a service adds its own: at `/…` and at `[base path]/…`. */
export function createApp({
  logger,
  checks,
  health = { report: shared(() => checkHealth(checks)) },
  metrics,
  proxies = [],
  corsOrigins = [],
  ...options
}: AppOptions): App {
  const baseUrl = plainBaseUrl(options.baseUrl ?? '');
  const basePath = basePathOf(baseUrl);
  const trusts = trustedProxies(proxies);
  const app = new Hono<AppEnv>({ getPath: (request) => pathBelowBase(getPath(request), basePath) });
  app.router = new ExactRoutes(app.router);
  app.use(tracedRequest);
  app.use(async (c, next) => {
    const sent = c.req.header('x-request-id');
    const requestId = sent !== undefined && REQUEST_ID.test(sent) ? sent : randomUUID();
    const started = performance.now();
    c.set('requestId', requestId);
    const peer = c.env?.incoming?.socket.remoteAddress;
    c.set('baseUrl', baseUrlFor(c.req.raw.headers, peer, baseUrl, trusts));
    c.set('clientAddress', clientAddressFor(c.req.raw.headers, peer, trusts));
    await next();
    answerHeader(c, 'x-request-id', requestId);
    // What is about a patient is kept by nobody on the way, unless a route says otherwise (RFC 9111, section 5.2.2.5).
    if (!c.res.headers.has('cache-control')) answerHeader(c, 'cache-control', 'no-store');
    const ms = performance.now() - started;
    // The route, not the path: an id or a query may name a patient.
    const answered = { route: routeTemplate(c), method: c.req.method, status: c.res.status };
    metrics?.request({ ...answered, seconds: ms / 1000 });
    const traceId = activeTraceId();
    logger.debug(
      { requestId, ...(traceId && { trace_id: traceId }), ...answered, ms: Math.round(ms * 10) / 10 },
      'request',
    );
  });
  if (corsOrigins.length > 0) app.use(cors(corsOrigins));
  app.use(compression);
  app.route('/', healthRoutes(health.report));
  app.notFound((c) => {
    const methods = allowedMethods(app.routes, c.req.path);
    if (methods.length === 0)
      return outcomeResponse(404, [issue({ code: 'not-found', diagnostics: 'There is nothing here.' })]);
    const diagnostics = CHANGING.includes(c.req.method)
      ? 'The log is append-only.'
      : 'This is not what can be done here; see Allow.';
    return outcomeResponse(405, [issue({ code: 'not-supported', diagnostics })], {
      allow: methods.join(', '),
    });
  });
  app.onError((error, c) => {
    const requestId = c.get('requestId');
    if (c.req.raw.signal.aborted || isHangUp(error)) {
      logger.debug({ requestId }, 'the client went away');
      return new Response(null, { status: CLIENT_CLOSED_REQUEST });
    }
    const operational = error as { code?: unknown; retryable?: unknown };
    const retryable = operational.retryable === true;
    const traceId = activeTraceId();
    logger[retryable ? 'warn' : 'error'](
      { err: error, requestId, ...(traceId && { trace_id: traceId }) },
      'request failed',
    );
    const code = typeof operational.code === 'string' ? operational.code : 'internal';
    const diagnostics = `${code}; request ${requestId}`;
    return outcomeResponse(
      retryable ? 503 : 500,
      [issue({ severity: 'error', code: retryable ? 'transient' : 'exception', diagnostics })],
      retryable ? { 'retry-after': '1', 'x-request-id': requestId } : { 'x-request-id': requestId },
    );
  });
  return app;
}

/** Whether the client ended the connection before its request was whole. */
function isHangUp(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return error.name === 'AbortError' || HANG_UPS.includes(code);
}
