/** `GET /AuditEvent/{id}` and, as an event has one version, `GET /AuditEvent/{id}/_history/1`. */
import { issue, VERSION_ID } from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, outcomeResponse } from '@auditbox/service-kit';
import { Hono } from 'hono';
import type { ReadPort } from '../domain/found.ts';
import { acceptsJson } from './accepts-json.ts';

export function readRoutes({ read }: { readonly read: ReadPort }): Hono<AppEnv> {
  const answer = async (id: string, signal: AbortSignal): Promise<Response> => {
    const event = await read(id, signal);
    if (event === undefined) {
      return notFound(
        'There is no AuditEvent with this id. One that was just sent is here once it is indexed.',
      );
    }
    return fhirResponse(200, event.text, {
      etag: `W/"${VERSION_ID}"`,
      'last-modified': new Date(event.lastUpdatedMs).toUTCString(),
    });
  };
  return new Hono<AppEnv>()
    .get('/AuditEvent/:id', acceptsJson, (c) => answer(c.req.param('id'), c.req.raw.signal))
    .get('/AuditEvent/:id/_history/:version', acceptsJson, (c) =>
      c.req.param('version') === VERSION_ID
        ? answer(c.req.param('id'), c.req.raw.signal)
        : notFound(`An AuditEvent has one version, ${VERSION_ID}.`),
    );
}

function notFound(diagnostics: string): Response {
  return outcomeResponse(404, [issue({ code: 'not-found', diagnostics })]);
}
