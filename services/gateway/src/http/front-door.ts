/**
 * The front door: what the gateway does not serve itself goes to query, so that one base URL serves the whole
 * API. Bodies stream both ways, a client that hangs up ends the request at query too, and hop-by-hop headers
 * stay behind (RFC 9110, section 7.6.1). So do forwarded headers: query hears the base that the gateway decided on.
 * Query is asked for what is not compressed: the gateway compresses all that it answers, once.
 */
import { issue } from '@auditbox/fhir-core';
import {
  type AppEnv,
  activeTraceHeaders,
  basePathOf,
  checkHealth,
  FORWARDED_HEADERS,
  forwardedFor,
  forwardedHeaders,
  outcomeResponse,
  pathBelowBase,
  READY,
  type Readiness,
  type ReadinessChecks,
  shared,
  withoutInstrumentation,
} from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import { proxy } from 'hono/proxy';
import type { QueryFetch } from './query-client.ts';

/** Milliseconds that query has to say how it is. */
const HEALTH_TIMEOUT_MS = 3000;

/** What query calls its parts and their states. */
const REASON = /^[a-z][a-z-]{0,99}$/;

/** Milliseconds until an answer of query has begun; its own limit for a search is 30 s. */
const ANSWER_TIMEOUT_MS = 35_000;

/** What query says of itself to browsers: they talk to the gateway, which says its own. */
const OWN_ANSWER_HEADERS = /^(?:access-control-.*|strict-transport-security)$/;

export type FrontDoorDependencies = {
  /** No slash at its end. */
  readonly queryUrl: string;
  /** The configured base; no slash at its end. */
  readonly baseUrl: string;
  readonly fetchQuery?: QueryFetch;
};

/** What needs no token. */
export function publicRoutes(dependencies: FrontDoorDependencies): Hono<AppEnv> {
  const passOn = passOnTo(dependencies);
  return new Hono<AppEnv>()
    .get('/metadata', passOn)
    .get('/SearchParameter', passOn)
    .post('/SearchParameter/_search', passOn)
    .get('/SearchParameter/:id', passOn);
}

/** The paths of query are named, though the last route takes any: a 405 tells from them what `Allow` says. */
export function frontDoorRoutes(dependencies: FrontDoorDependencies): Hono<AppEnv> {
  const passOn = passOnTo(dependencies);
  return new Hono<AppEnv>()
    .get('/AuditEvent', passOn)
    .post('/AuditEvent/_search', passOn)
    .get('/:compartment/:id/AuditEvent', passOn)
    .post('/:compartment/:id/AuditEvent/_search', passOn)
    .get('/AuditEvent/:id', passOn)
    .get('/AuditEvent/:id/_history/:version', passOn)
    .get('/api/events', passOn)
    .get('/api/events/:id', passOn)
    .get('/api/events/:id/fingerprint', passOn)
    .get('/quarantine', passOn)
    .get('/quarantine/:id', passOn)
    .get('/quarantine/:id/content', passOn)
    .get('/*', passOn);
}

/** `GET /healthcheck`: the whole chain, for monitors. */
export function healthcheckRoute(checks: ReadinessChecks): Hono<AppEnv> {
  const look = shared(() => checkHealth(checks));
  return new Hono<AppEnv>().get('/healthcheck', async (c) => {
    const report = await look();
    // 500 rather than 503: what monitors of Auditbox look for.
    return c.json({ status: report.ready ? 'ok' : 'unhealthy', ...report.checks }, report.ready ? 200 : 500);
  });
}

function passOnTo({ queryUrl, baseUrl, fetchQuery = fetch }: FrontDoorDependencies) {
  const basePath = basePathOf(baseUrl);
  return async (c: Context<AppEnv>): Promise<Response> => {
    const request = c.req.raw;
    const { pathname, search } = new URL(request.url);
    const decided = c.get('baseUrl');
    const forwarded = {
      ...forwardedFor(c.get('clientAddress')),
      ...(decided === baseUrl ? {} : forwardedHeaders(decided)),
    };
    try {
      const answer = await proxy(`${queryUrl}${pathBelowBase(pathname, basePath)}${search}`, {
        raw: request,
        strictConnectionProcessing: true,
        redirect: 'manual',
        customFetch: (passed) => {
          passed.headers.set('x-request-id', c.get('requestId'));
          passed.headers.set('accept-encoding', 'identity');
          // Met by us: Node has answered it, and `fetch` refuses to send it on.
          passed.headers.delete('expect');
          for (const name of [...FORWARDED_HEADERS, 'origin', 'traceparent', 'tracestate'])
            passed.headers.delete(name);
          for (const [name, value] of Object.entries({ ...forwarded, ...activeTraceHeaders() }))
            passed.headers.set(name, value);
          return withoutInstrumentation(() => fetchWithin(ANSWER_TIMEOUT_MS, passed, fetchQuery));
        },
      });
      for (const name of [...answer.headers.keys()])
        if (OWN_ANSWER_HEADERS.test(name)) answer.headers.delete(name);
      return answer;
    } catch {
      if (request.signal.aborted) return new Response(null, { status: 499 });
      const diagnostics = 'Searching and reading are not available now. Sending events is not affected.';
      return outcomeResponse(503, [issue({ code: 'transient', diagnostics })], { 'retry-after': '1' });
    }
  };
}

/** Fetches, and gives up where no answer has begun within `ms`. */
async function fetchWithin(ms: number, request: Request, fetchQuery: QueryFetch): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ms);
  try {
    return await fetchQuery(request, { signal: AbortSignal.any([request.signal, late.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether query answers that it is ready, and which of its parts is in the way where it is not. `deadlineMs` is for all
 * of it: a query that takes the question and says nothing is away too.
 */
export async function queryHealth(
  queryUrl: string,
  fetchQuery: QueryFetch = fetch,
  deadlineMs = HEALTH_TIMEOUT_MS,
): Promise<Readiness> {
  try {
    const response = await fetchQuery(`${queryUrl}/readyz`, { signal: AbortSignal.timeout(deadlineMs) });
    if (!response.ok) return { ready: false, reason: await partInTheWay(response) };
    await response.body?.cancel();
    return READY;
  } catch {
    return { ready: false, reason: 'unreachable' };
  }
}

/** `elasticsearch-unreachable`; only words go on, whatever answers there. */
async function partInTheWay(response: Response): Promise<string> {
  const report = (await response.json().catch(() => undefined)) as { readonly checks?: unknown } | undefined;
  const [part] = Object.entries(report?.checks ?? {}).filter(([, state]) => state !== 'ok');
  const reason = part?.join('-') ?? '';
  return REASON.test(reason) ? reason : 'not-ready';
}
