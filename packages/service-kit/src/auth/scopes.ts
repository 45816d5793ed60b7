/**
 * Scopes: what each allows here. SMART App Launch 2.2 writes `system/AuditEvent.rs` (letters of `cruds`, in that order),
 * SMART 1 `system/AuditEvent.read`. Only what is exactly such a scope grants anything: one with a query, or of a
 * patient's context, would have to be enforced to its letter, and is not.
 */
import type { Permission } from './caller.ts';

/** Context, resource type, interactions. A `?` query behind it makes it another text, which grants nothing. */
const SMART = /^(?:system|user)\/(?:AuditEvent|\*)\.(c?r?u?d?s?|read|write|\*)$/;

const INTERACTIONS: Readonly<Record<string, Permission>> = { c: 'create', r: 'read', s: 'search' };

/** SMART 1's words as SMART 2 has them (scopes-and-launch-context.html, "Scopes for requesting FHIR Resources"). */
const SMART_1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** No scope of SMART reaches quarantine, where what there is is no resource and every sender's, or lifts a restriction. */
const OWN: Readonly<Record<string, Permission>> = {
  'auditbox/quarantine.read': 'quarantine-read',
  'auditbox/quarantine.release': 'quarantine-release',
  'auditbox/unrestricted': 'unrestricted',
};

/** For each permission the least scope that grants it: what a 403 says. */
export const LEAST_SCOPE: Readonly<Record<Permission, string>> = {
  create: 'system/AuditEvent.c',
  read: 'system/AuditEvent.r',
  search: 'system/AuditEvent.s',
  'quarantine-read': 'auditbox/quarantine.read',
  'quarantine-release': 'auditbox/quarantine.release',
  unrestricted: 'auditbox/unrestricted',
};

/** What `scope` grants, a list separated by spaces (RFC 6749, section 3.3). */
export function permissionsOf(scope: string): ReadonlySet<Permission> {
  return new Set(scope.split(' ').flatMap(permissionsOfOne));
}

function permissionsOfOne(scope: string): readonly Permission[] {
  const own = Object.hasOwn(OWN, scope) ? OWN[scope] : undefined;
  if (own !== undefined) return [own];
  const [, interactions = ''] = SMART.exec(scope) ?? [];
  return [...(SMART_1[interactions] ?? interactions)].flatMap((letter) => INTERACTIONS[letter] ?? []);
}
