/**
 * The front door: what the gateway does not serve itself goes to query, so that one base URL serves the whole
 * API. Bodies stream both ways, a client that hangs up ends the request at query too, and hop-by-hop headers
 * stay behind (RFC 9110, section 7.6.1).
 */
import { issue } from '@auditbox/fhir-core';
import {
  type AppEnv,
  checkHealth,
  outcomeResponse,
  READY,
  type Readiness,
  type ReadinessChecks,
} from '@auditbox/service-kit';
import { Hono } from 'hono';
import { proxy } from 'hono/proxy';

/** Milliseconds that query has to say how it is. */
const HEALTH_TIMEOUT_MS = 3000;

/** Milliseconds until an answer of query has begun; its own limit for a search is 30 s. */
const ANSWER_TIMEOUT_MS = 35_000;

export type FrontDoorDependencies = {
  /** No slash at its end. */
  readonly queryUrl: string;
  /** What `/healthcheck` looks at. */
  readonly checks: ReadinessChecks;
};

export function frontDoorRoutes({ queryUrl, checks }: FrontDoorDependencies): Hono<AppEnv> {
  const passOn = async (request: Request, requestId: string): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    try {
      return await proxy(`${queryUrl}${pathname}${search}`, {
        raw: request,
        strictConnectionProcessing: true,
        redirect: 'manual',
        customFetch: (passed) => {
          passed.headers.set('x-request-id', requestId);
          return fetchWithin(ANSWER_TIMEOUT_MS, passed);
        },
      });
    } catch {
      if (request.signal.aborted) return new Response(null, { status: 499 });
      const diagnostics = 'Searching and reading are not available now. Sending events is not affected.';
      return outcomeResponse(503, [issue({ code: 'transient', diagnostics })], { 'retry-after': '1' });
    }
  };
  return new Hono<AppEnv>()
    .get('/healthcheck', async (c) => {
      const report = await checkHealth(checks);
      // 500 rather than 503: what monitors of Auditbox look for.
      return c.json(
        { status: report.ready ? 'ok' : 'unhealthy', ...report.checks },
        report.ready ? 200 : 500,
      );
    })
    .get('/AuditEvent', (c) => passOn(c.req.raw, c.get('requestId')))
    .post('/AuditEvent/_search', (c) => passOn(c.req.raw, c.get('requestId')))
    .get('/*', (c) => passOn(c.req.raw, c.get('requestId')));
}

/** Fetches, and gives up where no answer has begun within `ms`. */
async function fetchWithin(ms: number, request: Request): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ms);
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, late.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether query answers that it is ready. */
export async function queryHealth(queryUrl: string): Promise<Readiness> {
  try {
    const response = await fetch(`${queryUrl}/readyz`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok ? READY : { ready: false, reason: 'not-ready' };
  } catch {
    return { ready: false, reason: 'unreachable' };
  }
}
