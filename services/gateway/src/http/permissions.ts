/** Which permission a route of the gateway needs, and what it is to the trail; what it passes on query decides about. */
import type { Interaction } from '@auditbox/self-audit';
import type { RoutePermissions } from '@auditbox/service-kit';

export const GATEWAY_PERMISSIONS: RoutePermissions = {
  'POST /': 'create',
  'POST /AuditEvent': 'create',
  'POST /api/events': 'create',
  'POST /quarantine/:id/release': 'quarantine-release',
  'GET /AuditEvent': 'elsewhere',
  'POST /AuditEvent/_search': 'elsewhere',
  'GET /:compartment/:id/AuditEvent': 'elsewhere',
  'POST /:compartment/:id/AuditEvent/_search': 'elsewhere',
  'GET /AuditEvent/:id': 'elsewhere',
  'GET /AuditEvent/:id/_history/:version': 'elsewhere',
  'GET /api/events': 'elsewhere',
  'GET /api/events/:id': 'elsewhere',
  'GET /api/events/:id/fingerprint': 'elsewhere',
  'GET /quarantine': 'elsewhere',
  'GET /quarantine/:id': 'elsewhere',
  'GET /quarantine/:id/content': 'elsewhere',
};

/** Sending is no use of the log. */
export const GATEWAY_INTERACTIONS: Readonly<Record<string, Interaction>> = {
  'POST /quarantine/:id/release': 'operation',
};
