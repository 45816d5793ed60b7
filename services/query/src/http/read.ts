/** `GET /AuditEvent/{id}`. */
import { issue, VERSION_ID } from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, outcomeResponse } from '@auditbox/service-kit';
import { Hono } from 'hono';
import type { ReadPort } from '../domain/found.ts';

export function readRoutes({ read }: { readonly read: ReadPort }): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/AuditEvent/:id', async (c) => {
    const event = await read(c.req.param('id'), c.req.raw.signal);
    if (event === undefined) {
      const diagnostics =
        'There is no AuditEvent with this id. One that was just sent is here once it is indexed.';
      return outcomeResponse(404, [issue({ severity: 'error', code: 'not-found', diagnostics })]);
    }
    return fhirResponse(200, event.text, {
      etag: `W/"${VERSION_ID}"`,
      'last-modified': new Date(event.lastUpdatedMs).toUTCString(),
    });
  });
}
