/**
 * The frame around every service's routes: a request id, one line of log a request, and one translation of
 * what went wrong into an answer. A 5xx body says a code and the request id, never a message.
 */
import { randomUUID } from 'node:crypto';
import { issue } from '@auditbox/fhir-core';
import { Hono } from 'hono';
import { healthRoutes, type ReadinessChecks } from '../health.ts';
import type { Logger } from '../logger.ts';
import { outcomeResponse } from './fhir-response.ts';

export type AppEnv = { Variables: { requestId: string } };
export type App = Hono<AppEnv>;

/** Nobody reads this answer; nginx's number for it stands in the log. */
const CLIENT_CLOSED_REQUEST = 499;

const HANG_UPS: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'];

/** A client's own request id is taken over when it is one: anything else could carry data into logs. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** An app with health routes, to which a service adds its own. */
export function createApp(options: { readonly logger: Logger; readonly checks: ReadinessChecks }): App {
  const { logger, checks } = options;
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    const sent = c.req.header('x-request-id');
    const requestId = sent !== undefined && REQUEST_ID.test(sent) ? sent : randomUUID();
    const started = performance.now();
    c.set('requestId', requestId);
    await next();
    c.header('x-request-id', requestId);
    const ms = Math.round((performance.now() - started) * 10) / 10;
    // The route, not the path: an id or a query may name a patient.
    logger.debug(
      { requestId, method: c.req.method, route: routeOf(c.req.path), status: c.res.status, ms },
      'request',
    );
  });
  app.route('/', healthRoutes(checks));
  app.on(['PUT', 'PATCH', 'DELETE'], '/*', () =>
    outcomeResponse(405, [issue({ code: 'not-supported', diagnostics: 'The log is append-only.' })], {
      allow: 'GET, HEAD, POST',
    }),
  );
  app.notFound(() =>
    outcomeResponse(404, [issue({ code: 'not-found', diagnostics: 'There is nothing here.' })]),
  );
  app.onError((error, c) => {
    const requestId = c.get('requestId');
    if (c.req.raw.signal.aborted || isHangUp(error)) {
      logger.debug({ requestId }, 'the client went away');
      return new Response(null, { status: CLIENT_CLOSED_REQUEST });
    }
    const operational = error as { code?: unknown; retryable?: unknown };
    const retryable = operational.retryable === true;
    logger[retryable ? 'warn' : 'error']({ err: error, requestId }, 'request failed');
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

/** The first segment of a path, which names what is asked for; never an id. */
function routeOf(path: string): string {
  return `/${path.split('/', 2)[1] ?? ''}`;
}
