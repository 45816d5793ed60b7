/**
 * Each request that uses the log is an event of the log: what was asked, by whom, and how it was answered. Where that is
 * required no answer leaves before its event is durable.
 */
import { issue } from '@auditbox/fhir-core';
import { type AppEnv, basePathOf, outcomeResponse, pathBelowBase, routeKey } from '@auditbox/service-kit';
import type { MiddlewareHandler } from 'hono';
import type { Interaction } from './events/log-used.ts';
import type { Trail } from './trail.ts';

export type AuditedOptions = {
  /** By `METHOD /template`; what is not here is no use of the log. */
  readonly interactions: Readonly<Record<string, Interaction>>;
  /** As configured. */
  readonly baseUrl: string;
};

/** Behind everything that could refuse a request without looking into the log. */
export function audited(
  trail: Pick<Trail, 'used'>,
  { interactions, baseUrl }: AuditedOptions,
): MiddlewareHandler<AppEnv> {
  const basePath = basePathOf(baseUrl);
  return async (c, next) => {
    await next();
    const interaction = interactions[routeKey(c)];
    if (interaction === undefined) return;
    // The request as it was sent: decoded, a path could have lines of its own, and look like another request.
    const { pathname, search } = new URL(c.req.url);
    const isRecorded = await trail.used({
      caller: c.get('caller'),
      clientAddress: c.get('clientAddress'),
      requestId: c.get('requestId'),
      interaction,
      method: c.req.method,
      path: `${pathBelowBase(pathname, basePath)}${search}`,
      routed: c.req.path,
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
