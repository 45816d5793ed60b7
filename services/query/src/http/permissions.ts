/** Which permission a route of query needs. */
import { COMPARTMENT_TYPES } from '@auditbox/fhir-core';
import type { RoutePermissions } from '@auditbox/service-kit';

export const QUERY_PERMISSIONS: RoutePermissions = {
  'GET /AuditEvent': 'search',
  'POST /AuditEvent/_search': 'search',
  ...Object.fromEntries(
    COMPARTMENT_TYPES.flatMap((type) => [
      [`GET /${type}/:id/AuditEvent`, 'search' as const],
      [`POST /${type}/:id/AuditEvent/_search`, 'search' as const],
    ]),
  ),
  'GET /AuditEvent/:id': 'read',
  'GET /AuditEvent/:id/_history/:version': 'read',
  'GET /quarantine': 'quarantine-read',
  'GET /quarantine/:id': 'quarantine-read',
  'GET /quarantine/:id/content': 'quarantine-read',
};
