/** What each route of query asks of its caller, and what it is to the trail of who read the trail. */
import { COMPARTMENT_TYPES } from '@auditbox/fhir-core';
import type { Interaction } from '@auditbox/self-audit';
import type { Permission, RoutePermissions } from '@auditbox/service-kit';

type QueryRoute = { readonly permission: Permission; readonly interaction: Interaction };

const SEARCH: QueryRoute = { permission: 'search', interaction: 'search-type' };
const READ: QueryRoute = { permission: 'read', interaction: 'read' };

/** By `METHOD /template`. */
const ROUTES: Readonly<Record<string, QueryRoute>> = {
  'GET /AuditEvent': SEARCH,
  'POST /AuditEvent/_search': SEARCH,
  ...Object.fromEntries(
    COMPARTMENT_TYPES.flatMap((type) => [
      [`GET /${type}/:id/AuditEvent`, SEARCH],
      [`POST /${type}/:id/AuditEvent/_search`, SEARCH],
    ]),
  ),
  'GET /AuditEvent/:id': READ,
  'GET /AuditEvent/:id/_history/:version': { permission: 'read', interaction: 'vread' },
  'GET /api/events': SEARCH,
  'GET /api/events/:id': READ,
  'GET /api/events/:id/fingerprint': READ,
  'GET /quarantine': { permission: 'quarantine-read', interaction: 'search-type' },
  'GET /quarantine/:id': { permission: 'quarantine-read', interaction: 'read' },
  'GET /quarantine/:id/content': { permission: 'quarantine-read', interaction: 'read' },
};

export const QUERY_PERMISSIONS: RoutePermissions = Object.fromEntries(
  Object.entries(ROUTES).map(([route, { permission }]) => [route, permission]),
);

export const QUERY_INTERACTIONS: Readonly<Record<string, Interaction>> = Object.fromEntries(
  Object.entries(ROUTES).map(([route, { interaction }]) => [route, interaction]),
);
