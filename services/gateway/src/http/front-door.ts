/**
 * The front door: what the gateway does not serve itself goes to query, so that one base URL serves the whole
 * API. Bodies stream both ways, a client that hangs up ends the request at query too, and hop-by-hop headers
 * stay behind (RFC 9110, section 7.6.1). So do forwarded headers: query hears the base that the gateway decided on.
 */
import { issue } from '@auditbox/fhir-core';
import {
  type AppEnv,
  basePathOf,
  checkHealth,
  FORWARDED_HEADERS,
  forwardedHeaders,
  outcomeResponse,
  pathBelowBase,
  READY,
  type Readiness,
  type ReadinessChecks,
} from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import { proxy } from 'hono/proxy';

/** Milliseconds that query has to say how it is. */
const HEALTH_TIMEOUT_MS = 3000;

/** Milliseconds until an answer of query has begun; its own limit for a search is 30 s. */
const ANSWER_TIMEOUT_MS = 35_000;

export type FrontDoorDependencies = {
  /** No slash at its end. */
  readonly queryUrl: string;
  /** The configured base; no slash at its end. */
  readonly baseUrl: string;
  /** What `/healthcheck` looks at. */
  readonly checks: ReadinessChecks;
};

/** The paths of query are named, though the last route takes any: a 405 tells from them what `Allow` says. */
export function frontDoorRoutes({ queryUrl, baseUrl, checks }: FrontDoorDependencies): Hono<AppEnv> {
  const basePath = basePathOf(baseUrl);
  const passOn = async (c: Context<AppEnv>): Promise<Response> => {
    const request = c.req.raw;
    const { pathname, search } = new URL(request.url);
    const decided = c.get('baseUrl');
    const forwarded = decided === baseUrl ? {} : forwardedHeaders(decided);
    try {
      return await proxy(`${queryUrl}${pathBelowBase(pathname, basePath)}${search}`, {
        raw: request,
        strictConnectionProcessing: true,
        redirect: 'manual',
        customFetch: (passed) => {
          passed.headers.set('x-request-id', c.get('requestId'));
          for (const name of FORWARDED_HEADERS) passed.headers.delete(name);
          for (const [name, value] of Object.entries(forwarded)) passed.headers.set(name, value);
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
    .get('/AuditEvent', passOn)
    .post('/AuditEvent/_search', passOn)
    .get('/:compartment/:id/AuditEvent', passOn)
    .post('/:compartment/:id/AuditEvent/_search', passOn)
    .get('/AuditEvent/:id', passOn)
    .get('/AuditEvent/:id/_history/:version', passOn)
    .get('/metadata', passOn)
    .get('/SearchParameter', passOn)
    .get('/SearchParameter/:id', passOn)
    .get('/quarantine', passOn)
    .get('/quarantine/:id', passOn)
    .get('/quarantine/:id/content', passOn)
    .get('/*', passOn);
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
