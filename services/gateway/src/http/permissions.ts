/** Which permission a route of the gateway needs; what it passes on query decides about. */
import type { RoutePermissions } from '@auditbox/service-kit';

export const GATEWAY_PERMISSIONS: RoutePermissions = {
  'POST /': 'create',
  'POST /AuditEvent': 'create',
  'POST /quarantine/:id/release': 'quarantine-release',
  'GET /AuditEvent': 'elsewhere',
  'POST /AuditEvent/_search': 'elsewhere',
  'GET /:compartment/:id/AuditEvent': 'elsewhere',
  'POST /:compartment/:id/AuditEvent/_search': 'elsewhere',
  'GET /AuditEvent/:id': 'elsewhere',
  'GET /AuditEvent/:id/_history/:version': 'elsewhere',
  'GET /quarantine': 'elsewhere',
  'GET /quarantine/:id': 'elsewhere',
  'GET /quarantine/:id/content': 'elsewhere',
};
