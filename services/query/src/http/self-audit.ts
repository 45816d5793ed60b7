/**
 * Every read and search of the log is an event of the log: what was asked, by whom, and how it was answered. Where that
 * is required no answer leaves before its event is durable.
 */
import { issue } from '@auditbox/fhir-core';
import type { Trail } from '@auditbox/self-audit';
import { type AppEnv, outcomeResponse, routeTemplate } from '@auditbox/service-kit';
import type { MiddlewareHandler } from 'hono';
import { QUERY_ROUTES } from './routes.ts';

/** Behind everything that could refuse a request without looking into the log. */
export function selfAudit(trail: Pick<Trail, 'used'>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
    const route = QUERY_ROUTES[`${method} ${routeTemplate(c)}`];
    if (route === undefined) return;
    const isRecorded = await trail.used({
      caller: c.get('caller'),
      clientAddress: c.get('clientAddress'),
      requestId: c.get('requestId'),
      interaction: route.interaction,
      method: c.req.method,
      path: `${c.req.path}${new URL(c.req.url).search}`,
      form: c.get('form'),
      status: c.res.status,
    });
    if (isRecorded) return;
    // Whatever the answer was, and its headers: none of it leaves.
    c.res = undefined;
    c.res = notRecorded();
  };
}

function notRecorded(): Response {
  const diagnostics = 'The use of the log can not be recorded now, so nothing is answered.';
  return outcomeResponse(503, [issue({ code: 'transient', diagnostics })], { 'retry-after': '1' });
}
